from odoo import models


class MailMessage(models.Model):
    """The letter that a message of a ticket is."""

    _inherit = "mail.message"

    def _return_letters(self, reason):
        """The messages did not arrive: note it on the letters among them.

        :param reason: what the mail server says
        :returns: the letters that were marked
        """
        on_tickets = self.filtered(lambda message: message.model == "bank.ticket")
        # sudo: bank.ticket.letter - see `_mark_bounced`
        letters = self.env["bank.ticket.letter"].sudo()
        return letters.search([("message_id", "in", on_tickets.ids)])._mark_bounced(reason) if on_tickets else letters
