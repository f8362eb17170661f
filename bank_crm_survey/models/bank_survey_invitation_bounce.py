from datetime import timedelta

from odoo import fields, models

# Minutes until a mail that the bank's own server did not take is tried again.
RETRIES = (15, 60, 240)
DELIVERED_STATES = ("sent", "queued")


class BankSurveyInvitation(models.Model):
    """What could not be delivered: mails that come back, and mails that the bank's own server does not take.

    An invitation that came back is closed: its link does not work any more, since whoever finds a message in a mailbox
    that is not the customer's must not answer for him.  One that the customer has begun to answer did arrive.
    """

    _inherit = "bank.survey.invitation"

    bounced_at = fields.Datetime(string="Returned", readonly=True)
    bounce_reason = fields.Char(string="Why Returned", readonly=True)
    send_failures = fields.Integer(
        readonly=True, default=0, export_string_translation=False, help="How often its sending failed."
    )

    def _take_report(self, report):
        """Take in what a report on a delivery says (``tools/mail_report.py``)."""
        if report.failed:
            self._mark_bounced(report.status)

    def _mark_bounced(self, reason):
        """Note that the message did not arrive.

        :param reason: a status code, or what the gateway of text messages said
        """
        reason = self.env["bank.text.masking.mixin"]._mask_texts([" ".join((reason or "").split())])[0]
        returned = self.filtered(lambda invitation: invitation.state in DELIVERED_STATES)
        returned.write(
            {
                "state": "bounced",
                "bounced_at": fields.Datetime.now(),
                "bounce_reason": reason[:200] or False,
                "next_reminder_at": False,
                "leased_until": False,
            }
        )
        (self - returned).write({"next_reminder_at": False})  # the address is dead, the answer is not
        return returned

    def _on_mail_failed(self, failure_type):
        """The bank's own mail server did not take the mail of this invitation.

        :return: whether the mail is of no use any more and is to be deleted
        """
        self.ensure_one()
        if failure_type in ("mail_email_invalid", "mail_email_missing"):
            self._mark_bounced(failure_type)
            return True
        if self.state != "sent" or self.reminder_count:
            return True  # a reminder that is lost is lost
        if self.send_failures >= len(RETRIES):
            self._mark_bounced(failure_type)
            return True
        self.write(
            {
                "state": "queued",
                "sent_at": False,
                "expires_at": False,
                "next_reminder_at": False,
                "send_after": fields.Datetime.now() + timedelta(minutes=RETRIES[self.send_failures]),
                "send_failures": self.send_failures + 1,
            }
        )
        return True
