from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.bank_crm.models.customer.res_partner_privacy import BANK_STAFF

_lt = LazyTranslate(__name__)

OPEN_COMPLAINT = _lt("A complaint is open: no marketing, no survey")
SUPPRESSED_PURPOSES = ("marketing", "survey")


class ResPartner(models.Model):
    """The tickets of a customer, and that nobody sells to a customer who has complained and waits for the answer."""

    _inherit = "res.partner"

    ticket_ids = fields.One2many(
        comodel_name="bank.ticket", inverse_name="partner_id", string="Tickets", groups=BANK_STAFF
    )
    ticket_count = fields.Integer(string="Number of Tickets", compute="_compute_ticket_count")
    open_ticket_count = fields.Integer(string="Open Tickets", compute="_compute_ticket_count")
    open_complaint_count = fields.Integer(string="Open Complaints", compute="_compute_ticket_count")

    @api.depends("ticket_ids.is_open", "ticket_ids.kind")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_ticket_count(self):
        """Count the tickets that the user may see: one query for any number of customers."""
        tickets = self.env["bank.ticket"]
        counts = {}
        if tickets.has_access("read"):
            groups = tickets._read_group(
                [("partner_id", "in", self.ids)], ["partner_id", "is_open", "kind"], ["__count"]
            )
            for partner, is_open, kind, count in groups:
                total, still_open, complaints = counts.get(partner.id, (0, 0, 0))
                counts[partner.id] = (
                    total + count,
                    still_open + count * bool(is_open),
                    complaints + count * bool(is_open and kind == "complaint"),
                )
        for partner in self:
            found = counts.get(partner._origin.id, (0, 0, 0))
            partner.ticket_count, partner.open_ticket_count, partner.open_complaint_count = found

    # ------------------------------------------------------------------
    # No selling while a complaint is open
    # ------------------------------------------------------------------

    @api.depends("ticket_ids.is_open", "ticket_ids.kind", "ticket_ids.confidentiality")
    def _compute_may_contact(self):
        return super()._compute_may_contact()

    @api.model
    def _contact_reason_label(self, code):
        if code == "open_complaint":
            return self.env._(OPEN_COMPLAINT)  # pylint: disable=prefer-env-translation
        return super()._contact_reason_label(code)

    def _prepare_contact_facts(self, purpose, channel, at):
        facts = super()._prepare_contact_facts(purpose, channel, at)
        return {**facts, "complaining": self._with_open_complaints() if purpose in SUPPRESSED_PURPOSES else set()}

    def _with_open_complaints(self):
        """Return the ids of those of these customers who wait for the answer to a complaint.

        Complaints of restricted classes do not count: an answer "not now" would tell senders of them.
        """
        # sudo: bank.ticket - senders learn that they may not sell now, no more
        tickets = self.env["bank.ticket"].sudo()
        groups = tickets._read_group(
            [
                ("partner_id", "in", self.ids),
                ("is_open", "=", True),
                ("kind", "=", "complaint"),
                ("confidentiality", "=", "public"),
            ],
            ["partner_id"],
        )
        return {partner.id for (partner,) in groups}

    def _contact_verdict(self, purpose, channel, facts):
        allowed, reason = super()._contact_verdict(purpose, channel, facts)
        if allowed and self.id in facts["complaining"]:
            return False, "open_complaint"
        return allowed, reason

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_view_tickets(self):
        """Open the customer's tickets, the open ones first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm_complaints.bank_ticket_action")
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id, "search_default_open": 1}
        return action

    def action_new_ticket(self):
        """Begin the registration of a ticket of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm_complaints.bank_ticket_intake_action")
        action["context"] = {"default_partner_id": self.id}
        return action
