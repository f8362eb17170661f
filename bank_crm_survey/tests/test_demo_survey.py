"""The year of answers of the invented bank."""

import os
from datetime import timedelta
from itertools import pairwise
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo import fields
from odoo.tests import TransactionCase, tagged

from ..demo import answers, plan


@tagged("post_install", "-at_install")
class TestDemoOfSatisfaction(TransactionCase):
    """Built in a database without demonstration data, or found in one that has it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        keys = {"BANK_CRM_KEYS": Fernet.generate_key().decode(), "BANK_CRM_HASH_KEY": "hash key of the tests"}
        cls.startClassPatcher(patch.dict(os.environ, keys))
        cls.env["bank.demo"]._build()
        cls.env["bank.demo"]._build_satisfaction()
        cls.now = fields.Datetime.now()
        cls.programs = {name: cls.env.ref(f"bank_crm_survey.bank_survey_program_{name}") for name in plan.FIGURES}
        cls.waves = cls.env["bank.survey.wave"].union(
            *(cls.env.ref(f"bank_crm_survey.demo_wave_{wave.name.lower()}") for wave in plan.WAVES)
        )
        cls.answers = cls.env["survey.user_input"].search(
            [("bank_program_id", "in", [program.id for program in cls.programs.values()])]
        )
        cls.scores = cls.env["bank.survey.score"].search([("user_input_id", "in", cls.answers.ids)])
        cls.quality = cls.env["res.users"].search([("login", "=", "quality")])

    def scores_of(self, program, metric, *domain):
        return self.scores.filtered_domain(
            [
                ("program_id", "=", self.programs[program].id),
                ("metric", "=", metric),
                ("is_counted", "=", True),
                *domain,
            ]
        )

    def nps(self, scores):
        buckets = scores.mapped("bucket")
        return 100 * (buckets.count("promoter") - buckets.count("detractor")) / len(buckets)

    def satisfied(self, scores):
        return 100 * scores.mapped("bucket").count("satisfied") / len(scores)

    def test_building_again_changes_nothing(self):
        count = self.env["bank.survey.invitation"].search_count([])
        self.assertFalse(self.env["bank.demo"]._build_satisfaction())
        self.assertEqual(self.env["bank.survey.invitation"].search_count([]), count)

    def test_who_runs_it_can_log_in_and_read_words(self):
        self.assertTrue(self.quality.has_group("bank_crm_survey.group_satisfaction_manager"))
        self.assertTrue(self.quality.has_group("bank_crm_survey.group_survey_verbatim"))
        self.assertTrue(self.quality.has_group("base.group_user"))
        credential = {"login": "quality", "password": "demo", "type": "password"}
        self.quality.with_user(self.quality)._check_credentials(credential, {"interactive": False})
        words = self.env["survey.user_input.line"].with_user(self.quality)
        own = [("answer_type", "=", "text_box"), ("user_input_id", "in", self.answers.ids)]
        self.assertTrue(words.search_count(own))

    def test_waves(self):
        self.assertEqual(self.waves.mapped("state"), ["closed", "closed", "open"])
        for wave, planned in zip(self.waves, plan.WAVES, strict=True):
            with self.subTest(wave=wave.name):
                ages = {(self.now - sent).days for sent in wave.invitation_ids.mapped("sent_at") if sent}
                self.assertLessEqual(ages, {planned.age, planned.age - 1})
                self.assertTrue(wave._check_sample()["follows"], "anybody can check whom it has asked")
        for wave in self.waves[:2]:
            self.assertFalse(wave.invitation_ids.filtered(lambda invitation: invitation.state in ("sent", "queued")))
            self.assertTrue(any(weight != 1 for weight in wave.stratum_ids.mapped("weight")))
        self.assertTrue(self.waves[2].invitation_ids.filtered(lambda invitation: invitation.state == "sent"))

    def test_every_fate(self):
        states = set(self.env["bank.survey.invitation"].search([]).mapped("state"))
        self.assertLessEqual({"suppressed", "sent", "started", "completed", "expired", "bounced", "refused"}, states)
        self.assertFalse({"queued", "drawn"} & states, "nothing is sent out of demonstration data")

    def test_a_year_month_by_month(self):
        months = {(day.year, day.month) for day in self.scores.mapped("answered_on")}
        self.assertGreaterEqual(len(months), 12)
        done = self.answers.filtered(lambda answer: answer.state == "done")
        self.assertGreater(len(done), 300)
        self.assertLess(max(done.mapped("end_datetime")), self.now)
        for answer in done:
            self.assertLessEqual(abs((answer.end_datetime.date() - answer.bank_answered_on).days), 1)
            self.assertEqual(answer.bank_invitation_id.completed_at or answer.end_datetime, answer.end_datetime)

    def test_differences_that_can_be_seen(self):
        def at(code):
            return ("branch_id.code", "=", code)

        visits = self.scores_of("visit", "csat")
        self.assertGreater(
            self.nps(self.scores_of("relationship", "nps", at("1110"))),
            self.nps(self.scores_of("relationship", "nps", at("1120"))) + 30,
        )
        self.assertGreater(
            self.nps(self.scores_of("relationship", "nps", ("tier_id.code", "in", ("premier", "private")))),
            self.nps(self.scores_of("relationship", "nps", ("tier_id.code", "=", "ordinary"))) + 20,
        )
        done_on = self.env["bank.run"]._today() - timedelta(days=plan.IMPROVED)
        before = visits.filtered_domain([at(plan.IMPROVED_BRANCH), ("answered_on", "<", done_on)])
        after = visits.filtered_domain([at(plan.IMPROVED_BRANCH), ("answered_on", ">=", done_on)])
        self.assertGreater(self.satisfied(after), self.satisfied(before) + 15)

    def test_words_in_two_languages_name_no_numbers(self):
        lines = self.answers.user_input_line_ids.filtered("value_text_box")
        texts = set(lines.mapped("value_text_box"))
        known = {text for levels in plan.VERBATIMS.values() for rows in levels.values() for _lang, text in rows}
        self.assertLessEqual(texts, known)
        self.assertTrue(any(text.isascii() for text in texts))
        self.assertTrue(any(not text.isascii() for text in texts))
        self.assertFalse([text for text in known if any(letter.isdigit() for letter in text)])

    def test_some_answers_wait_for_a_decision(self):
        self.assertIn("too_fast", self.answers.mapped("bank_suspect_reason"))

    def test_loops_in_all_states(self):
        followups = self.env["bank.survey.followup"].search([("user_input_id", "in", self.answers.ids)])
        self.assertEqual(set(followups.mapped("state")), {"new", "contacted", "closed", "cancelled"})
        for followup in followups.filtered(lambda followup: followup.state == "closed"):
            self.assertLessEqual(followup.answered_at, followup.contacted_at)
            self.assertLessEqual(followup.contacted_at, followup.closed_at)
            self.assertLessEqual(followup.closed_at, self.now)
            self.assertTrue(followup.outcome and followup.note)
        closed = followups.filtered(lambda followup: followup.state in ("closed", "cancelled"))
        self.assertFalse(closed.activity_ids)
        self.assertTrue(any(followups.mapped("is_close_late")))

    def test_improvement_is_proved(self):
        improvement = self.env["bank.survey.improvement"].search([("program_id", "=", self.programs["visit"].id)])
        self.assertEqual(improvement.state, "done")
        self.assertGreaterEqual(min(improvement.before_n, improvement.after_n), 10)
        self.assertEqual(improvement.verdict, "better")

    def test_a_point_with_answers(self):
        point = self.env["bank.survey.point"].search([("program_id", "=", self.programs["visit"].id)])
        self.assertEqual(point.answer_count, answers.ANSWERS_AT_POINT)
        self.assertFalse(self.answers.filtered("bank_point_id").partner_id)

    def test_last_scores_of_customers(self):
        partners = self.answers.partner_id.filtered("nps_last_on")
        self.assertGreater(len(partners), 50)
        state = self.env["bank.survey.contact.state"].search([("partner_id", "in", partners.ids)])
        self.assertLess(max(filter(None, state.mapped("last_answered_at"))), self.now)


@tagged("post_install", "-at_install")
class TestPlan(TransactionCase):
    CUSTOMERS = [
        plan.Facts(number, branch, tier, lang)
        for number, (branch, tier, lang) in enumerate(
            [("1110", "private", "zh_CN"), ("1120", "ordinary", "en_US"), ("1200", "gold", "zh_CN")] * 60, start=1
        )
    ]

    def test_the_same_for_the_same_customers(self):
        def make():
            chance = plan.make_chance()
            occasions = plan.make_occasions(chance, self.CUSTOMERS, {})
            fates = [plan.make_fate(chance, each.program, each.customer, each.age, 14) for each in occasions]
            return occasions, fates

        self.assertEqual(make(), make())

    def test_nobody_is_asked_too_often(self):
        ages = {}
        for occasion in plan.make_occasions(plan.make_chance(), self.CUSTOMERS, {1: [10, 100, 200, 300], 2: [60]}):
            ages.setdefault(occasion.customer.id, []).append(occasion.age)
        self.assertNotIn(1, ages)
        for number, days in ages.items():
            days = sorted([*days, *([60] if number == 2 else [])])
            self.assertLessEqual(len(days), plan.MOST_A_YEAR)
            self.assertTrue(all(later - earlier > plan.GAP_DAYS for earlier, later in pairwise(days)))
