"""Mails that come back: real reports find their invitation although nothing of its mail is left."""

import email
from email import policy
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ..tools import mail_report
from .sending_common import SendingCase

MESSAGES = Path(__file__).parent / "messages"
FAILED = {"hard": "5.1.1", "qmail": "5.1.1", "chinese": "5.1.1", "exchange": "5.2.2"}


def report(name, message_id, recipient="anna@example.com"):
    text = (MESSAGES / f"{name}.eml").read_bytes()
    return text.replace(b"@@MESSAGE_ID@@", message_id.encode()).replace(b"@@RECIPIENT@@", recipient.encode())


class TestBounce(SendingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.alias.domain"].create({"name": "example.org", "bounce_alias": "bounce"})

    def sent(self, partner=None):
        """Return an invitation that was mailed, and the Message-ID of the mail, which is gone."""
        [invitation] = self.queue(partner or self.anna)
        self.run_cron("send")
        mail = self.mails(invitation)
        message_id = mail.message_id
        self.deliver(mail)
        self.assertFalse(mail.exists())
        return invitation, message_id

    def receive(self, name, message_id, **values):
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(None, report(name, message_id, **values))
        self.env.invalidate_all()

    def test_it_came_back(self):
        for name, status in FAILED.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                invitation, message_id = self.sent()
                before = self.anna.message_bounce
                self.receive(f"bounce_{name}", message_id)
                self.assertState(invitation, "bounced")
                self.assertEqual((invitation.bounce_reason, invitation.next_reminder_at), (status, False))
                self.assertEqual(invitation.bounced_at, self.at("2026-03-24 04:00:00"))
                self.assertEqual(self.anna.message_bounce, before + 1)
                savepoint.close(rollback=True)
            self.env.invalidate_all()

    def test_not_yet_is_no_bounce(self):
        for name in ("bounce_delayed", "vacation"):
            invitation, message_id = self.sent()
            self.receive(name, message_id)
            self.assertState(invitation, "sent")
            self.assertEqual(self.anna.message_bounce, 0, name)
            self.anna = self.ben
            invitation.state = "withdrawn"

    def test_the_link_of_one_that_came_back_is_closed(self):
        invitation, message_id = self.sent()
        self.receive("bounce_hard", message_id)
        self.assertNotEqual(invitation._door_state(), "open")
        with self.assertRaisesRegex(UserError, "invitation_closed"):
            invitation._start()

    def test_what_was_begun_did_arrive(self):
        invitation, message_id = self.sent()
        invitation._start()
        self.receive("bounce_hard", message_id)
        self.assertEqual((invitation.state, invitation.next_reminder_at), ("started", False))

    def test_a_reminder_that_comes_back(self):
        invitation, _message_id = self.sent()
        self.freeze("2026-03-27 04:00:00")
        self.run_cron("remind")
        mail = self.mails(invitation)
        message_id = mail.message_id
        self.deliver(mail)
        self.receive("bounce_hard", message_id)
        self.assertState(invitation, "bounced")

    def test_nobody_can_make_up_a_message_id(self):
        invitation, message_id = self.sent()
        name, seal = message_id.strip("<>").split("@")[0].rsplit(".", 1)
        for forged in (
            f"<{name}.{'0' * 24}@example.org>",
            f"<bank-survey.{invitation.id + 1}.0.0.{seal}@example.org>",
            f"<bank-survey.{invitation.id}.1.0.{seal}@example.org>",
            f"<bank-survey.{invitation.id}@example.org>",
            f"<{name}.{seal}x@example.org>",
        ):
            self.assertFalse(invitation._find_by_message_ids([forged]), forged)
            self.receive("bounce_hard", forged)
        self.assertState(invitation, "sent")
        self.assertEqual(invitation._find_by_message_ids(["<x@y>", message_id]), invitation)

    def test_reports_on_other_messages_go_their_way(self):
        invitation, _message_id = self.sent()
        before = self.anna.message_bounce
        self.receive("bounce_hard", "<somebody@else.example>")
        self.assertState(invitation, "sent")
        self.assertEqual(self.anna.message_bounce, before + 1)


@tagged("post_install", "-at_install")
class TestMailReport(TransactionCase):
    def read_report(self, name):
        return mail_report.read(email.message_from_bytes(report(name, "<id@example.org>"), policy=policy.SMTP))

    def test_reports(self):
        for name, status in FAILED.items():
            found = self.read_report(f"bounce_{name}")
            self.assertEqual((found.failed, found.status), (True, status), name)
            self.assertIn("<id@example.org>", found.message_ids, name)
        self.assertFalse(self.read_report("bounce_delayed").failed)
        self.assertFalse(self.read_report("vacation").failed)
