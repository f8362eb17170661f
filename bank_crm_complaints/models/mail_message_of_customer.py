from odoo import models


class MailMessage(models.Model):
    """Customers read what was exchanged with them on their tickets, however they ask, and change nothing of it.

    Odoo opens internal messages that are no comments (log entries, emails filed as notes) to whoever reads the
    document, and lets authors change what they wrote.
    """

    _inherit = "mail.message"

    def _get_forbidden_access(self, operation):
        forbidden = super()._get_forbidden_access(operation)
        if self.env.su or not self.env.user.share:
            return forbidden
        # sudo: mail.message - only the records that the messages are on
        on_tickets = (self - forbidden).filtered(lambda message: message.sudo().model == "bank.ticket")
        if not on_tickets:
            return forbidden
        readable = self.browse()
        if operation == "read":
            # sudo: mail.message - only the records that the messages are on
            tickets = self.env["bank.ticket"].browse(on_tickets.sudo().mapped("res_id")).exists()
            readable = tickets._filtered_access("read")._customer_visible_messages()
        return forbidden + (on_tickets - readable.sudo(False))
