from datetime import datetime, timedelta
from unittest.mock import patch

import psycopg2.errors
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .loop_common import MONDAY, LoopCase


class TestFollowup(LoopCase):
    def test_a_detractor_is_followed_up_by_his_manager(self):
        followup = self.followup(nps="3", words="Too slow")
        self.assertRecordValues(
            followup,
            [
                {
                    "partner_id": self.anna.id,
                    "user_id": self.users["rm_north"].id,
                    "rule_id": self.env.ref("bank_crm_survey.bank_survey_followup_rule_detractor").id,
                    "kind": "call",
                    "score": 3,
                    "bucket": "detractor",
                    "state": "new",
                    "branch_id": self.north_vip.id,
                    "manager_id": self.users["rm_north"].id,
                    "invitation_id": followup.user_input_id.bank_invitation_id.id,
                }
            ],
        )
        self.assertFalse(followup.excluded_user_ids)
        activity = followup.activity_ids
        self.assertEqual(activity.user_id, self.users["rm_north"])
        self.assertNotIn("Anna", (activity.summary or "") + (activity.note or ""))

    def test_first_rule_that_fits(self):
        self.carl.tier_id = self.vip
        rules = {
            code: self.env.ref(f"bank_crm_survey.bank_survey_followup_rule_{code}")
            for code in ("detractor_top", "detractor", "passive", "promoter")
        }
        found = [
            self.followup(self.carl, nps="0").rule_id,
            self.followup(self.anna, nps="6").rule_id,
            self.followup(self.ben, nps="7").rule_id,
            self.followup(self.pia, nps="9").rule_id,
        ]
        self.assertEqual(found, [rules[code] for code in ("detractor_top", "detractor", "passive", "promoter")])

    def test_conditions_of_a_rule(self):
        rule = self.env["bank.survey.followup.rule"].create(
            {
                "name": "Leaves us",
                "sequence": 1,
                "level": "any",
                "has_score_range": True,
                "score_from": 7,
                "score_to": 8,
                "keywords": "leaving\n销户",
                "owner_policy": "user",
                "user_id": self.users["agent"].id,
            }
        )
        self.assertEqual(self.followup(nps="7", words="I am LEAVING.").rule_id, rule)
        self.assertEqual(self.followup(self.ben, nps="8", words="我要销户了").user_id, self.users["agent"])
        self.assertNotEqual(self.followup(self.carl, nps="6", words="leaving").rule_id, rule)
        self.assertNotEqual(self.followup(self.pia, nps="7", words="I stay").rule_id, rule)
        other = self.make_program("OTHER", "Other")
        rule.program_ids = other
        self.assertNotEqual(self.followup(self.olga, nps="7", words="leaving").rule_id, rule)
        self.assertEqual(self.followup(self.olga, nps="7", words="leaving", program=other).rule_id, rule)

    def test_no_rule_no_followup(self):
        self.env["bank.survey.followup.rule"].search([]).action_archive()
        self.assertFalse(self.followup(nps="0"))

    def test_owner_where_there_is_no_manager(self):
        self.assertEqual(self.followup(self.pia, nps="1").user_id, self.users["manager_north"])
        self.assertEqual(self.followup(self.olga, nps="1").user_id, self.users["satisfaction"])

    def test_confidential_is_for_satisfaction_managers(self):
        program = self.make_program(
            "CONF", "Confidential", anonymity="confidential", user_id=self.users["satisfaction"].id
        )
        followup = self.followup(nps="1", program=program)
        self.assertEqual(followup.user_id, self.users["satisfaction"])
        self.assertEqual(self.at_work(followup, "satisfaction").reach_email, "anna@example.com")
        self.assertFalse(self.at_work(followup, "compliance").reach_email)
        for role in ("rm_north", "manager_north", "agent"):
            self.assertFalse(self.at_work(followup, role).search([("id", "=", followup.id)]), role)
        for role in ("satisfaction", "compliance", "auditor"):
            self.assertTrue(self.at_work(followup, role).search([("id", "=", followup.id)]), role)
        with self.assertRaisesRegex(ValidationError, "owner_not_allowed"):
            self.at_work(followup, "satisfaction")._reassign(self.users["manager_north"])

    def test_none_for_anonymous_tests_duplicates_and_set_aside(self):
        program = self.make_program("ANON", "Anonymous", anonymity="anonymous")
        self.assertFalse(self.followup(nps="0", program=program))
        answer = self.begin()
        self.fill(answer, {self.nps: "0"})
        answer.test_entry = True
        answer.write({"state": "done"})
        answer._after_bank_answers()
        self.assertFalse(self.followups_of(answer))
        slow = self.make_program("SLOW", "Slow", min_seconds=3600)
        suspect = self.respond(nps="0", program=slow)
        self.assertFalse(suspect.bank_kpi_ok)
        self.assertFalse(self.followups_of(suspect))
        rules = self.env["bank.survey.followup.rule"].search([])
        rules.action_archive()
        duplicate = self.respond(self.ben, nps="0")
        rules.action_unarchive()
        duplicate.bank_duplicate_of_id = answer
        duplicate._after_bank_answers()
        self.assertFalse(self.followups_of(duplicate))
        duplicate.bank_duplicate_of_id = False
        duplicate._after_bank_answers()
        self.assertTrue(self.followups_of(duplicate))

    def test_set_aside_afterwards(self):
        followup = self.followup(nps="0")
        followup.user_input_id.with_user(self.users["satisfaction"])._decide(False, "Forged")
        self.assertEqual(followup.state, "cancelled")
        self.assertFalse(followup.activity_ids)

    def test_assisted_yes(self):
        answer = self.begin()
        answer.bank_assisted_by_id = self.users["agent"]
        self.fill(answer, {self.nps: "2"})
        answer.write({"state": "done"})
        self.assertTrue(self.followups_of(answer))

    def test_opened_again(self):
        self.env["bank.survey.followup.rule"].search([("level", "=", "middle")]).action_archive()
        followup = self.followup(nps="2")
        answer = followup.user_input_id
        answer.with_user(self.users["satisfaction"])._reopen("A slip")
        self.fill(answer, {self.nps: "5"})
        answer.write({"state": "done"})
        self.assertEqual(self.followups_of(answer), followup)
        self.assertEqual(followup.score, 5)
        self.assertIn("2 → 5", followup.message_ids[0].body)
        answer.with_user(self.users["satisfaction"])._reopen("Another slip")
        self.fill(answer, {self.nps: "10", self.about_manager: "1"})
        answer.write({"state": "done"})
        self.assertEqual(self.followups_of(answer), followup)
        self.assertEqual(followup.rule_id.kind, "thank")
        self.assertEqual(followup.user_id, self.users["manager_north"])  # the manager is criticised now
        self.assertFalse(self.at_work(followup, "rm_north").search([("id", "=", followup.id)]))

    def test_finished_twice(self):
        answer = self.respond(nps="2")
        answer._mark_done()
        answer._after_bank_answers()
        self.assertEqual(len(self.followups_of(answer)), 1)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation), self.env.cr.savepoint():
            self.followups_of(answer)._unguarded().copy().flush_recordset()

    def test_queries(self):
        def finish(answers):
            self.env.flush_all()
            self.env.invalidate_all()
            count = self.env.cr.sql_log_count
            answers._after_bank_answers()
            self.env.flush_all()
            return self.env.cr.sql_log_count - count

        partners = self.env["res.partner"].create(
            [
                {"name": f"Customer {number}", "is_bank_customer": True, "branch_id": self.north.id}
                for number in range(101)
            ]
        )
        answers = (
            self.questionnaire._bank_answering()
            .env["survey.user_input"]
            .create(
                [
                    {
                        "survey_id": self.questionnaire.id,
                        "bank_program_id": self.program.id,
                        "partner_id": partner.id,
                        "end_datetime": MONDAY,
                    }
                    for partner in partners
                ]
            )
        )
        self.env["bank.survey.score"].create(
            [
                {
                    "user_input_id": answer.id,
                    "question_id": self.nps.id,
                    "program_id": self.program.id,
                    "company_id": self.company.id,
                    "partner_id": answer.partner_id.id,
                    "metric": "nps",
                    "score": 2,
                    "bucket": "detractor",
                    "answered_on": MONDAY,
                }
                for answer in answers
            ]
        )
        few, many = finish(answers[0]), finish(answers[1:])
        self.assertEqual(len(self.followups_of(answers)), 101)
        self.assertLessEqual(few, 55)
        self.assertLessEqual(many, 50)

    # ------------------------------------------------------------------
    # Deadlines
    # ------------------------------------------------------------------

    def dues(self, at, hours=24, days=5, partner=None):
        rule = self.env.ref("bank_crm_survey.bank_survey_followup_rule_detractor")
        rule.write({"contact_hours": hours, "close_days": days})
        with freeze_time(at):
            followup = self.followup(partner or self.anna, nps="1", at=at)
        return followup.contact_due_at, followup.close_due_at

    def test_within_a_week(self):
        # Monday 10:00: 24 hours of 8 a day end on Thursday 10:00; five days later is Monday, at the end of work.
        contact, close = self.dues(MONDAY)
        self.assertEqual(contact, datetime(2026, 3, 5, 2, 0))
        self.assertEqual(close, datetime(2026, 3, 9, 9, 0))

    def test_friday_evening(self):
        contact, close = self.dues(datetime(2026, 3, 6, 12, 0), hours=8, days=1)  # 20:00 in Shanghai
        self.assertEqual(contact, datetime(2026, 3, 9, 9, 0))
        self.assertEqual(close, datetime(2026, 3, 9, 9, 0))

    def test_the_day_is_the_local_one(self):
        # Sunday 23:30 UTC is Monday 07:30 in Shanghai, before work.
        contact, close = self.dues(datetime(2026, 3, 1, 23, 30), hours=1, days=1)
        self.assertEqual(contact, datetime(2026, 3, 2, 1, 0))
        self.assertEqual(close, datetime(2026, 3, 3, 9, 0))

    def test_holiday(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 3, 2, 16, 0),
                "date_to": datetime(2026, 3, 3, 15, 59, 59),
            }
        )
        contact, close = self.dues(MONDAY, hours=8, days=1)
        self.assertEqual(contact, datetime(2026, 3, 4, 2, 0))
        self.assertEqual(close, datetime(2026, 3, 4, 9, 0))

    def test_summer_time(self):
        self.calendar.tz = "Europe/Berlin"
        # Friday 16:00 before the clocks go forward; two hours of work end on Monday 09:00 in summer time.
        contact, close = self.dues(datetime(2026, 3, 27, 15, 0), hours=2, days=1)
        self.assertEqual(contact, datetime(2026, 3, 30, 7, 0))
        self.assertEqual(close, datetime(2026, 3, 30, 15, 0))

    def test_without_a_calendar(self):
        self.company.resource_calendar_id = False
        contact, close = self.dues(MONDAY, hours=8, days=2)
        self.assertEqual(contact, MONDAY + timedelta(hours=8))
        self.assertEqual(close, MONDAY + timedelta(days=2))

    # ------------------------------------------------------------------
    # Work
    # ------------------------------------------------------------------

    def test_the_loop_is_closed(self):
        with freeze_time(MONDAY):
            followup = self.followup(nps="2", words="A fee", at=MONDAY)
        mine = self.at_work(followup, "rm_north")
        with freeze_time(MONDAY + timedelta(hours=1)):
            self.assertEqual(mine.action_contacted()["res_model"], "bank.survey.followup.contact")
            self.talk(mine, is_reached=False)
            self.assertEqual(mine.state, "new")
            self.talk(mine, channel="visit", note="Card 4111 1111 1111 1111 was charged.")
        self.assertRecordValues(mine, [{"state": "contacted", "contacted_at": MONDAY + timedelta(hours=1)}])
        self.assertEqual(mine.attempt_ids.mapped("is_reached"), [True, False])
        self.assertNotIn("4111", mine.attempt_ids[0].note)
        self.assertFalse(mine.is_contact_late)
        self.assertEqual(len(mine.activity_ids), 1)
        with freeze_time(MONDAY + timedelta(days=1)):
            self.close(mine)
        self.assertRecordValues(mine, [{"state": "closed", "outcome": "resolved", "is_close_late": False}])
        self.assertFalse(mine.activity_ids)
        [event] = self.events(self.anna, "survey.followed_up")
        self.assertEqual(event.payload, {"program": "REL", "outcome": "resolved"})
        with self.assertRaisesRegex(UserError, "followup_done"):
            self.close(mine)
        with self.assertRaisesRegex(UserError, "followup_done"):
            mine._cancel("Never mind")

    def test_what_is_needed_to_close(self):
        followup = self.at_work(self.followup(nps="2"), "rm_north")
        cause = self.env.ref("bank_crm_survey.bank_survey_cause_error")
        with self.assertRaisesRegex(ValidationError, "Contact"):
            followup._close("resolved", "Done", cause)
        with self.assertRaisesRegex(ValidationError, "Attempts"):
            followup._close("not_reached", "Rang three times", cause)
        followup._record_attempt("phone", True)
        for args, missing in (
            (("", "Done", cause), "Outcome"),
            (("resolved", " ", cause), "What Was Found"),
            (("resolved", "Done", None), "Root Cause"),
            (("complaint", "Done", cause), "complaint first"),
        ):
            with self.assertRaisesRegex(ValidationError, missing):
                followup._close(*args)
        followup._close("explained", "Done", cause)
        self.assertEqual(followup.state, "closed")

    def test_times_of_attempts(self):
        followup = self.at_work(self.followup(nps="2"), "rm_north")
        for at in (followup.answered_at - timedelta(hours=1), fields.Datetime.now() + timedelta(hours=1)):
            with self.assertRaisesRegex(ValidationError, "When"):
                followup._record_attempt("phone", True, attempted_at=at)

    def test_a_promoter_is_thanked_without_a_cause(self):
        followup = self.at_work(self.followup(nps="10"), "rm_north")
        followup._record_attempt("message", True)
        followup._close("thanked", "Thanked him")
        self.assertEqual(followup.state, "closed")

    def test_fields_are_guarded_and_attempts_sealed(self):
        followup = self.at_work(self.followup(nps="2"), "rm_north")
        for vals in (
            {"state": "closed"},
            {"user_id": self.users["rm_south"].id},
            {"contact_due_at": "2030-01-01"},
            {"outcome": "resolved"},
            {"excluded_user_ids": [(5,)]},
            {"score": 10},
        ):
            with self.assertRaisesRegex(AccessError, "guarded_field"):
                followup.write(vals)
        followup._record_attempt("phone", False)
        with self.assertRaises(AccessError):
            followup.attempt_ids.write({"is_reached": True})
        with self.assertRaises(AccessError):
            followup.attempt_ids.sudo().write({"is_reached": True})
        with self.assertRaises(AccessError):
            followup.create({"user_input_id": followup.user_input_id.id})

    def test_cancel_needs_a_reason(self):
        followup = self.at_work(self.followup(nps="2"), "rm_north")
        with self.assertRaisesRegex(ValidationError, "Reason"):
            followup._cancel("  ")
        wizard = self.env["bank.survey.followup.cancel"].with_user(self.users["rm_north"])
        wizard.create({"followup_id": followup.id, "reason": "Gave 2 by mistake"}).action_apply()
        self.assertRecordValues(followup, [{"state": "cancelled", "cancel_reason": "Gave 2 by mistake"}])

    def test_hand_on(self):
        followup = self.at_work(self.followup(nps="2"), "rm_north")
        with self.assertRaisesRegex(ValidationError, "owner_not_allowed"):
            followup._reassign(self.users["rm_south"])  # does not know Anna
        with self.assertRaisesRegex(ValidationError, "owner_not_allowed"):
            followup._reassign(self.users["portal"])
        followup._reassign(self.users["manager_north"])
        self.assertEqual(followup.user_id, self.users["manager_north"])
        self.assertEqual(followup.activity_ids.user_id, self.users["manager_north"])

    def test_topics_are_corrected_by_hand(self):
        followup = self.at_work(self.followup(nps="2", words="The queue was long"), "rm_north")
        topics = {code: self.env.ref(f"bank_crm_survey.bank_survey_topic_{code}") for code in ("waiting_time", "app")}
        self.assertEqual(followup.topic_ids, topics["waiting_time"].with_env(followup.env))
        followup.topic_ids = topics["app"]
        self.env["bank.survey.topic"].search([]).action_find_again()
        followup.invalidate_recordset()
        self.assertEqual(followup.topic_ids, topics["app"].with_env(followup.env))

    # ------------------------------------------------------------------
    # Reminders
    # ------------------------------------------------------------------

    def run_cron(self):
        followups = self.env["bank.survey.followup"]
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1):
            followups._cron_remind()

    def told(self, role):
        partner = self.users[role].partner_id
        return self.env["mail.message"].search([("partner_ids", "in", partner.ids)], order="id")

    def test_owners_are_told_once_and_nobody_is_named(self):
        self.followup(nps="2", words="Anna is angry")
        self.followup(self.ben, nps="1")
        self.run_cron()
        self.run_cron()
        message = self.told("rm_north")
        self.assertEqual(len(message), 1)
        self.assertEqual(message.subject, "New follow-ups for you: 2")
        for name in ("Anna", "Ben"):
            self.assertNotIn(name, message.body + message.subject)

    def test_escalation(self):
        with freeze_time(MONDAY):
            followup = self.followup(nps="2", at=MONDAY)
            self.run_cron()
        told = {role: len(self.told(role)) for role in ("rm_north", "manager_north", "satisfaction")}
        for at, role, level in (
            (followup.contact_due_at - timedelta(hours=1), "rm_north", 1),
            (followup.contact_due_at + timedelta(minutes=1), "manager_north", 2),
            (followup.contact_due_at + timedelta(hours=25), "satisfaction", 3),
        ):
            with freeze_time(at):
                self.run_cron()
                self.run_cron()
                followup.invalidate_recordset()
            told[role] += 1
            self.assertEqual(followup.escalation_level, level)
            self.assertEqual({name: len(self.told(name)) for name in told}, told)
        with freeze_time(followup.contact_due_at + timedelta(hours=26)):
            self.assertTrue(followup.is_overdue)
            self.assertTrue(followup.is_contact_late)
            self.assertIn(followup, followup.search([("is_overdue", "=", True)]))
            self.assertFalse(followup.next_step_at)
            self.at_work(followup, "rm_north")._record_attempt("phone", True)
            self.assertEqual(followup.escalation_level, 0)
            self.assertTrue(followup.next_step_at)

    def test_a_closed_one_is_not_escalated(self):
        with freeze_time(MONDAY):
            followup = self.followup(nps="10", at=MONDAY)
            mine = self.at_work(followup, "rm_north")
            mine._record_attempt("phone", True)
            mine._close("thanked", "Thanked")
            self.run_cron()
        before = self.told("manager_north") | self.told("rm_north")
        with freeze_time(MONDAY + timedelta(days=30)):
            self.run_cron()
        self.assertEqual(self.told("manager_north") | self.told("rm_north"), before)

    def test_it_goes_with_the_customer(self):
        followup = self.followup(nps="2")
        self.anna.relationship_manager_id = self.users["rm_south"]
        self.run_cron()
        self.assertEqual(followup.user_id, self.users["rm_south"])

    def test_deadlines_kept(self):
        with freeze_time(MONDAY):
            kept = self.at_work(self.followup(nps="2", at=MONDAY), "rm_north")
            broken = self.followup(self.ben, nps="2", at=MONDAY)
            kept._record_attempt("phone", True)
        report = self.env["bank.survey.followup.report"].with_user(self.users["manager_north"])
        domain = [("followup_id", "in", (kept | broken.with_env(kept.env)).ids)]
        with freeze_time(MONDAY + timedelta(hours=1)):
            self.assertEqual(report._read_group(domain, [], ["contact_kept:avg"]), [(100.0,)])
        with freeze_time(MONDAY + timedelta(days=4)):
            self.assertEqual(report._read_group(domain, [], ["contact_kept:avg"]), [(50.0,)])
        south = self.env["bank.survey.followup.report"].with_user(self.users["rm_south"])
        self.assertFalse(south.search_count(domain))
