from odoo import models


class MailNotification(models.Model):
    """Whatever tells Odoo that a mail did not arrive (a report, the mail server) tells it of the letter in the mail."""

    _inherit = "mail.notification"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("notification_status") in ("bounce", "exception"):
            # sudo: mail.message - only whether it is a letter
            messages = self.sudo().mail_message_id.filtered(lambda message: message.model == "bank.ticket")
            if messages:
                # sudo: bank.ticket.letter - see `_mark_bounced`
                letters = self.env["bank.ticket.letter"].sudo().search([("message_id", "in", messages.ids)])
                letters._mark_bounced(vals.get("failure_reason"))
        return result
