from odoo import api, models

from ..tools import mail_report


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """Reports on invitations find them by their Message-ID: the message itself was deleted when it was sent."""
        report = mail_report.read(email_message)
        invitation = self.env["bank.survey.invitation"]._find_by_message_ids(
            [*(message_dict.get("bounced_msg_ids") or ()), *report.message_ids]
        )
        if not invitation:
            return super()._routing_handle_bounce(email_message, message_dict)
        if not report.failed:
            return None  # "not yet" and "delivered" are no bounces, though Odoo takes them for some
        invitation._take_report(report)
        result = super()._routing_handle_bounce(email_message, message_dict)
        if not message_dict.get("bounced_email"):
            # A report that does not follow the standard: Odoo does not know whom it is about, the invitation does.
            email = invitation.partner_id.email_normalized
            invitation.partner_id._message_receive_bounce(email, invitation.partner_id)
        return result
