"""Reminders: whom, when, how often; never after the end, never two in a row."""

from .sending_common import SendingCase


class TestReminders(SendingCase):
    def send(self, *partners, **values):
        invitations = self.queue(*partners, **values)
        self.run_cron("send")
        self.mails(invitations).unlink()
        return invitations

    def remind_at(self, moment):
        self.freeze(moment)
        self.run_cron("remind")

    def test_twice_and_no_more(self):
        [invitation] = self.send(self.anna)
        self.remind_at("2026-03-27 03:59:59")
        self.assertFalse(self.mails(invitation))
        self.remind_at("2026-03-27 04:00:00")
        [mail] = self.mails(invitation)
        self.assertIn("still missing", mail.subject)
        self.assertIn(invitation._url(), mail.body_html)
        self.assertIn("April 7, 2026", mail.body_html)
        self.assertEqual((invitation.reminder_count, invitation.state), (1, "sent"))
        self.run_cron("remind")
        self.assertEqual(len(self.mails(invitation)), 1)
        self.remind_at("2026-03-31 04:00:00")
        self.assertEqual((invitation.reminder_count, invitation.next_reminder_at), (2, False))
        self.remind_at("2026-04-03 04:00:00")
        self.assertEqual(len(self.mails(invitation)), 2)
        self.assertEqual(len(set(self.mails(invitation).mapped("message_id"))), 2)

    def test_other_words_for_an_answer_that_was_begun(self):
        [invitation] = self.send(self.anna)
        invitation.state = "started"
        self.remind_at("2026-03-27 04:00:00")
        self.assertIn("nearly there", self.mails(invitation).subject)

    def test_nobody_who_is_done(self):
        invitations = self.send(self.anna, self.ben, self.carl, self.pia, self.olga)
        for invitation, state in zip(
            invitations, ("completed", "refused", "bounced", "withdrawn", "expired"), strict=True
        ):
            invitation.state = state
        self.remind_at("2026-03-27 04:00:00")
        self.assertFalse(self.mails(invitations))
        self.assertFalse(sum(invitations.mapped("reminder_count")))

    def test_consent_that_was_withdrawn_ends_them(self):
        [invitation] = self.send(self.anna)
        self.env["bank.consent"].create(
            {"partner_id": self.anna.id, "purpose": "survey", "channel": "any", "state": "withdrawn"}
        )
        self.remind_at("2026-03-27 04:00:00")
        self.assertFalse(self.mails(invitation) or invitation.next_reminder_at)
        self.assertEqual(invitation.suppress_reason, False)

    def test_inside_the_window_only(self):
        self.anna.tz = "America/New_York"
        self.freeze("2026-03-06 15:00:00")  # Friday, 10:00 there; clocks go forward on Sunday
        [invitation] = self.send(self.anna, send_after="2026-03-06 14:00:00")
        self.assertState(invitation, "sent")
        self.remind_at("2026-03-09 15:00:00")
        self.assertEqual(len(self.mails(invitation)), 1)
        self.remind_at("2026-03-13 15:00:00")
        self.assertEqual(len(self.mails(invitation)), 2)
        self.freeze("2026-03-24 20:00:00")
        [late] = self.send(self.anna, send_after="2026-03-24 14:00:00", touchpoint_ref="late")
        self.remind_at("2026-03-28 01:00:00")  # 21:00 there
        self.assertFalse(self.mails(late))
        self.assertEqual(late.next_reminder_at, self.at("2026-03-28 13:00:00"))

    def test_missed_ones_are_not_made_up_for(self):
        [invitation] = self.send(self.anna)
        self.program._unguarded().state = "paused"
        self.remind_at("2026-03-31 05:00:00")
        self.assertFalse(self.mails(invitation))
        self.program._unguarded().state = "running"
        self.remind_at("2026-03-31 06:00:00")
        self.assertEqual((invitation.reminder_count, invitation.next_reminder_at), (1, False))

    def test_none_behind_the_end(self):
        self.program.expires_days = 5
        [invitation] = self.send(self.anna)
        self.remind_at("2026-03-27 04:00:00")
        self.assertEqual(len(self.mails(invitation)), 1)
        self.assertFalse(invitation.next_reminder_at)

    def test_the_throttle_counts_them(self):
        self.program.throttle_per_minute = 2
        invitations = self.send(self.anna, self.ben) | self.queue(self.carl)
        self.freeze("2026-03-27 04:00:00")
        self.run_cron("remind")
        self.assertEqual(len(self.mails(invitations)), 2)
        self.run_cron("send")
        self.assertState(invitations[2], "queued")

    def test_month_end(self):
        self.freeze("2026-01-30 04:00:00")
        [invitation] = self.send(self.anna, send_after="2026-01-30 03:00:00")
        self.assertEqual(invitation.next_reminder_at, self.at("2026-02-02 04:00:00"))
