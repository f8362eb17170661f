"""Answers that are sent off: dispositions, duplicates, what looks forged, events, decisions, reopening."""

import json
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .answer_case import AnswerCase


@tagged("post_install", "-at_install")
class TestSurveyFinish(AnswerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.moment = fields.Datetime.now()

    def test_complete(self):
        answer = self.answer()
        self.assertEqual((answer.state, answer.bank_disposition), ("done", "complete"))
        self.assertEqual(answer.bank_answered_on, self.env["bank.run"]._today())
        invitation = answer.bank_invitation_id
        self.assertEqual(invitation.state, "completed")
        self.assertTrue(invitation.completed_at)

    def test_timed_out_without_main_score(self):
        answer = self.begin()
        self.fill(answer, {self.csat: "5"})
        answer._mark_done()
        self.assertEqual(answer.bank_disposition, "break_off")
        self.assertFalse(any(self.scores(answer).mapped("is_counted")))

    def test_ended_by_live_session(self):
        answer = self.begin()
        self.fill(answer, {self.nps: "9"})
        self.questionnaire.with_user(self.users["satisfaction"]).sudo().user_input_ids.write({"state": "done"})
        self.assertEqual(answer.bank_disposition, "complete")
        self.assertTrue(answer.end_datetime)
        self.assertEqual(len(self.scores(answer)), 1)

    def test_finished_once(self):
        answer = self.begin()
        self.fill(answer, {self.nps: "9"})
        with patch.object(type(answer), "_after_bank_answers", autospec=True) as hook:
            answer._mark_done()
            answer._mark_done()
            answer.write({"state": "done"})
        self.assertEqual([call.args[0].ids for call in hook.call_args_list], [answer.ids])
        self.assertEqual(len(self.scores(answer)), 1)
        self.assertEqual(len(self.events(self.anna, "survey.answered")), 1)

    def test_event_tells_neither_score_nor_words(self):
        answer = self.begin()
        self.fill(answer, {self.nps: "3", self.words: "Queues of an hour"})
        answer._mark_done()
        event = self.events(self.anna, "survey.answered")
        self.assertEqual((event.source_model, event.source_id), ("survey.user_input", answer.id))
        self.assertEqual(set(event.payload), {"id", "label", "program"})
        self.assertNotIn("Queues", json.dumps(event.payload))
        self.assertEqual(event.summary, "Relationship")

    def test_first_of_a_wave_counts(self):
        wave = self.env["bank.survey.wave"].create({"name": "Spring", "program_id": self.program.id})
        first = self.answer(nps="9", wave_id=wave.id, touchpoint_ref="a")
        second = self.answer(nps="1", wave_id=wave.id, touchpoint_ref="b")
        other = self.answer(self.ben, nps="1", wave_id=wave.id)
        self.assertEqual(second.bank_duplicate_of_id, first)
        self.assertFalse(first.bank_duplicate_of_id or other.bank_duplicate_of_id)
        counted = self.scores(first | second | other).filtered("is_counted").user_input_id
        self.assertEqual(counted, first | other)

    def test_sending_off_many_in_few_queries(self):
        """Judging, scoring, events and figures are passes over all answers: twenty cost hardly more than two."""
        customers = [self.make_customer(f"Customer {index}") for index in range(24)]
        answers = self.env["survey.user_input"].union(*(self.begin(customer) for customer in customers))
        for answer in answers:
            self.fill(answer, {self.nps: "9"})
        counts = []
        for part in (answers[:2], answers[2:4], answers[4:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            part.write({"state": "done"})
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[2], counts[1] + 8, counts)
        self.assertLess(counts[1], 60, counts)

    def test_occasions_are_apart(self):
        first, second = self.answer(touchpoint_ref="ticket 1"), self.answer(touchpoint_ref="ticket 2")
        self.assertFalse((first | second).bank_duplicate_of_id)

    def test_duplicates_that_did_not_see_each_other(self):
        wave = self.env["bank.survey.wave"].create({"name": "Spring", "program_id": self.program.id})
        first = self.answer(nps="9", wave_id=wave.id, touchpoint_ref="a")
        second = self.answer(nps="1", wave_id=wave.id, touchpoint_ref="b")
        second.bank_duplicate_of_id = False
        second._write_bank_scores()
        self.env["survey.user_input"]._recheck_duplicates()
        self.assertEqual(second.bank_duplicate_of_id, first)
        self.assertFalse(self.scores(second).is_counted)

    # ------------------------------------------------------------------
    # What looks forged
    # ------------------------------------------------------------------

    def test_too_fast(self):
        self.program.min_seconds = 5
        fast, slow = self.begin(self.anna), self.begin(self.ben)
        for answer, seconds in ((fast, 4), (slow, 6)):
            answer.start_datetime = fields.Datetime.now() - timedelta(seconds=seconds)
            self.fill(answer, {self.nps: "10"})
            answer._mark_done()
        self.assertEqual((fast.bank_kpi_ok, fast.bank_suspect_reason), (False, "too_fast"))
        self.assertTrue(slow.bank_kpi_ok)
        self.assertFalse(self.scores(fast).is_counted)
        self.assertEqual(fast.bank_suspect_label, "Answered faster than anybody reads")

    def device_answer(self, seconds, address="192.0.2.1"):
        answer = self.env["survey.user_input"]._create_bank_answer(
            {
                "survey_id": self.questionnaire.id,
                "bank_program_id": self.program.id,
                "bank_channel": "qr",
                "bank_branch_id": self.north.id,
            }
        )
        answer._bank_note_source(address)
        self.fill(answer, {self.nps: "10"})
        answer.end_datetime = self.moment + timedelta(seconds=seconds)
        answer.write({"state": "done"})
        return answer

    def test_burst_of_one_device(self):
        self.program.burst_limit = 3
        answers = [self.device_answer(10 * index) for index in range(5)]
        other = self.device_answer(100, "192.0.2.2")
        reasons = [answer.bank_suspect_reason for answer in answers]
        self.assertEqual(reasons, [False, False, False, "burst", "burst"])
        self.assertFalse(other.bank_suspect_reason)
        self.assertNotIn("192.0.2.1", answers[0].bank_source_hash)

    def test_digest_of_a_device_is_forgotten(self):
        with freeze_time(self.moment - timedelta(days=2)):
            old = self.device_answer(0)
        young = self.device_answer(10)
        self.env["survey.user_input"]._forget_sources()
        self.assertFalse(old.bank_source_hash)
        self.assertFalse(old.bank_source_moment)
        self.assertTrue(young.bank_source_hash and young.bank_source_moment)

    def test_devices_are_told_apart(self):
        """Dots and blanks are no part of a number, but of an address they are."""
        addresses = ("192.0.2.1", "19.20.2.1", "1.9.20.21", "2001:db8::1", "2001:db8:0:1::")
        digests = {self.device_answer(10 * index, address).bank_source_hash for index, address in enumerate(addresses)}
        self.assertEqual(len(digests), len(addresses))

    def test_same_second(self):
        first, second, third = (self.device_answer(seconds) for seconds in (0, 1, 5))
        self.assertFalse(first.bank_suspect_reason)
        self.assertEqual(second.bank_suspect_reason, "same_second")
        self.assertFalse(third.bank_suspect_reason)

    # ------------------------------------------------------------------
    # Decisions
    # ------------------------------------------------------------------

    def review(self, answers, decision, user="satisfaction"):
        self.env.flush_all()
        mine = answers.with_user(self.users[user]).with_env(answers.with_user(self.users[user]).sudo(False).env)
        action = mine.action_count_it() if decision == "count" else mine.action_set_aside()
        wizard = (
            self.env["bank.survey.review"]
            .with_user(self.users[user])
            .with_context(**action["context"])
            .create({"reason": "Checked on card 4111 1111 1111 1111"})
        )
        wizard.action_apply()
        self.env.invalidate_all()

    def test_count_it(self):
        self.program.min_seconds = 5
        answer = self.answer()
        self.assertFalse(self.scores(answer).is_counted)
        self.review(answer, "count")
        self.assertTrue(self.scores(answer).is_counted)
        self.assertEqual(answer.bank_reviewed_by_id, self.users["satisfaction"])
        self.assertIn("Checked on card", answer.message_ids[0].body)
        self.assertNotIn("1111 1111 1111", answer.message_ids[0].body)
        answer._bank_judge()  # the decision stays
        self.assertTrue(answer.bank_kpi_ok)

    def test_set_aside(self):
        answer = self.answer()
        self.review(answer, "set_aside")
        self.assertFalse(self.scores(answer).is_counted)
        self.assertEqual(answer.bank_suspect_reason, "set_aside")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_decisions_are_of_satisfaction_managers(self):
        answer = self.answer()
        for role in ("rm_north", "manager_north", "compliance", "auditor", "survey_user", "employee", "portal"):
            mine = self.as_user(role, answer.with_env(self.env)).sudo(False)
            for call in (
                mine.action_count_it,
                mine.action_set_aside,
                mine.action_reopen,
                lambda a=mine: a._reopen("x"),
            ):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    call()

    def test_reopened(self):
        answer = self.begin()
        self.fill(answer, {self.nps: "1", self.words: "Wrong way round"})
        answer._mark_done()
        mine = self.as_user("satisfaction", answer).sudo(False)
        context = mine.action_reopen()["context"]
        wizard = self.env["bank.survey.reopen"].with_user(self.users["satisfaction"])
        wizard.with_context(**context).create({"reason": "Mixed up the scale"}).action_apply()
        self.env.invalidate_all()
        self.assertEqual(answer.state, "in_progress")
        self.assertFalse(self.scores(answer))
        invitation = answer.bank_invitation_id
        self.assertEqual(invitation.state, "started")
        reopening = answer.bank_reopening_ids
        self.assertEqual(reopening.reason, "Mixed up the scale")
        self.assertEqual([row["score"] for row in reopening.snapshot], [1, None])
        self.assertEqual(reopening.snapshot[1]["value"], "Wrong way round")
        self.assertIn("Mixed up the scale", answer.message_ids[0].body)
        with self.assertRaisesRegex(AccessError, "sealed_record"):
            reopening.reason = "Another"
        with self.assertRaisesRegex(AccessError, "sealed_record"):
            reopening.unlink()

        self.assertEqual(invitation._start(), answer)
        self.fill(answer, {self.nps: "9"})
        answer._mark_done()
        self.assertEqual(self.scores(answer).mapped("score"), [9])
        self.assertEqual(answer.bank_disposition, "complete")

    def test_reopened_keeps_whole_texts(self):
        words = "The queue was long. " * 30
        answer = self.begin()
        self.fill(answer, {self.nps: "1", self.words: words})
        answer._mark_done()
        answer._reopen("He asked for it")
        self.assertEqual(answer.bank_reopening_ids.snapshot[1]["value"], words.strip())

    def test_a_correction_is_no_new_answer(self):
        """It keeps its day and stays the first; meanwhile the second counts, which would count for ever otherwise."""
        wave = self.env["bank.survey.wave"].create({"name": "Spring", "program_id": self.program.id})
        self.program.min_seconds = 5
        with freeze_time(self.moment - timedelta(days=3)):
            first = self.begin(wave_id=wave.id, touchpoint_ref="a")
            self.fill(first, {self.nps: "1"})
        with freeze_time(self.moment - timedelta(days=3) + timedelta(seconds=60)):
            first._mark_done()
        ended_at, answered_on = first.end_datetime, first.bank_answered_on
        with freeze_time(self.moment - timedelta(days=2)):
            others = [self.begin(wave_id=wave.id, touchpoint_ref=ref) for ref in "bc"]
        for index, other in enumerate(others):
            self.fill(other, {self.nps: "5"})
            with freeze_time(self.moment - timedelta(days=2) + timedelta(seconds=60 + index)):
                other._mark_done()
        second, third = others
        self.assertEqual((second | third).bank_duplicate_of_id, first)

        first._reopen("Mixed up the scale")
        self.assertEqual((second.bank_duplicate_of_id.id, third.bank_duplicate_of_id), (False, second))
        self.assertEqual(self.scores(second | third).mapped("is_counted"), [True, False])

        self.fill(first, {self.nps: "9"})
        first._mark_done()
        self.assertEqual((first.end_datetime, first.bank_answered_on), (ended_at, answered_on))
        self.assertFalse(first.bank_suspect_reason)
        self.assertEqual((second | third).bank_duplicate_of_id, first)
        self.assertEqual(self.scores(first | second | third).mapped("is_counted"), [False, False, True])
        self.assertEqual(self.scores(first).answered_on, answered_on)
        self.assertTrue(self.scores(first).is_counted)

    def test_not_reopened_what_nobody_can_send_off_again(self):
        """Its scores would be withdrawn for good."""
        wave = self.env["bank.survey.wave"].create({"name": "Spring", "program_id": self.program.id})
        today = self.env["bank.run"]._today()
        for close in (
            lambda: wave._unguarded().write({"state": "closed"}),
            lambda: wave._unguarded().write({"state": "open", "closes_on": today - timedelta(days=1)}),
            lambda: self.questionnaire.write({"active": False}),
        ):
            self.questionnaire.active = True
            wave._unguarded().write({"state": "open", "closes_on": False})
            answer = self.answer(wave_id=wave.id, touchpoint_ref=f"wave {close}")
            self.assertTrue(self.as_user("satisfaction", answer).sudo(False).bank_may_reopen)
            scores = self.scores(answer).mapped("score")
            close()
            self.env.invalidate_all()
            self.assertFalse(self.as_user("satisfaction", answer).sudo(False).bank_may_reopen)
            with self.assertRaisesRegex(UserError, r"^\[invitation_closed\]"):
                answer._reopen("Why not")
            self.assertEqual((answer.state, self.scores(answer).mapped("score")), ("done", scores))

    def test_not_reopened_without_a_customer(self):
        answer = self.device_answer(0)
        self.assertFalse(answer.bank_may_reopen)
        with self.assertRaisesRegex(UserError, r"^\[anonymous_survey\]"):
            answer._reopen("Why not")
        self.assertEqual((answer.state, self.scores(answer).is_counted), ("done", True))

    def test_not_reopened(self):
        program = self.make_program("ANON", "Poll", anonymity="anonymous")
        anonymous = self.answer(program=program)
        with self.assertRaisesRegex(UserError, "anonymous_survey"):
            anonymous._reopen("Why not")
        with self.assertRaisesRegex(UserError, "not_answered"):
            self.begin()._reopen("Not finished")


@tagged("post_install", "-at_install")
class TestSurveyBreakOff(AnswerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.object(type(cls.env["ir.cron"]), "_commit_progress", return_value=1))

    def idle(self, answer, hours=73):
        self.env.flush_all()
        for table in ("survey_user_input", "survey_user_input_line"):
            column = "id" if table == "survey_user_input" else "user_input_id"
            self.env.cr.execute(
                f"UPDATE {table} SET write_date = %s WHERE {column} = %s",
                [fields.Datetime.now() - timedelta(hours=hours), answer.id],
            )
        self.env.invalidate_all()

    def test_partial_and_upgraded(self):
        answer = self.begin()
        self.fill(answer, {self.nps: "2"})
        self.idle(answer, 71)
        self.env["survey.user_input"]._cron_bank_break_off()
        self.assertFalse(answer.bank_disposition)
        self.idle(answer)
        self.env["survey.user_input"]._cron_bank_break_off()
        self.assertEqual((answer.state, answer.bank_disposition), ("in_progress", "partial"))
        invitation = answer.bank_invitation_id
        self.assertEqual(invitation.state, "partial")
        self.assertFalse(self.scores(answer).is_counted)
        self.program.count_partial = True
        self.assertTrue(self.scores(answer).is_counted)

        self.assertEqual(invitation._start(), answer)
        self.fill(answer, {self.csat: "4"})
        self.assertFalse(self.scores(answer))  # he is at it again
        answer._mark_done()
        self.assertEqual((answer.bank_disposition, invitation.state), ("complete", "completed"))
        self.assertEqual(sorted(self.scores(answer).mapped("score")), [2, 4])
        self.assertEqual(self.env["survey.user_input"].search_count([("bank_invitation_id", "=", invitation.id)]), 1)

    def test_break_off(self):
        answer = self.begin()
        self.idle(answer)
        self.env["survey.user_input"]._cron_bank_break_off()
        self.assertEqual(answer.bank_disposition, "break_off")
        self.assertEqual(answer.bank_invitation_id.state, "partial")

    def test_closed_wave(self):
        wave = self.env["bank.survey.wave"].create({"name": "Spring", "program_id": self.program.id})
        answer = self.begin(wave_id=wave.id)
        self.fill(answer, {self.nps: "9"})
        wave._unguarded().state = "closed"
        self.env["survey.user_input"]._cron_bank_break_off(batch=1)
        self.assertEqual(answer.bank_disposition, "partial")
        with self.assertRaisesRegex(UserError, "invitation_closed"):
            answer.bank_invitation_id._start()

    def test_anonymous_and_abandoned(self):
        program = self.make_program("ANON", "Poll", anonymity="anonymous")
        answer = self.begin(program=program)
        self.fill(answer, {self.nps: "9"})
        self.idle(answer)
        self.env["survey.user_input"]._cron_bank_break_off()
        self.assertTrue(answer.bank_invitation_id, "he may still come back")
        answer.bank_invitation_id.expires_at = fields.Datetime.now() - timedelta(days=1)
        self.env["survey.user_input"]._cron_bank_break_off()
        self.assertFalse(answer.bank_invitation_id)
        self.assertEqual(self.scores(answer).mapped("score"), [9])
