from odoo import models


class MailNotification(models.Model):
    """Whatever tells Odoo that a mail came back tells it of the letter in the mail."""

    _inherit = "mail.notification"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("notification_status") == "bounce":
            # sudo: mail.message - only whether it is a letter
            self.sudo().mail_message_id._return_letters(vals.get("failure_reason"))
        return result
