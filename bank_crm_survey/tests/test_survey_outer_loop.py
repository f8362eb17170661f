from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError

from ..tools import business_time, keywords
from .loop_common import MONDAY, LoopCase

JANUARY, DECEMBER = date(2026, 1, 1), date(2026, 12, 31)


class TestOuterLoop(LoopCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Customer {number}", "is_bank_customer": True} for number in range(12)]
        )
        cls.topics = {topic.code: topic for topic in cls.env["bank.survey.topic"].search([])}

    def respond_all(self, rows, on=None, program=None):
        """Answer as the first customers: ``[(nps, words, score of the manager)]``."""
        answers = self.env["survey.user_input"]
        for partner, (nps, words, manager) in zip(self.customers, rows, strict=False):
            answers |= self.respond(partner, nps=nps, words=words, manager=manager, program=program).sudo()
        if on:
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE bank_survey_score SET answered_on = %s WHERE user_input_id = ANY(%s)", [on, answers.ids]
            )
        return answers

    def test_topics_of_words(self):
        for words, codes in (
            ("The FEES are too high and I waited an hour", {"fees", "waiting_time"}),
            ("排队太久，手机银行又登录不上", {"waiting_time", "app"}),
            ("I had a coffee", set()),  # not a fee
            ("信用卡年费太贵", {"card", "fees"}),
        ):
            answer = self.respond(words=words)
            self.assertEqual(set(answer.bank_topic_ids.mapped("code")), codes, words)

    def test_anonymous_words_have_topics(self):
        program = self.make_program("ANON", "Anonymous", anonymity="anonymous")
        answer = self.respond(words="The queue!", program=program)
        self.assertEqual(answer.bank_topic_ids, self.topics["waiting_time"])

    def test_new_keywords_and_signs(self):
        answer = self.respond(words="Is 3+3% (really) ok?")
        topic = self.env["bank.survey.topic"].create({"name": "Sums", "code": "sums", "keywords": "3+3% (r\n(x|y"})
        self.assertFalse(answer.bank_topic_ids)
        topic.action_find_again()
        self.assertEqual(answer.bank_topic_ids, topic)
        topic.keywords = "never said"
        topic.action_find_again()
        self.assertFalse(answer.bank_topic_ids)

    def test_impact_of_topics(self):
        self.program.min_cell = 2
        self.respond_all(
            [
                ("0", "queue", None),
                ("2", "I waited", None),
                ("9", "queue but nice", None),
                ("10", "the app", None),
                ("10", None, None),
                ("9", None, None),
                ("8", "My card", None),
            ]
        )
        rows = self.program._topic_figures(JANUARY, DECEMBER)
        # Cards and the app have one answer each: too few.
        self.assertEqual([(row["topic"].code, row["n"]) for row in rows], [("waiting_time", 3)])
        [row] = rows
        self.assertAlmostEqual(row["nps"].value, 100 * (1 - 2) / 3)
        self.assertAlmostEqual(row["detractors"], 200 / 3)
        # All: 4 promoters, 1 passive, 2 detractors of 7; without: 3 promoters, 1 passive of 4.
        self.assertAlmostEqual(row["impact"], 200 / 7 - 75)
        self.program.min_cell = 1
        rows = self.program._topic_figures(JANUARY, DECEMBER)
        self.assertEqual(rows[0]["topic"].code, "waiting_time")
        self.assertEqual(rows[-1]["topic"].code, "app")
        self.assertFalse(self.program._topic_figures(date(2020, 1, 1), date(2020, 2, 1)))

    def test_a_rest_that_is_too_small_hides_the_topic(self):
        self.program.min_cell = 2
        self.respond_all([("0", "queue", None), ("2", "queue", None), ("9", None, None)])
        self.assertFalse(self.program._topic_figures(JANUARY, DECEMBER))

    def test_drivers(self):
        self.respond_all([(str(nps), None, str(manager)) for nps, manager in ((0, 1), (5, 3), (10, 5), (8, 4))])
        [row] = self.program._driver_figures(JANUARY, DECEMBER)
        self.assertEqual((row["code"], row["n"], row["priority"]), ("manager", 4, "keep"))
        self.assertAlmostEqual(row["performance"], (0 + 50 + 100 + 75) / 4)
        xs, ys = (0, 5, 10, 8), (1, 3, 5, 4)
        mx, my = sum(xs) / 4, sum(ys) / 4
        r = (
            sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True))
            / (sum((x - mx) ** 2 for x in xs) * sum((y - my) ** 2 for y in ys)) ** 0.5
        )
        self.assertAlmostEqual(row["importance"], r)
        self.program.min_cell = 5
        self.assertFalse(self.program._driver_figures(JANUARY, DECEMBER))

    def test_a_driver_that_does_not_vary(self):
        self.respond_all([("0", None, "3"), ("9", None, "3")])
        [row] = self.program._driver_figures(JANUARY, DECEMBER)
        self.assertIsNone(row["importance"])
        analysis = self.env["bank.survey.analysis"].with_user(self.users["satisfaction"])
        analysis = analysis.create({"program_id": self.program.id})
        analysis.action_compute()
        self.assertFalse(analysis.driver_line_ids.priority)

    def test_the_screen(self):
        self.respond_all([("0", "queue", "1"), ("9", None, "4"), ("10", None, "5")])
        analysis = self.env["bank.survey.analysis"].with_user(self.users["satisfaction"])
        analysis = analysis.create({"program_id": self.program.id, "date_from": JANUARY, "date_to": DECEMBER})
        action = analysis.action_compute()
        self.assertEqual(action["res_id"], analysis.id)
        analysis.action_compute()  # again: the same lines, not more
        self.assertEqual(analysis.topic_line_ids.mapped("name"), ["Waiting Time"])
        self.assertEqual(analysis.driver_line_ids.mapped("name"), ["Your manager"])
        improve = analysis.topic_line_ids.action_improve()
        self.assertEqual(improve["context"]["default_topic_id"], self.topics["waiting_time"].id)
        lines = self.as_user("auditor", self.env["bank.survey.analysis.line"])
        self.assertFalse(lines.search([]))
        for role in ("rm_north", "manager_north", "bank_admin", "agent"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.env["bank.survey.analysis"]).create({"program_id": self.program.id})

    # ------------------------------------------------------------------
    # Improvements
    # ------------------------------------------------------------------

    def improvement(self, **values):
        return self.env["bank.survey.improvement"].create(
            {
                "name": "A second counter",
                "program_id": self.program.id,
                "state": "done",
                "started_on": "2026-03-01",
                "done_on": "2026-04-01",
                "window_days": 30,
                **values,
            }
        )

    def test_before_and_after(self):
        self.respond_all([("0", "queue", "1")] * 8 + [("9", None, "5")] * 2, on=date(2026, 2, 20))
        self.respond_all([("9", None, "5")] * 9 + [("0", "queue", "1")], on=date(2026, 4, 10))
        with freeze_time("2026-06-01 04:00"):
            improvement = self.improvement()
            self.assertRecordValues(
                improvement, [{"before_n": 10, "after_n": 10, "verdict": "better", "effect": 140.0}]
            )
            self.assertGreater(improvement.z_value, 1.96)
            self.assertTrue(improvement.before_text.startswith("-60.0 ("))
            driver = self.improvement(measure="driver", metric_code="manager")
            self.assertAlmostEqual(driver.effect, 4.6 - 1.8)
            topic = self.improvement(topic_id=self.topics["waiting_time"].id)
            self.assertEqual((topic.before_n, topic.after_n), (8, 1))
            none = self.improvement(branch_id=self.south.id)
            self.assertRecordValues(none, [{"before_n": 0, "after_n": 0, "verdict": "few", "before_text": "n/a"}])
            self.program.min_cell = 11
            improvement.invalidate_recordset()
            self.assertRecordValues(improvement, [{"verdict": "few", "after_text": "n/a", "effect": 0.0}])

    def test_chance_is_no_difference(self):
        self.respond_all([("0", None, None)] * 2 + [("9", None, None)] * 2, on=date(2026, 2, 20))
        self.respond_all([("0", None, None)] + [("9", None, None)] * 3, on=date(2026, 4, 10))
        with freeze_time("2026-06-01 04:00"):
            self.assertEqual(self.improvement().verdict, "none")

    def test_windows_are_equal(self):
        with freeze_time("2026-04-11 04:00"):
            before, after = self.improvement()._windows()
            self.assertEqual(before, (date(2026, 2, 19), date(2026, 2, 28)))
            self.assertEqual(after, (date(2026, 4, 2), date(2026, 4, 11)))
        with freeze_time("2026-04-01 04:00"):
            self.assertEqual(self.improvement().verdict, "early")
        with freeze_time("2026-06-01 04:00"):
            many = self.improvement() | self.improvement(window_days=60)
            many.invalidate_recordset()
            self.env.flush_all()
            many.mapped("program_id.min_cell")
            with self.assertQueryCount(2):
                many.mapped("verdict")

    def test_states_of_improvements(self):
        improvement = self.improvement(state="idea", started_on=False, done_on=False)
        with freeze_time("2026-05-04 04:00"):
            improvement.state = "doing"
            improvement.state = "done"
        self.assertEqual((improvement.started_on, improvement.done_on), (date(2026, 5, 4), date(2026, 5, 4)))
        with self.assertRaisesRegex(ValidationError, "Driver"):
            improvement.measure = "driver"
        north, whole = self.improvement(branch_id=self.north_vip.id), self.improvement()
        south = self.improvement(branch_id=self.south.id)
        seen = self.as_user("manager_north", self.env["bank.survey.improvement"]).search([]).ids
        self.assertTrue({north.id, whole.id} <= set(seen))
        self.assertNotIn(south.id, seen)
        self.assertFalse(self.as_user("manager_north", north).has_access("write"))
        self.assertFalse(self.as_user("rm_north", north).has_access("read"))
        self.assertTrue(self.as_user("satisfaction", south).has_access("write"))

    # ------------------------------------------------------------------
    # Recovery
    # ------------------------------------------------------------------

    def close_loop(self, partner, nps="2", is_reached=True, at=MONDAY):
        with freeze_time(at):
            followup = self.followup(partner, nps=nps, at=at, touchpoint_ref=f"{at}")
            if is_reached:
                followup._record_attempt("phone", True)
                followup._close("resolved", "Done", self.env.ref("bank_crm_survey.bank_survey_cause_fees"))
        return followup

    def again(self, partner, nps, days, at=MONDAY):
        at += timedelta(days=days)
        with freeze_time(at):
            return self.respond(partner, nps=nps, at=at, touchpoint_ref=f"again {at}")

    def test_asked_again_once(self):
        self.program.recovery_days = 30
        followup = self.close_loop(self.anna)
        invitation = followup.recovery_invitation_id
        self.assertRecordValues(
            invitation,
            [
                {
                    "partner_id": self.anna.id,
                    "is_recovery": True,
                    "touchpoint_ref": f"followup,{followup.id}",
                    "send_after": MONDAY + timedelta(days=30),
                }
            ],
        )
        followup._ask_again()
        self.assertEqual(followup.recovery_invitation_id, invitation)
        # The answer to it is followed up, but nobody is asked a third time.
        answer = self.respond(self.anna, nps="3", is_recovery=True, touchpoint_ref="the recovery one")
        second = self.followups_of(answer)
        second._record_attempt("phone", True)
        second._close("explained", "Done", self.env.ref("bank_crm_survey.bank_survey_cause_fees"))
        self.assertFalse(second.recovery_invitation_id)

    def test_not_asked_again(self):
        program_class = type(self.program)
        with patch.object(program_class, "_invite_partners", autospec=True) as invite:
            self.close_loop(self.anna)  # the programme does not want it
            self.program.recovery_days = 30
            thanks = self.followup(self.ben, nps="10")
            thanks._record_attempt("phone", True)
            thanks._close("thanked", "Thanked")
            unreached = self.followup(self.carl, nps="1")
            unreached._record_attempt("phone", False)
            unreached._close("not_reached", "No", self.env.ref("bank_crm_survey.bank_survey_cause_fees"))
        invite.assert_not_called()

    def test_recovery_rate(self):
        first, second, third, fourth, fifth = self.customers[:5]
        for partner in self.customers[:4]:
            self.close_loop(partner)
        self.close_loop(fifth, nps="8")  # no detractor
        self.again(first, "7", 20)  # won back
        self.again(first, "2", 60)  # not the next one
        self.again(second, "6", 20)  # not won back
        self.again(third, "10", 181)  # too late
        with freeze_time(MONDAY + timedelta(days=10)):
            aside = self.respond(fourth, nps="10", at=MONDAY + timedelta(days=10), touchpoint_ref="aside")
            aside.with_user(self.users["satisfaction"])._decide(False, "Forged")
        self.again(fifth, "10", 20)
        self.assertEqual(
            self.program._recovery_rate(JANUARY, DECEMBER),
            {"closed": 4, "asked_again": 2, "recovered": 1, "rate": 50.0},
        )
        self.assertIsNone(self.program._recovery_rate(date(2025, 1, 1), date(2025, 2, 1))["rate"])
        whole = {"closed": 4, "asked_again": 2, "recovered": 1, "rate": 50.0, "hidden": False}
        self.assertEqual(self.recovery_on_board("satisfaction"), whole)
        self.assertIs(self.recovery_on_board("manager_north"), False)  # sees a part of it
        self.program.min_cell = 3
        self.assertEqual(
            self.recovery_on_board("auditor"), {**whole, "recovered": False, "rate": False, "hidden": True}
        )

    def recovery_on_board(self, role):
        values = {"program_id": self.program.id, "date_from": str(JANUARY), "date_to": str(DECEMBER)}
        return self.as_user(role, self.env["bank.survey.program"]).board(values)["recovery"]

    # ------------------------------------------------------------------
    # Tools
    # ------------------------------------------------------------------

    def test_business_time(self):
        day = date(2026, 3, 2)
        intervals = [
            (datetime(2026, 3, 2, 8), datetime(2026, 3, 2, 12), day),
            (datetime(2026, 3, 2, 13), datetime(2026, 3, 2, 17), day),
            (datetime(2026, 3, 3, 8), datetime(2026, 3, 3, 12), date(2026, 3, 3)),
        ]
        begin = datetime(2026, 3, 2, 10)
        self.assertEqual(business_time.after_hours(intervals, begin, 2), datetime(2026, 3, 2, 12))
        self.assertEqual(business_time.after_hours(intervals, begin, 2.5), datetime(2026, 3, 2, 13, 30))
        self.assertIsNone(business_time.after_hours(intervals, begin, 20))
        self.assertEqual(business_time.after_days(intervals, day, 1), datetime(2026, 3, 3, 12))
        self.assertEqual(business_time.after_days(intervals, day - timedelta(days=1), 1), datetime(2026, 3, 2, 17))
        self.assertIsNone(business_time.after_days(intervals, day, 2))

    def test_keyword_patterns(self):
        self.assertEqual(keywords.pattern("fee\n 费用，手续费\n\n"), "\\mfee|费用|手续费")
        self.assertEqual(keywords.pattern(" \n"), "")
        self.assertTrue(keywords.is_in("fee", "All FEES"))
        self.assertFalse(keywords.is_in("fee", "coffee"))
        self.assertFalse(keywords.is_in("fee", None))
