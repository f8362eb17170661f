from odoo import models


class MailMail(models.Model):
    """A letter that the mail server refused was not sent."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        # Odoo deletes some mails here, with their messages. Before this it calls every mail failed, so their state
        # says nothing.
        messages = self.mail_message_id if failure_type else self.mail_message_id.browse()
        result = super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
        letters = messages.exists()._return_letters(failure_reason or failure_type)
        # The letter is written again; the mail must not leave later, when somebody sends all failed mails once more.
        refused = self.exists().filtered(lambda mail: mail.mail_message_id in letters.message_id)
        refused.write({"state": "cancel"})
        return result
