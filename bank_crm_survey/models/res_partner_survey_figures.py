from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.bank_crm.models.customer.res_partner_privacy import BANK_STAFF

FIGURES = ("nps_last", "nps_bucket", "nps_last_on", "csat_last", "csat_last_on")


class ResPartner(models.Model):
    """The last scores of a customer, kept from the scores that count of programmes whose answers staff may see."""

    _inherit = "res.partner"

    nps_trend = fields.Integer(
        string="Change of NPS Answer", compute="_compute_nps_trend", groups=BANK_STAFF,
        help="The last answer beside the one before it; empty where there are not two.",
    )  # fmt: skip
    survey_company_nps = fields.Float(
        string="NPS Answers of Contact Persons", compute="_compute_survey_company", groups=BANK_STAFF, digits=(4, 1),
        help="Average of the last answers of the company and its contact persons.",
    )  # fmt: skip
    survey_company_count = fields.Integer(
        string="Contact Persons Who Answered", compute="_compute_survey_company", groups=BANK_STAFF
    )
    survey_invitation_count = fields.Integer(
        string="Number of Invitations", compute="_compute_survey_invitation_count", groups=BANK_STAFF
    )
    survey_answer_count = fields.Integer(
        string="Number of Answers", compute="_compute_survey_invitation_count", groups=BANK_STAFF
    )
    was_surveyed = fields.Boolean(
        string="Was Asked",
        compute="_compute_survey_invitation_count",
        search="_search_was_surveyed",
        groups=BANK_STAFF,
    )

    # ------------------------------------------------------------------
    # Kept figures
    # ------------------------------------------------------------------

    def _update_survey_figures(self):
        """Write the last scores of these customers anew: one statement for any number of them."""
        if not self:
            return
        self.env["bank.survey.score"].flush_model()
        self.flush_recordset(FIGURES)
        changed = self.env.execute_query(
            SQL(
                """
                WITH last AS (
                    SELECT DISTINCT ON (score.partner_id, score.metric)
                           score.partner_id, score.metric, score.score, score.bucket, score.answered_on
                      FROM bank_survey_score score
                      JOIN bank_survey_program program ON program.id = score.program_id
                      JOIN survey_question question ON question.id = score.question_id
                     WHERE score.partner_id = ANY(%(ids)s) AND score.is_counted IS TRUE
                       AND score.metric IN ('nps', 'csat') AND program.anonymity = 'identified'
                  ORDER BY score.partner_id, score.metric, score.answered_on DESC, score.user_input_id DESC,
                           question.sequence, question.id
                )
                UPDATE res_partner partner
                   SET nps_last = nps.score, nps_bucket = nps.bucket, nps_last_on = nps.answered_on,
                       csat_last = csat.score, csat_last_on = csat.answered_on
                  FROM unnest(%(ids)s) AS asked(id)
             LEFT JOIN last nps ON nps.partner_id = asked.id AND nps.metric = 'nps'
             LEFT JOIN last csat ON csat.partner_id = asked.id AND csat.metric = 'csat'
                 WHERE partner.id = asked.id
                   AND (partner.nps_last, partner.nps_bucket, partner.nps_last_on, partner.csat_last,
                        partner.csat_last_on)
                       IS DISTINCT FROM (nps.score, nps.bucket, nps.answered_on, csat.score, csat.answered_on)
             RETURNING partner.id
                """,
                ids=self.ids,
            )
        )
        self.browse(partner_id for (partner_id,) in changed).invalidate_recordset(FIGURES, flush=False)

    @api.depends("nps_last_on")
    def _compute_nps_trend(self):
        """The change between the last two answers, of programmes and answers that the user may see."""
        self.nps_trend = 0
        partners = self.filtered("nps_last_on")
        if not partners:
            return
        scores = self.env["bank.survey.score"].search(
            [
                ("partner_id", "in", partners.ids),
                ("metric", "=", "nps"),
                ("is_counted", "=", True),
                ("program_id.anonymity", "=", "identified"),
            ],
            order="answered_on desc, id desc",
        )
        for partner, found in scores.grouped("partner_id").items():
            if len(found) > 1:
                partner.nps_trend = found[0].score - found[1].score

    @api.depends("is_company", "child_ids.nps_last_on", "nps_last_on")
    @api.depends_context("uid")
    def _compute_survey_company(self):
        """Answers of a company are those of the people who act for it."""
        self.survey_company_nps = self.survey_company_count = 0
        companies = self.filtered("is_company")
        if not companies:
            return
        groups = self.env["res.partner"]._read_group(
            [("commercial_partner_id", "in", companies.ids), ("nps_last_on", "!=", False)],
            ["commercial_partner_id"],
            ["nps_last:avg", "__count"],
        )
        for company, average, count in groups:
            company.survey_company_nps, company.survey_company_count = average, count

    # ------------------------------------------------------------------
    # Invitations
    # ------------------------------------------------------------------

    @api.depends("survey_invitation_ids.state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_survey_invitation_count(self):
        groups = self.env["bank.survey.invitation"]._read_group(
            [("partner_id", "in", self.ids), ("sent_at", "!=", False)], ["partner_id", "state"], ["__count"]
        )
        asked, answered = {}, {}
        for partner, state, count in groups:
            asked[partner.id] = asked.get(partner.id, 0) + count
            if state == "completed":
                answered[partner.id] = answered.get(partner.id, 0) + count
        for partner in self:
            partner.survey_invitation_count = asked.get(partner._origin.id, 0)
            partner.survey_answer_count = answered.get(partner._origin.id, 0)
            partner.was_surveyed = bool(partner.survey_invitation_count)

    def _search_was_surveyed(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return Domain("survey_invitation_ids", "any", [("sent_at", "!=", False)])

    def action_view_survey_invitations(self):
        """Open the invitations of the customer with what became of them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm_survey.bank_survey_invitation_action")
        action["domain"] = [("partner_id", "=", self.id)]
        return action

    def _prepare_overview(self):
        """Add the last scores of a customer who has answered; the key is missing where he has not."""
        answer = super()._prepare_overview()
        if self.nps_last_on or self.csat_last_on:
            answer["satisfaction"] = {
                "nps": self.nps_last if self.nps_last_on else False,
                "nps_group": self.nps_bucket or False,
                "nps_on": self.nps_last_on and self.nps_last_on.isoformat(),
                "csat": self.csat_last if self.csat_last_on else False,
                "csat_on": self.csat_last_on and self.csat_last_on.isoformat(),
            }
        return answer
