from odoo import fields, models
from odoo.exceptions import UserError

# What a ticket takes from its customer where nothing was entered.
COPIED = {
    "branch_id": "branch_id",
    "lang": "lang",
    "contact_name": "name",
    "contact_email": "email",
    "contact_phone": "phone",
}


class BankTicket(models.Model):
    """Who the customer is, and when the ticket was received, where that becomes known or known better later."""

    _inherit = "bank.ticket"

    def _identify(self, partner):
        """Set the customer of tickets that have none; for a wrong customer the ticket is registered anew.

        :param partner: ``res.partner`` that the user may see, a customer
        :raises UserError: ``[already_identified]``, ``[no_customer]``
        """
        self._check_may_work()
        partner.ensure_one().check_access("read")
        self._lock_rows()
        if known := self.filtered("partner_id")[:1]:
            raise UserError(
                self.env._(
                    "[already_identified] Customer: %(number)s has a customer. If it is the wrong one, register the "
                    "ticket anew for the right one and close this one as out of scope.",
                    number=known.number,
                )
            )
        if not partner.is_bank_customer:
            raise UserError(
                self.env._(
                    "[no_customer] Customer: %(name)s is a contact, not a customer. Enter this person under People.",
                    name=partner.name,
                )
            )
        taken = {name: partner[source] for name, source in COPIED.items()}
        for ticket in self:
            missing = {name: value for name, value in taken.items() if value and not ticket[name]}
            values = {name: getattr(value, "id", value) for name, value in missing.items()}
            ticket._unguarded().write({"partner_id": partner.id, "is_anonymous": False, **values})
        self._log("identified", data={"customer": partner.id})
        self._tell_customers("ticket.registered")

    def _correct_receipt(self, received_at, reason):
        """Correct when tickets were received; their clocks are counted anew from there.

        :param received_at: naive UTC, not in the future
        :param reason: words of staff, kept in the history
        :raises AccessError: ``[not_yours]`` unless a lead or compliance does it
        :raises UserError: ``[ticket_closed]``, ``[reason_missing]``
        :raises ValidationError: where it lies in the future
        """
        self._check_may_work()
        self._check_may_correct()
        self._check_is_open()
        reason = self._check_reason(reason)
        received_at = self._moment(received_at)
        moved = self.filtered(lambda ticket: ticket.received_at != received_at)
        before = {ticket.id: fields.Datetime.to_string(ticket.received_at) for ticket in moved}
        moved._unguarded().write({"received_at": received_at})
        moved._log(
            "receipt_corrected",
            data=lambda ticket: {
                "from": before[ticket.id],
                "to": fields.Datetime.to_string(received_at),
                "reason": reason,
            },
        )
        moved._rebase_clocks(reason)
        return moved

    def _rebase_clocks(self, reason):
        """Count the running clocks anew from the tickets' own dates."""
        self.env["bank.ticket.clock"]._rebase(self, reason)
