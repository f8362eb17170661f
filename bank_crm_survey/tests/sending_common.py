"""What the tests of sending share: customers with addresses, queues that run, mails that are caught."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields

from odoo.addons.mail.tests.common import MockEmail

from .common import SurveyCase

NOW = "2026-03-24 04:00:00"  # a Tuesday, 12:00 in Shanghai


class SendingCase(SurveyCase, MockEmail):
    """It is Tuesday noon in Shanghai, where the bank is; no quiet hours but the programme's own window."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["bank.contact.policy"].search([]).active = False
        cls.company.partner_id.tz = "Asia/Shanghai"
        cls.company.email = "bank@example.org"
        for name in ("ben", "carl", "pia", "olga"):
            getattr(cls, name).email = f"{name}@example.com"
        (cls.anna | cls.ben | cls.carl | cls.pia | cls.olga).phone = "+86 21 5555 0100"
        cls.env["bank.survey.contact.rule"].search([]).active = False
        cls.env["bank.survey.program"].search([("id", "!=", cls.program.id)]).active = False

    def setUp(self):
        super().setUp()
        self.freeze(NOW)

    def freeze(self, moment):
        """Let it be another moment from now on."""
        clock = freeze_time(moment)
        clock.start()
        self.addCleanup(clock.stop)

    def queue(self, *partners, program=None, **values):
        made = self.env["bank.survey.invitation"]
        for partner in partners:
            made |= self.make_invitation(partner, program, **{"state": "queued", "send_after": NOW, **values})
        return made

    def run_cron(self, name):
        """Run a scheduled action as the scheduler does: commits are savepoints of the test."""
        self.env.flush_all()
        with self.mock_mail_gateway(mail_unlink_sent=True), self.enter_registry_test_mode():
            self.env.ref(f"bank_crm_survey.ir_cron_survey_{name}").method_direct_trigger()
        self.env.invalidate_all()

    def mails(self, invitations):
        return self.env["mail.mail"].search(
            [("model", "=", "bank.survey.invitation"), ("res_id", "in", invitations.ids)], order="id"
        )

    def deliver(self, mails):
        """Send mails as the mail queue does, and return what went out."""
        with self.mock_mail_gateway(mail_unlink_sent=True):
            mails.send()
        return self._mails

    def fail_to_deliver(self, mails, error):
        with (
            self.mock_mail_gateway(mail_unlink_sent=True),
            patch.object(self.env.registry["ir.mail_server"], "send_email", side_effect=error),
        ):
            mails.send()

    def assertState(self, invitation, state, reason=False):
        self.assertEqual((invitation.state, invitation.suppress_reason or False), (state, reason))

    @classmethod
    def at(cls, text):
        return fields.Datetime.to_datetime(text)
