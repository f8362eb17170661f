"""The outbox: who gets what, when, how fast, and that nothing of a secret link stays behind."""

import re
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import Command
from odoo.tests import new_test_user, warmup
from odoo.tools import mute_logger

from .sending_common import NOW, SendingCase

# Queries of a batch, however many are sent.
MOST_QUERIES = 32


class TestSending(SendingCase):
    # ------------------------------------------------------------------
    # What goes out
    # ------------------------------------------------------------------

    def test_an_email(self):
        self.program.write({"email_from": "survey@example.org", "reply_to": "answers@example.org"})
        [invitation] = self.queue(self.anna)
        self.run_cron("send")
        self.assertState(invitation, "sent")
        self.assertEqual(invitation.sent_at, self.at(NOW))
        self.assertEqual(invitation.expires_at, self.at("2026-04-07 04:00:00"))
        self.assertEqual(invitation.next_reminder_at, self.at("2026-03-27 04:00:00"))
        [mail] = self.mails(invitation)
        self.assertTrue(mail.auto_delete)
        [sent] = self.deliver(mail)
        self.assertEqual(sent["email_to"], ['"Anna" <anna@example.com>'])
        self.assertEqual((sent["email_from"], sent["reply_to"]), ("survey@example.org", "answers@example.org"))
        link = invitation._url()
        self.assertEqual(sent["headers"]["List-Unsubscribe"], f"<{link}/stop>")
        self.assertEqual(sent["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        self.assertEqual(re.findall(rf'"{re.escape(link)}\?score=(\d+)"', sent["body"]), [str(n) for n in range(11)])
        for text in (f'"{link}"', f'"{link}/stop"', "Dear Anna", self.company.name, "April 7, 2026"):
            self.assertIn(text, sent["body"])
        self.assertNotIn("\ue000", sent["body"])
        for text in (link, f"{link}/stop", "Dear Anna", "April 7, 2026"):
            self.assertIn(text, sent["body_alternative"])

    def test_no_buttons_where_the_main_question_is_not_the_first(self):
        self.words.sequence = -1
        [invitation] = self.queue(self.anna)
        self.run_cron("send")
        self.assertNotIn("?score=", self.mails(invitation).body_html)

    def test_nothing_of_the_link_stays(self):
        invitations = self.queue(self.anna, self.ben)
        self.run_cron("send")
        mails = self.mails(invitations)
        messages = mails.mail_message_id
        self.assertEqual(len(messages), 2)
        self.assertFalse(any(messages.mapped("body")), "the body of the message would be in the chatter")
        tokens = [invitation._token() for invitation in invitations]
        self.deliver(mails)
        self.assertFalse(mails.exists() or messages.exists())
        self.env.flush_all()
        for table, column in (("mail_mail", "body_html"), ("mail_mail", "headers"), ("mail_message", "body")):
            for token in tokens:
                self.env.cr.execute(f'SELECT count(*) FROM {table} WHERE "{column}" LIKE %s', [f"%{token}%"])
                self.assertEqual(self.env.cr.fetchone(), (0,), (table, column))
        self.assertFalse(self.anna.message_ids.filtered(lambda message: "/feedback/" in (message.body or "")))

    def test_each_in_his_own_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        message = self.env.ref("bank_crm_survey.message_invitation")
        message.with_context(lang="zh_CN").write({"subject": "{bank}：您满意吗？", "body": "{name} 您好"})
        invitations = self.queue(self.anna, lang="zh_CN") | self.queue(self.ben, lang="en_US")
        odd = self.queue(self.carl, lang="xx_XX")
        self.run_cron("send")
        first, second = self.mails(invitations)
        self.assertIn("您满意吗", first.subject)
        self.assertIn("Anna 您好", first.body_html)
        self.assertIn("2026年4月7日", first.body_html)
        self.assertIn("Dear Ben", second.body_html)
        self.assertIn("Dear Carl", self.mails(odd).body_html)

    def test_a_customers_name_is_no_code(self):
        self.anna.name = "<img src=x>\r\nBcc: all@example.com {link}"
        [invitation] = self.queue(self.anna)
        self.env.ref("bank_crm_survey.message_invitation").subject = "For {name}"
        self.run_cron("send")
        [mail] = self.mails(invitation)
        self.assertEqual(mail.subject, "For <img src=x> Bcc: all@example.com {link}")
        self.assertNotIn("<img src=x>", mail.body_html)
        self.assertEqual(len((mail.subject + mail.email_to).splitlines()), 1)

    def test_the_event(self):
        [invitation] = self.queue(self.anna)
        self.run_cron("send")
        events = self.env["bank.customer.event"].search([("kind", "=", "survey.invited")])
        self.assertEqual((events.partner_id, events.source_id), (self.anna, invitation.id))
        self.assertEqual(events.summary, "Relationship")

    def give_login(self, partner):
        return new_test_user(self.env, "customer", groups="base.group_portal", partner_id=partner.id)

    def test_portal_needs_no_message(self):
        self.give_login(self.anna)
        [invitation] = self.queue(self.anna, channel="portal")
        self.freeze("2026-03-23 18:00:00")  # at night
        invitation.send_after = "2026-03-23 17:00:00"
        self.run_cron("send")
        self.assertState(invitation, "sent")
        self.assertFalse(self.mails(invitation) or invitation.next_reminder_at)

    def test_the_end_of_the_wave_ends_the_invitation(self):
        wave = self.wave(closes_on="2026-03-31")
        [invitation] = self.queue(self.anna, wave_id=wave.id)
        self.run_cron("send")
        self.assertEqual(invitation.expires_at, self.at("2026-03-31 16:00:00"))  # midnight in Shanghai
        self.assertIn("March 31, 2026", self.mails(invitation).body_html)

    # ------------------------------------------------------------------
    # Who gets nothing
    # ------------------------------------------------------------------

    def wave(self, **values):
        wave = (
            self.env["bank.survey.wave"]
            ._unguarded()
            .create({"name": "Wave", "program_id": self.program.id, "state": "sending", **values})
        )
        return wave.with_env(self.env)

    def test_what_changed_since_the_sample(self):
        invitations = self.queue(self.anna, self.ben, self.carl, self.pia)
        self.env["bank.consent"].create(
            {"partner_id": self.anna.id, "purpose": "survey", "channel": "any", "state": "withdrawn"}
        )
        self.ben.is_restricted = True
        self.carl.lifecycle_stage = "deceased"
        self.run_cron("send")
        for invitation, (state, reason) in zip(
            invitations,
            [("suppressed", "withdrawn"), ("suppressed", "restricted"), ("suppressed", "deceased"), ("sent", False)],
            strict=True,
        ):
            self.assertState(invitation, state, reason)
        self.assertEqual(self.mails(invitations).mapped("res_id"), invitations[3].ids)

    def test_only_running_programmes_and_waves(self):
        paused = self.make_program("PAUSED", "Paused", state="paused")
        wave = self.wave(state="frozen")
        waiting = self.queue(self.anna, program=paused) | self.queue(self.ben, wave_id=wave.id)
        waiting |= self.queue(self.carl, send_after="2026-03-24 04:00:01")
        waiting |= self.queue(self.pia, channel="sms") | self.queue(self.olga, state="drawn")
        self.run_cron("send")
        self.assertEqual(set(waiting.mapped("state")), {"queued", "drawn"})
        self.assertFalse(self.mails(waiting))

    def test_a_wave_of_which_nothing_waits_is_open(self):
        wave, late = self.wave(), self.wave(name="Late")
        self.queue(self.anna, wave_id=wave.id)
        self.queue(self.ben, wave_id=late.id, send_after="2026-03-25 04:00:00")
        self.run_cron("send")
        self.assertEqual((wave.state, late.state), ("open", "sending"))

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------

    def test_the_window_is_in_the_customers_time_zone(self):
        self.anna.tz, self.ben.tz = "America/New_York", False
        anna, ben = self.queue(self.anna, self.ben)
        self.run_cron("send")  # noon in Shanghai, midnight in New York
        self.assertState(anna, "queued")
        self.assertEqual(anna.send_after, self.at("2026-03-24 13:00:00"))  # summer time already
        self.assertState(ben, "sent")
        self.freeze("2026-03-24 13:00:00")
        self.run_cron("send")
        self.assertState(anna, "sent")

    def test_quiet_hours_of_the_bank(self):
        self.env["bank.contact.policy"].create(
            {"channel": "email", "quiet_from": 11, "quiet_to": 14, "tuesday": True, "exempts_service": False}
        )
        [invitation] = self.queue(self.anna)
        self.run_cron("send")
        self.assertEqual(invitation.send_after, self.at("2026-03-24 06:00:00"))
        self.freeze("2026-03-24 06:00:00")
        self.run_cron("send")
        self.assertState(invitation, "sent")

    def test_a_day_of_peace_and_the_end_of_the_month(self):
        self.env["bank.contact.policy"].create(
            {"channel": "any", "quiet_from": 0, "quiet_to": 0, "saturday": False, "sunday": False}
        )
        self.freeze("2026-01-30 15:00:00")  # Friday, 23:00 in Shanghai
        [invitation] = self.queue(self.anna, send_after="2026-01-30 14:00:00")
        self.run_cron("send")
        self.assertEqual(invitation.send_after, self.at("2026-02-02 01:00:00"))

    def test_there_is_no_moment(self):
        days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        self.env["bank.contact.policy"].create({"channel": "email", **dict.fromkeys(days, False)})
        [invitation] = self.queue(self.anna)
        self.run_cron("send")
        self.assertState(invitation, "suppressed", "too_late")

    def test_throttle(self):
        self.program.throttle_per_minute = 2
        invitations = self.queue(self.anna, self.ben, self.carl, self.pia, self.olga)
        cron = self.env.ref("bank_crm_survey.ir_cron_survey_send")
        self.run_cron("send")
        self.assertEqual(invitations.mapped("state").count("sent"), 2)
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(self.at("2026-03-24 04:01:00"), triggers.mapped("call_at"))
        self.run_cron("send")
        self.assertEqual(invitations.mapped("state").count("sent"), 2, "the minute is not over")
        self.freeze("2026-03-24 04:01:01")
        self.run_cron("send")
        self.assertEqual(invitations.mapped("state").count("sent"), 4)
        self.assertEqual(len(self.mails(invitations)), 4)

    # ------------------------------------------------------------------
    # Trouble
    # ------------------------------------------------------------------

    def test_twice_changes_nothing(self):
        invitations = self.queue(self.anna, self.ben)
        self.run_cron("send")
        self.run_cron("send")
        self.assertEqual(len(self.mails(invitations)), 2)
        self.assertEqual(self.env["bank.customer.event"].search_count([("kind", "=", "survey.invited")]), 2)

    def test_a_conflict_is_tried_again(self):
        [invitation] = self.queue(self.anna)
        cls = self.env.registry["bank.survey.invitation"]
        original, calls = cls._work_on_batch, []

        def once(model, *args):
            calls.append(args)
            if len(calls) == 1:
                raise SerializationFailure
            return original(model, *args)

        with patch.object(cls, "_work_on_batch", once):
            self.run_cron("send")
        self.assertState(invitation, "sent")
        self.assertEqual(len(self.mails(invitation)), 1)

    def test_one_broken_programme_does_not_hold_back_the_others(self):
        other = self.make_program("OTHER", "Other")
        broken = self.queue(self.anna)
        well = self.queue(self.ben, program=other)
        cls = self.env.registry["bank.survey.program"]
        original = cls._message_for

        def message_for(program, *args):
            if program.code == "REL":
                raise ValueError("no message")
            return original(program, *args)

        with (
            patch.object(cls, "_message_for", message_for),
            mute_logger("odoo.addons.bank_crm_survey.models.bank_survey_invitation_sending"),
        ):
            self.run_cron("send")
        self.assertState(broken, "queued")
        self.assertState(well, "sent")

    def test_the_mail_server_is_down(self):
        [invitation] = self.queue(self.anna)
        for minutes, moment in ((15, NOW), (60, "2026-03-24 04:20:00"), (240, "2026-03-24 05:30:00")):
            self.freeze(moment)
            self.run_cron("send")
            self.assertState(invitation, "sent")
            with mute_logger("odoo.addons.mail.models.mail_mail"):
                self.fail_to_deliver(self.mails(invitation), OSError("connection refused"))
            self.assertState(invitation, "queued")
            self.assertFalse(invitation.sent_at)
            waits = (invitation.send_after - self.at(moment)).total_seconds() / 60
            self.assertEqual(waits, minutes)
            self.assertFalse(self.mails(invitation), "the mail held the secret of the link")
        self.freeze("2026-03-24 10:00:00")
        self.run_cron("send")
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self.fail_to_deliver(self.mails(invitation), OSError("connection refused"))
        self.assertState(invitation, "bounced")
        self.assertEqual(self.env["bank.customer.event"].search_count([("kind", "=", "survey.invited")]), 1)

    def test_an_impossible_address(self):
        [invitation] = self.queue(self.anna)
        self.run_cron("send")
        mails = self.mails(invitation)
        mails.email_to = "nobody"
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self.fail_to_deliver(mails, AssertionError(self.env["ir.mail_server"].NO_VALID_RECIPIENT))
        self.assertState(invitation, "bounced")
        self.assertFalse(mails.exists())

    # ------------------------------------------------------------------
    # Calls
    # ------------------------------------------------------------------

    def test_a_call_is_a_task_of_the_relationship_manager(self):
        anna, pia = self.queue(self.anna, self.pia, channel="phone")
        self.run_cron("send")
        self.assertState(anna, "sent")
        task = anna.call_activity_id
        self.assertEqual(
            (task.user_id, task.res_model, task.res_id), (self.users["rm_north"], "res.partner", self.anna.id)
        )
        self.assertIn(f"/odoo/bank.survey.invitation/{anna.id}", task.note)
        self.assertNotIn("/feedback/", task.note)
        self.assertEqual(pia.call_activity_id.user_id, self.users["manager_north"])
        anna.state = "completed"
        self.assertFalse(task.exists())

    def test_nobody_to_call(self):
        self.program.user_id = False
        [invitation] = self.queue(self.olga, channel="phone")
        self.run_cron("send")
        self.assertState(invitation, "suppressed", "no_caller")

    def test_a_call_ends_with_the_invitation(self):
        [invitation] = self.queue(self.anna, channel="phone")
        self.run_cron("send")
        task = invitation.call_activity_id
        self.freeze("2026-04-07 04:00:00")
        self.run_cron("expire")
        self.assertState(invitation, "expired")
        self.assertFalse(task.exists())

    # ------------------------------------------------------------------
    # Running out
    # ------------------------------------------------------------------

    def test_running_out(self):
        sent, begun, done = self.queue(self.anna, self.ben, self.carl, state="sent", expires_at="2026-03-24 03:59:59")
        begun.state, done.state = "started", "completed"
        later = self.queue(self.pia, state="sent", expires_at="2026-03-24 04:00:01")
        self.run_cron("expire")
        states = [invitation.state for invitation in (sent, begun, done, later)]
        self.assertEqual(states, ["expired", "started", "completed", "sent"])
        self.freeze("2026-03-25 04:00:00")
        self.run_cron("expire")
        self.assertEqual(begun.state, "expired")

    def test_stuck_mails_of_closed_invitations_are_deleted(self):
        invitations = self.queue(self.anna, self.ben)
        self.run_cron("send")
        first, second = self.mails(invitations)
        (first | second).state = "exception"
        invitations[0].state = "expired"
        self.run_cron("expire")
        self.assertEqual((first.exists(), second.exists()), (first.browse(), second))

    # ------------------------------------------------------------------
    # Cost
    # ------------------------------------------------------------------

    def many(self, number):
        partners = self.env["res.partner"].create(
            [
                {"name": f"Customer {index}", "is_bank_customer": True, "email": f"customer{index}@example.com"}
                for index in range(number)
            ]
        )
        invitations = self.queue(*partners)
        self.env.flush_all()
        self.env.invalidate_all()
        return invitations

    def send_batch(self, number):
        invitations = self.many(number)
        model = self.env["bank.survey.invitation"]
        with self.mock_mail_gateway():
            count = self.env.cr.sql_log_count
            self.assertEqual(model._work_on_batch(self.program, "invitation", 500), number)
            self.env.flush_all()
            count = self.env.cr.sql_log_count - count
        self.assertEqual(len(self.mails(invitations)), number)
        return count

    @warmup
    def test_queries_do_not_depend_on_the_number(self):
        self.send_batch(10)
        few, lot = self.send_batch(10), self.send_batch(60)
        self.assertLessEqual(few, MOST_QUERIES)
        self.assertLessEqual(lot, few + 3)

    def test_channels_in_one_batch(self):
        self.program.channel_ids = [Command.create({"channel": "phone", "sequence": 3})]
        self.give_login(self.ben)
        invitations = self.queue(self.anna) | self.queue(self.ben, channel="portal")
        invitations |= self.queue(self.carl, channel="phone")
        self.run_cron("send")
        self.assertEqual(set(invitations.mapped("state")), {"sent"})
        self.assertEqual(self.mails(invitations).mapped("res_id"), invitations[0].ids)
