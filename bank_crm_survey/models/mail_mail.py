from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """An invitation whose mail the server did not take was not sent; the mail holds the secret of a link."""
        ours = self.filtered(lambda mail: mail.model == "bank.survey.invitation" and mail.auto_delete)
        useless = self.browse()
        if failure_type:
            # sudo: bank.survey.invitation - the mail queue works for whoever writes
            invitations = self.env["bank.survey.invitation"].sudo()
            for mail in ours:
                invitation = invitations.browse(mail.res_id).exists()
                if not invitation or invitation._on_mail_failed(failure_type):
                    useless |= mail
        result = super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
        useless.exists().sudo().unlink()  # sudo: mail.mail - see above
        return result
