from odoo import models


class MailMessage(models.Model):
    """The letter that a message of a ticket is."""

    _inherit = "mail.message"

    def _return_letters(self, reason):
        """The messages did not arrive: note it on the letters among them.

        :param reason: what the mail server says
        """
        on_tickets = self.filtered(lambda message: message.model == "bank.ticket")
        if on_tickets:
            # sudo: bank.ticket.letter - see `_mark_bounced`
            letters = self.env["bank.ticket.letter"].sudo().search([("message_id", "in", on_tickets.ids)])
            letters._mark_bounced(reason)
