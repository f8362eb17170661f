"""Text messages: fetched, leased and reported by the bank's gateway, each sent once."""

from odoo.exceptions import AccessError, ValidationError

from .sending_common import SendingCase


class TestGateway(SendingCase):
    def setUp(self):
        super().setUp()
        self.invitations = self.env["bank.survey.invitation"].with_user(self.users["operations"])

    def fetch(self, **values):
        return self.invitations.fetch_messages({"channel": "sms", **values})

    def report(self, *rows):
        return self.invitations.report_delivery({"rows": list(rows)})

    def test_a_message(self):
        [invitation] = self.queue(self.anna, channel="sms")
        [message] = self.fetch()
        self.assertEqual(message["key"], f"survey-{invitation.id}-0")
        self.assertIn(invitation._url(), message["text"])
        self.assertIn(f"{invitation._url()}/stop", message["text"])
        self.assertEqual((message["lang"], message["expires_at"]), ("en_US", "2026-04-07T04:00:00Z"))
        self.assertEqual(message["phone"], self.anna.phone_sanitized or self.anna.phone)
        self.assertState(invitation, "queued")

    def test_the_lease(self):
        self.queue(self.anna, self.ben, channel="sms")
        first = self.fetch(limit=1)
        second = self.fetch()
        self.assertEqual((len(first), len(second)), (1, 1))
        self.assertNotEqual(first[0]["key"], second[0]["key"])
        self.assertEqual(self.fetch(), [])
        self.freeze("2026-03-24 04:15:01")
        self.assertEqual(len(self.fetch()), 2)

    def test_reports_are_idempotent(self):
        anna, ben = self.queue(self.anna, self.ben, channel="sms")
        self.fetch()
        rows = [
            {"key": f"survey-{anna.id}-0", "status": "sent"},
            {"key": f"survey-{ben.id}-0", "status": "failed", "reason": "unknown\nsubscriber"},
            {"key": "survey-0-0", "status": "sent"},
            {"key": "nonsense", "status": "sent"},
        ]
        unknown = ["survey-0-0", "nonsense"]
        self.assertEqual(self.report(*rows, rows[0]), {"sent": 1, "failed": 1, "unchanged": 1, "unknown": unknown})
        self.assertEqual(self.report(*rows), {"sent": 0, "failed": 0, "unchanged": 2, "unknown": unknown})
        self.assertState(anna, "sent")
        self.assertEqual(anna.sent_at, self.at("2026-03-24 04:00:00"))
        self.assertEqual((ben.state, ben.bounce_reason), ("bounced", "unknown subscriber"))
        ben._mark_bounced("x")  # once is enough
        self.assertEqual(ben.bounce_reason, "unknown subscriber")
        self.assertEqual(
            self.env["bank.customer.event"].search([("kind", "=", "survey.invited")]).partner_id, self.anna
        )
        self.assertEqual(self.fetch(), [])

    def test_reasons_hold_no_numbers(self):
        invitation = self.make_invitation(self.ben, channel="sms", state="queued")
        invitation._mark_bounced("text of card\n4111 1111 1111 1111 refused")
        self.assertNotIn("1111 1111", invitation.bounce_reason)
        self.assertIn("refused", invitation.bounce_reason)

    def test_an_invitation_by_email_is_none_of_its_business(self):
        [invitation] = self.queue(self.anna)
        self.assertEqual(self.fetch(), [])
        key = f"survey-{invitation.id}-0"
        self.assertEqual(self.report({"key": key, "status": "sent"})["unknown"], [key])
        self.assertState(invitation, "queued")

    def test_delivery_that_fails_later(self):
        [invitation] = self.queue(self.anna, channel="sms")
        [message] = self.fetch()
        self.report({"key": message["key"], "status": "sent"})
        self.assertEqual(self.report({"key": message["key"], "status": "failed"})["failed"], 1)
        self.assertState(invitation, "bounced")
        self.assertEqual(self.report({"key": message["key"], "status": "sent"})["unchanged"], 1)

    def test_answered_before_the_report(self):
        [invitation] = self.queue(self.anna, channel="sms")
        [message] = self.fetch()
        invitation.state = "started"
        self.report({"key": message["key"], "status": "sent"})
        self.assertEqual((invitation.state, invitation.sent_at), ("started", self.at("2026-03-24 04:00:00")))

    def test_reminders(self):
        [invitation] = self.queue(self.anna, channel="sms")
        [message] = self.fetch()
        self.report({"key": message["key"], "status": "sent"})
        self.freeze("2026-03-27 04:00:00")
        [reminder] = self.fetch()
        self.assertEqual(reminder["key"], f"survey-{invitation.id}-1")
        self.assertIn("still like to hear", reminder["text"])
        self.assertEqual(self.fetch(), [])
        for number in (1, 0):
            answer = self.report({"key": reminder["key"], "status": "sent"})
            self.assertEqual(answer["sent"], number)
        self.assertEqual(invitation.reminder_count, 1)
        self.assertEqual(invitation.next_reminder_at, self.at("2026-03-31 04:00:00"))

    def test_the_last_look_and_the_window_hold_here_too(self):
        anna, ben, carl = self.queue(self.anna, self.ben, self.carl, channel="sms")
        self.env["bank.consent"].create(
            {"partner_id": self.anna.id, "purpose": "survey", "channel": "sms", "state": "withdrawn"}
        )
        self.ben.tz = "America/New_York"
        [message] = self.fetch()
        self.assertEqual(message["key"], f"survey-{carl.id}-0")
        self.assertState(anna, "suppressed", "withdrawn")
        self.assertEqual(ben.send_after, self.at("2026-03-24 13:00:00"))

    def test_the_throttle_holds_here_too(self):
        self.program.throttle_per_minute = 1
        self.queue(self.anna, self.ben, channel="sms")
        self.assertEqual(len(self.fetch()), 1)
        self.assertEqual(self.fetch(), [])
        self.freeze("2026-03-24 04:01:01")
        self.assertEqual(len(self.fetch()), 1)

    def test_roles(self):
        self.queue(self.anna, channel="sms")
        for role, user in self.users.items():
            if role == "operations":
                continue
            invitations = self.env["bank.survey.invitation"].with_user(user)
            with self.assertRaisesRegex(AccessError, "access_denied"):
                invitations.fetch_messages({"channel": "sms"})
            with self.assertRaisesRegex(AccessError, "access_denied"):
                invitations.report_delivery({"rows": []})

    def test_bad_values(self):
        for values, code in (
            ({}, "required_field"),
            ({"channel": "email"}, "invalid_value"),
            ({"channel": "sms", "limit": 0}, "invalid_number"),
            ({"channel": "sms", "limit": True}, "invalid_number"),
            ({"channel": "sms", "limit": 1001}, "invalid_number"),
            ({"channel": "sms", "lmit": 1}, "unknown_field"),
            ([], "wrong_type"),
        ):
            with self.assertRaisesRegex(ValidationError, rf"^\[{code}\]"):
                self.invitations.fetch_messages(values)
        for values, code in (
            ({}, "required_field"),
            ({"rows": {}}, "wrong_type"),
            ({"rows": ["x"]}, "wrong_type"),
            ({"rows": [{"key": "x"}]}, "required_field"),
            ({"rows": [{"key": "x", "status": "lost"}]}, "invalid_value"),
            ({"rows": [{"key": "x", "status": "sent", "id": 1}]}, "unknown_field"),
        ):
            with self.assertRaisesRegex(ValidationError, rf"^\[{code}\]"):
                self.invitations.report_delivery(values)
