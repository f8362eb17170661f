from odoo import fields, models


class BankTicket(models.Model):
    """What the bank and the customer write to each other, by whatever channel it comes."""

    _inherit = "bank.ticket"

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if self._is_exchange_with_customer(message):
            if message.author_id and not message.author_id.partner_share:
                self._on_staff_message(message.date)
            else:
                self._on_customer_message(message.date)
        return result

    def _is_exchange_with_customer(self, message):
        """Tell whether the customer wrote this message or may read it: notes and notices of the system are neither."""
        return (
            message.message_type in ("comment", "email")
            and not message.is_internal
            and not message.subtype_id.internal
        )

    def _on_customer_message(self, at=None):
        """The customer wrote, called or posted: the one hook of all channels.

        :param at: naive UTC, default now
        """
        at = at or fields.Datetime.now()
        # sudo: bank.ticket - the dates follow from a message; whoever may read a ticket may write one
        self.sudo()._unguarded().write({"last_customer_message_at": at})
        self._log("customer_message", at=at)
        self._fire("customer_message", at=at)

    def _on_staff_message(self, at=None):
        """Somebody of the bank answered the customer; see :meth:`_on_customer_message`."""
        at = at or fields.Datetime.now()
        self._remember_answer(at)
        self._log("staff_message", at=at)
        self._fire("staff_message", at=at)

    def _remember_answer(self, at, by_person=True):
        """Keep when the bank last wrote, and when a person did for the first time.

        :param by_person: false where the server wrote by itself: that is no answer
        """
        tickets = self.sudo()._unguarded()  # sudo: bank.ticket - see _on_customer_message
        tickets.write({"last_staff_message_at": at})
        if by_person:
            tickets.filtered(lambda ticket: not ticket.first_response_at).write({"first_response_at": at})
