from odoo import fields, models
from odoo.tools import SQL


class BankSurveyInvitation(models.Model):
    """Enough answers of a stratum: nobody else is asked, and who was asked may still answer."""

    _inherit = "bank.survey.invitation"

    def _over_quota(self):
        """Return those of these invitations for whose stratum there are enough answers; one query.

        Answers that were completed count, and those that are being given, so that the last ones are not asked for in
        vain; broken off ones where the programme counts them.
        """
        if not self.stratum_id:
            return self.browse()
        self.flush_model(["state", "stratum_id"])
        self.env["bank.survey.stratum"].flush_model(["quota"])
        self.env["bank.survey.program"].flush_model(["count_partial"])
        rows = self.env.execute_query(
            SQL(
                """SELECT stratum.id FROM bank_survey_stratum stratum
                     JOIN bank_survey_invitation answer ON answer.stratum_id = stratum.id
                     JOIN bank_survey_program program ON program.id = answer.program_id
                    WHERE stratum.id = ANY(%s) AND stratum.quota > 0
                      AND (answer.state IN ('completed', 'started')
                           OR answer.state = 'partial' AND program.count_partial IS TRUE)
                    GROUP BY stratum.id HAVING count(*) >= stratum.quota""",
                self.stratum_id.ids,
            )
        )
        full = {row[0] for row in rows}
        return self.filtered(lambda invitation: invitation.stratum_id.id in full)

    def write(self, vals):
        """Keep when a customer declined: contact rules leave him in peace for a while."""
        result = super().write(vals)
        if vals.get("state") == "refused":
            # sudo: bank.survey.contact.state - led by server code alone
            self.env["bank.survey.contact.state"].sudo()._note_refusals(self.partner_id.ids, fields.Datetime.now())
        return result


class BankSurveyWave(models.Model):
    _inherit = "bank.survey.wave"

    def _suppress_over_quota(self):
        """Take those who wait out of the outbox where a stratum has enough answers."""
        full = self.stratum_ids.filtered("quota")
        waiting = self.env["bank.survey.invitation"].search(
            [("stratum_id", "in", full.ids), ("state", "in", ("drawn", "queued"))]
        )
        over = waiting._over_quota()
        over.write({"state": "suppressed", "suppress_reason": "quota_full"})
        # sudo: bank.survey.contact.state - led by server code alone
        self.env["bank.survey.contact.state"].sudo()._recount(over.partner_id.ids)
        return over
