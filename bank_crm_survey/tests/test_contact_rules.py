import threading
import uuid
from datetime import date, timedelta

from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.errors import SerializationFailure

from odoo import api, fields
from odoo.api import SUPERUSER_ID
from odoo.exceptions import AccessError, ValidationError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, TransactionCase, tagged
from odoo.tools import mute_logger

from ..tools.contact_rules import Limits, next_allowed
from .common import SurveyCase, SurveyWorld

DAYS = st.lists(st.dates(date(2024, 1, 1), date(2026, 12, 31)), max_size=12)


@tagged("post_install", "-at_install")
class TestArithmetic(BaseCase):
    @given(DAYS, st.integers(1, 5), st.integers(1, 400), st.dates(date(2024, 1, 1), date(2027, 12, 31)))
    def test_rolling_period_as_counted_by_hand(self, days, most, period, day):
        """A day is allowed exactly if fewer than ``most`` invitations lie in the period that ends with it."""
        until, reason = next_allowed(Limits(max_count=most, period_days=period), days)
        within = sum(invited > day - timedelta(days=period) for invited in days)
        self.assertEqual(bool(until and day < until), within >= most)
        self.assertEqual(reason, "too_often" if until else None)

    def test_leap_day_and_month_ends(self):
        gap = Limits(min_gap_days=30)
        self.assertEqual(next_allowed(gap, [date(2024, 1, 31)]), (date(2024, 3, 1), "too_soon"))
        self.assertEqual(next_allowed(gap, [date(2025, 1, 31)]), (date(2025, 3, 2), "too_soon"))
        self.assertEqual(next_allowed(Limits(min_gap_days=365), [date(2024, 2, 29)])[0], date(2025, 2, 28))
        self.assertEqual(next_allowed(Limits(min_gap_days=1), [date(2025, 12, 31)])[0], date(2026, 1, 1))

    def test_the_latest_bound_decides(self):
        limits = Limits(max_count=2, period_days=90, min_gap_days=14, answer_gap_days=30, refusal_gap_days=180)
        days = [date(2026, 1, 1), date(2026, 3, 1)]
        self.assertEqual(next_allowed(limits, days), (date(2026, 4, 1), "too_often"))
        self.assertEqual(next_allowed(limits, days, date(2026, 3, 5))[1], "answered_recently")
        self.assertEqual(next_allowed(limits, [], None, date(2026, 3, 5))[1], "declined_recently")
        self.assertEqual(next_allowed(limits, []), (None, None))


class TestContactRules(SurveyCase):
    def rule(self, **values):
        return self.env["bank.survey.contact.rule"].create({"name": "Rule", **values})

    def refusal(self, at, partner=None, program=None, **values):
        partner = partner or self.anna
        return partner._bank_survey_refusals(
            program or self.program, at=fields.Datetime.to_datetime(at), **values
        ).get(partner.id)

    def test_gap_at_the_boundary(self):
        self.rule(min_gap_days=14)
        sent = self.make_invitation(sent_at="2026-03-01 10:00:00")
        self.assertEqual(self.refusal("2026-03-14 23:59:59"), "too_soon")
        self.assertIsNone(self.refusal("2026-03-15 00:00:00"), "a day is never half forbidden")
        self.assertIsNone(self.refusal("2026-03-02 10:00:00", but_for=sent.ids))

    def test_days_are_those_of_the_bank(self):
        self.rule(min_gap_days=1)
        self.company.partner_id.tz = "Asia/Shanghai"
        self.make_invitation(sent_at="2026-03-01 10:00:00")  # 18:00 in Shanghai
        self.assertEqual(self.refusal("2026-03-01 15:59:59"), "too_soon")
        self.assertIsNone(self.refusal("2026-03-01 16:00:00"))

    def test_which_invitations_count(self):
        self.rule(max_count=1, period_days=365)
        for state, counts in (
            ("drawn", True), ("queued", True), ("sent", True), ("started", True), ("completed", True),
            ("partial", True), ("expired", True), ("refused", True), ("suppressed", False), ("withdrawn", False),
            ("bounced", False),
        ):  # fmt: skip
            with self.subTest(state):
                invitation = self.make_invitation(state=state, sent_at="2026-03-01 10:00:00", touchpoint_ref=state)
                self.assertEqual(self.refusal("2026-03-10 10:00:00"), "too_often" if counts else None)
                invitation.unlink()

    def test_scopes_and_channels(self):
        visit = self.make_program("VISIT", "Visit", kind="transactional")
        self.make_invitation(program=visit, channel="sms", sent_at="2026-03-01 10:00:00")
        at = "2026-03-10 10:00:00"
        cases = [
            ({"scope": "all"}, "too_soon", "too_soon"),
            ({"scope": "kind", "kind": "transactional"}, None, "too_soon"),
            ({"scope": "kind", "kind": "relationship"}, None, None),
            ({"scope": "program", "program_id": visit.id}, None, "too_soon"),
            ({"scope": "program", "program_id": self.program.id}, None, None),
            ({"channel": "sms"}, None, None),  # both would ask by email
            ({"channel": "email"}, None, None),
        ]
        for values, relationship, transactional in cases:
            with self.subTest(values):
                rule = self.rule(min_gap_days=30, **values)
                self.assertEqual(self.refusal(at), relationship)
                self.assertEqual(self.refusal(at, program=visit), transactional)
                rule.unlink()
        self.rule(min_gap_days=30, channel="sms")
        self.anna.phone = "+8613800138000"
        self.assertEqual(self.refusal(at, channel="sms"), "too_soon")

    def test_answers_and_refusals(self):
        self.rule(answer_gap_days=30, refusal_gap_days=60)
        invitation = self.make_invitation(sent_at="2026-01-01 10:00:00", completed_at="2026-03-01 10:00:00")
        self.assertEqual(self.refusal("2026-03-30 10:00:00"), "answered_recently")
        self.assertIsNone(self.refusal("2026-03-31 10:00:00"))
        with freeze_time("2026-03-31 10:00:00"):
            invitation.write({"state": "refused"})
            state = self.env["bank.survey.contact.state"].search([("partner_id", "=", self.anna.id)])
            self.assertEqual(str(state.last_refused_at), "2026-03-31 10:00:00")
        self.assertEqual(self.refusal("2026-05-29 10:00:00"), "declined_recently")
        self.assertIsNone(self.refusal("2026-05-30 10:00:00"))

    def test_answer_without_invitation(self):
        self.rule(answer_gap_days=30)
        answers = self.env["survey.survey"]._bank_answering().env["survey.user_input"]
        with freeze_time("2026-03-01 10:00:00"):
            answers.create({"survey_id": self.questionnaire.id, "partner_id": self.anna.id})._after_bank_answers()
        self.assertEqual(self.refusal("2026-03-30 10:00:00"), "answered_recently")

    def test_the_time_of_the_answer_counts(self):
        """Not when it was counted after all, nor when an answer without the main score was closed."""
        self.rule(answer_gap_days=30)
        with freeze_time("2026-03-01 10:00:00"):
            answer = self.make_invitation(sent_at="2026-03-01 09:00:00")._start()
            answer._save_lines(self.nps, "9")
            answer._mark_done()
            broken = self.make_invitation(self.ben, sent_at="2026-03-01 09:00:00")._start()
            broken._save_lines(self.csat, "3")
        with freeze_time("2026-03-20 10:00:00"):
            answer._decide(False, "Odd")
            answer._decide(True, "Not odd")
            broken._bank_break_off()
        states = self.env["bank.survey.contact.state"].search([("partner_id", "in", (self.anna | self.ben).ids)])
        times = {state.partner_id: str(state.last_answered_at) for state in states if state.last_answered_at}
        self.assertEqual(times, {self.anna: "2026-03-01 10:00:00"})
        self.assertEqual(self.refusal("2026-03-30 10:00:00"), "answered_recently")
        self.assertIsNone(self.refusal("2026-03-31 10:00:00"))

    def test_who_answered_anonymously_is_left_in_peace(self):
        """The day is not known, the month is: peace begins with its last day."""
        self.rule(answer_gap_days=30)
        poll = self.make_program("ANON", "Poll", anonymity="anonymous")
        with freeze_time("2026-03-30 10:00:00"):
            answer = self.make_invitation(program=poll, sent_at="2026-01-01 10:00:00")._start()
            answer._save_lines(self.nps, "9")
            answer._mark_done()
        self.assertEqual(self.refusal("2026-04-20 10:00:00"), "answered_recently")
        self.assertIsNone(self.refusal("2026-05-02 10:00:00"))

    def test_exempt_customers(self):
        self.rule(min_gap_days=30, exempt_domain="[('value_class', '=', 'a')]")
        self.make_invitation(sent_at="2026-03-01 10:00:00")
        self.assertEqual(self.refusal("2026-03-10 10:00:00"), "too_soon")
        self.anna.sudo().value_class = "a"
        self.assertIsNone(self.refusal("2026-03-10 10:00:00"))

    def test_recovery_is_exempt_once(self):
        self.rule(min_gap_days=30)
        self.make_invitation(sent_at="2026-03-01 10:00:00")
        at = "2026-03-10 10:00:00"
        self.assertIsNone(self.refusal(at, is_recovery=True))
        self.make_invitation(sent_at="2026-03-05 10:00:00", is_recovery=True, touchpoint_ref="f1")
        self.assertEqual(self.refusal(at, is_recovery=True), "too_soon")
        self.assertEqual(self.refusal("2026-04-03 10:00:00"), "too_soon", "it counts for others")

    def test_next_allowed_on(self):
        self.rule(min_gap_days=14)
        self.rule(max_count=2, period_days=90)
        self.rule(scope="kind", kind="poll", min_gap_days=300)
        with freeze_time("2026-03-10 10:00:00"):
            self.assertFalse(self.anna.survey_next_allowed_on)
            self.make_invitation(sent_at="2026-03-01 10:00:00")
            self.assertEqual(self.anna.survey_next_allowed_on, date(2026, 3, 15))
            self.make_invitation(sent_at="2026-02-01 10:00:00", touchpoint_ref="2")
            self.assertEqual(self.anna.survey_next_allowed_on, date(2026, 5, 2))
            self.assertEqual(self.as_user("rm_north", self.anna).survey_next_allowed_on, date(2026, 5, 2))
            with self.assertRaises(AccessError):
                self.as_user("employee", self.anna).read(["survey_next_allowed_on"])
        with freeze_time("2026-05-02 00:00:00"):
            self.anna.invalidate_recordset()
            self.assertFalse(self.anna.survey_next_allowed_on)

    def test_delay_moves_the_invitation(self):
        self.rule(min_gap_days=10, effect="delay", max_delay_days=7)
        with freeze_time("2026-03-05 10:00:00"):
            self.make_invitation(sent_at="2026-03-01 10:00:00")
            late = self.program._invite_partners(self.anna, touchpoint_ref="late")
            self.assertEqual((late.state, str(late.send_after)), ("queued", "2026-03-11 09:00:00"))
            late.sudo().unlink()
        with freeze_time("2026-03-03 10:00:00"):
            self.assertEqual(self.program._invite_partners(self.anna, touchpoint_ref="x").suppress_reason, "too_soon")

    def test_rules_of_other_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        rule = self.rule(min_gap_days=30, company_id=other.id)
        self.make_invitation(sent_at="2026-03-01 10:00:00")
        self.assertIsNone(self.refusal("2026-03-10 10:00:00"))
        self.assertFalse(
            self.env["bank.survey.contact.rule"].with_user(self.users["satisfaction"]).search([("id", "=", rule.id)])
        )

    def test_rule_that_says_nothing(self):
        for values in (
            {}, {"max_count": 3}, {"min_gap_days": 3, "scope": "kind"}, {"min_gap_days": 3, "scope": "program"},
            {"min_gap_days": 3, "exempt_domain": "[('x', '=', 1)]"},
        ):  # fmt: skip
            with self.subTest(values), self.assertRaises(ValidationError):
                self.rule(**values)

    def test_constant_number_of_queries(self):
        for number in range(3):
            self.rule(min_gap_days=10 + number)
        partners = self.env["res.partner"].create(
            [
                {"name": f"P{index}", "is_bank_customer": True, "email": f"p{index}@example.com"}
                for index in range(40)
            ]
        )  # fmt: skip
        for partner in partners[::2]:
            self.make_invitation(partner, sent_at="2026-03-01 10:00:00")
        at, counts = fields.Datetime.to_datetime("2026-03-02 10:00:00"), []
        for some in (partners[:3], partners[:3], partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = some._bank_survey_refusals(self.program, at=at)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(found), 20)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 16)

    def test_shipped_rules(self):
        rules = self.env["bank.survey.contact.rule"].with_context(active_test=False).search([])
        rules.active = True
        self.assertEqual(len(rules), 4)
        at = "2026-03-15 10:00:00"
        self.make_invitation(sent_at="2026-01-01 10:00:00")
        self.assertEqual(self.refusal(at), "too_often", "one relationship survey a quarter")
        self.assertIsNone(self.refusal("2026-04-01 10:00:00"))

    def test_roles(self):
        rule = self.rule(min_gap_days=10)
        self.program._invite_partners(self.anna)
        state = self.env["bank.survey.contact.state"].search([("partner_id", "=", self.anna.id)])
        for role in ("rm_north", "agent", "operations", "employee"):
            with self.assertRaises(AccessError):
                self.as_user(role, rule).read(["name"])
            with self.assertRaises(AccessError):
                self.as_user(role, state).read(["last_invited_at"])
        for role in ("auditor", "compliance"):
            self.as_user(role, rule).read(["name"])
            self.as_user(role, state).read(["last_invited_at"])
            with self.assertRaises(AccessError):
                self.as_user(role, rule).write({"min_gap_days": 0})
        for role in ("satisfaction", "bank_admin"):
            self.as_user(role, rule).write({"min_gap_days": 11})
        with self.assertRaises(AccessError):
            self.as_user("satisfaction", state).write({"last_invited_at": False})

    def test_merge_keeps_the_latest_times(self):
        twin = self.make_customer("Anna Again", email="anna2@example.com")
        states = self.env["bank.survey.contact.state"]
        states._note_answers(self.anna.ids, fields.Datetime.to_datetime("2026-03-01 10:00:00"))
        states._note_answers(twin.ids, fields.Datetime.to_datetime("2026-03-20 10:00:00"))
        states._note_refusals(self.anna.ids, fields.Datetime.to_datetime("2026-02-01 10:00:00"))
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.anna + twin).ids, self.anna)
        state = states.search([("partner_id", "in", (self.anna + twin).ids)])
        self.assertEqual((state.partner_id, str(state.last_answered_at)), (self.anna, "2026-03-20 10:00:00"))
        self.assertEqual(str(state.last_refused_at), "2026-02-01 10:00:00")

    def test_times_never_go_back(self):
        states = self.env["bank.survey.contact.state"]
        for moment in ("2026-03-20 10:00:00", "2026-03-01 10:00:00"):
            states._claim(self.anna.ids, fields.Datetime.to_datetime(moment))
        state = states.search([("partner_id", "=", self.anna.id)])
        self.assertEqual(str(state.last_invited_at), "2026-03-20 10:00:00")


@tagged("post_install", "-at_install")
class TestTwoAtOnce(SurveyWorld, TransactionCase):
    """Two transactions of the database that choose the same customer: what is committed here is deleted again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.use_keys()

    def test_second_one_has_to_look_again(self):
        registry = Registry(self.env.cr.dbname)
        with registry.cursor() as cr:
            ids = self.prepare(api.Environment(cr, SUPERUSER_ID, {}))
        self.addCleanup(self.delete, registry, ids)
        program_ids, partner_id = ids["programs"], ids["partners"][0]
        with registry.cursor() as first, registry.cursor() as second:
            one, two = (api.Environment(cr, SUPERUSER_ID, {}) for cr in (first, second))
            second.execute("SELECT 1")  # its picture of the database is from before the first one's commit
            self.assertEqual(self.invite(one, program_ids[0], partner_id), "queued")
            with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
                waiting = threading.Timer(0.3, first.commit)
                waiting.start()
                self.addCleanup(waiting.join)
                self.invite(two, program_ids[1], partner_id)
            second.rollback()
            two.clear()
            self.assertEqual(self.invite(two, program_ids[1], partner_id), "suppressed")
            second.commit()
        with registry.cursor() as cr:
            found = api.Environment(cr, SUPERUSER_ID, {})["bank.survey.invitation"].search(
                [("partner_id", "=", partner_id)], order="id"
            )
            self.assertEqual(found.mapped("state"), ["queued", "suppressed"])
            self.assertIn(found[1].suppress_reason, ("too_soon", "too_often"))

    def invite(self, env, program_id, partner_id):
        program = env["bank.survey.program"].browse(program_id)
        return program._invite_partners(env["res.partner"].browse(partner_id)).state

    def prepare(self, env):
        mark = uuid.uuid4().hex[:8]
        survey = env["survey.survey"].create({"title": mark, "survey_type": "bank", "access_mode": "token"})
        programs = env["bank.survey.program"]._unguarded().create(
            [
                {
                    "name": mark, "code": f"{mark}{number}", "survey_id": survey.id, "state": "running",
                    "channel_ids": [fields.Command.create({"channel": "email"})],
                }
                for number in range(2)
            ]
        )  # fmt: skip
        partner = env["res.partner"].create({"name": mark, "is_bank_customer": True, "email": f"{mark}@example.com"})
        rule = env["bank.survey.contact.rule"].create({"name": mark, "min_gap_days": 14})
        return {"surveys": survey.ids, "programs": programs.ids, "partners": partner.ids, "rules": rule.ids}

    def delete(self, registry, ids):
        with registry.cursor() as cr:
            for query in (
                "DELETE FROM bank_survey_invitation WHERE program_id = ANY(%(programs)s)",
                "DELETE FROM bank_survey_contact_state WHERE partner_id = ANY(%(partners)s)",
                "DELETE FROM bank_survey_contact_rule WHERE id = ANY(%(rules)s)",
                "DELETE FROM bank_survey_program WHERE id = ANY(%(programs)s)",
                "DELETE FROM survey_survey WHERE id = ANY(%(surveys)s)",
                "DELETE FROM bank_customer_event WHERE partner_id = ANY(%(partners)s)",
                "UPDATE res_partner SET financial_profile_id = NULL WHERE id = ANY(%(partners)s)",
                "DELETE FROM bank_financial_profile WHERE partner_id = ANY(%(partners)s)",
                "DELETE FROM res_partner WHERE id = ANY(%(partners)s)",
            ):
                cr.execute(query, ids)
