from odoo import api, fields, models

from odoo.addons.bank_crm.models.customer.res_partner_privacy import BANK_STAFF


class ResPartner(models.Model):
    """Whether customers may be asked, and when again."""

    _inherit = "res.partner"

    survey_next_allowed_on = fields.Date(
        string="May Be Asked Again On",
        compute="_compute_survey_next_allowed_on",
        groups=BANK_STAFF,
        help="The first day on which the contact rules for all programmes let this customer be asked. Empty: today.",
    )

    @api.depends("survey_invitation_ids.state", "survey_invitation_ids.sent_at", "survey_invitation_ids.completed_at")
    @api.depends_context("company")
    def _compute_survey_next_allowed_on(self):
        """Rules for one channel or for some programmes do not hold him back for all, so they are left out."""
        company = self.env.company
        # sudo: bank.survey.contact.rule - configuration
        rules = self.env["bank.survey.contact.rule"].sudo().search(
            [("company_id", "in", (False, company.id)), ("scope", "=", "all"), ("channel", "=", False)]
        )  # fmt: skip
        customers = self._origin.filtered("is_bank_customer")
        holds = rules._holds(customers, fields.Datetime.now(), company)
        for partner in self:
            hold = holds.get(partner._origin.id)
            partner.survey_next_allowed_on = hold.until if hold else False

    def _bank_survey_refusals(self, program, at=None, is_recovery=False, channel=None, but_for=()):
        """Return ``{partner_id: reason}`` of those of these customers who may not be asked by a programme.

        Asked when they are chosen, and again right before sending; the number of queries is constant.

        :param at: naive UTC, default now: when they would be asked; quiet hours do not refuse, sending waits
        :param is_recovery: asked again after a follow-up, which contact rules allow once
        :param channel: the only channel that will do; None: any of the programme
        :param but_for: ids of invitations that contact rules leave out, such as those about to be sent
        """
        rulings = program._rulings(self, at or fields.Datetime.now(), channel, is_recovery, but_for)
        return {partner_id: ruling.reason for partner_id, ruling in rulings.items() if ruling.reason}
