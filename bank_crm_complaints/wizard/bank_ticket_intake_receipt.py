from urllib.parse import urlencode

from odoo import fields, models

from odoo.addons.bank_crm.tools import qr_code, sealing


class BankTicketIntake(models.TransientModel):
    """The receipt: number, tracking code, what happens when, and what else the customer may do."""

    _inherit = "bank.ticket.intake"

    def action_print_receipt(self):
        """Print the receipt in the customer's language."""
        self.ensure_one()
        return self.env.ref("bank_crm_complaints.bank_ticket_intake_report_receipt").report_action(self)

    def _receipt(self):
        """Return what the receipt says, in the language of the environment.

        :return: dictionary of ``ticket``, ``received_on``, ``code``, ``url``, ``qr`` (source of a picture),
            ``deadlines``: list of ``(what, authority, date)``, ``remedies``: list of texts
        """
        self.ensure_one()
        # sudo: bank.ticket - the receipt is for the customer; its clerk may print it for a ticket that he does not see
        ticket = self.ticket_id.sudo()
        url = f"{ticket.get_base_url()}/ticket/track?{urlencode({'number': ticket.number})}"
        return {
            "ticket": ticket,
            "received_on": ticket._customer_time(ticket.received_at),
            "code": self.tracking_code,
            "url": url,
            "qr": qr_code.as_data_uri(url),
            "deadlines": self._receipt_deadlines(ticket),
            "remedies": [text for text in ticket.regime_ids.mapped("remedies") if text],
        }

    def _receipt_deadlines(self, ticket):
        """Return ``[(what, authority, date)]`` of the legal deadlines that run, the earliest first."""
        clocks = (
            self.env["bank.ticket.clock"]
            .sudo()
            .search(  # sudo: bank.ticket.clock - as above
                [("ticket_id", "=", ticket.id), ("is_open", "=", True), ("kind", "=", "statutory")], order="due_at, id"
            )
        )
        return [
            (clock.rule_id.name, clock.regime_id.authority or "", ticket._customer_time(clock.due_at, date_only=True))
            for clock in clocks
        ]


class BankTicket(models.Model):
    _inherit = "bank.ticket"

    def action_new_receipt(self):
        """Hand out a new receipt; its tracking code makes the earlier one void."""
        self.ensure_one()
        self.check_access("read")
        self._check_may_register()
        intake = self.env["bank.ticket.intake"].create(
            {
                "step": "done",
                "ticket_id": self.id,
                "number": self.number,
                "company_id": self.company_id.id,
                "received_at": fields.Datetime.now(),
                "lang": self.lang or self.env.lang,
            }
        )
        if sealing.is_configured():
            intake._issue_code(self.sudo())  # sudo: bank.ticket - operations and managers hand out receipts, too
        return intake._reopen()
