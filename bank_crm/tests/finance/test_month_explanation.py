"""Why a total is what it is, the trend on the customer's page, and figures of merged customers."""

from odoo.exceptions import AccessError

from .test_customer_month import MonthCase, day


class TestExplanation(MonthCase):
    def setUp(self):
        super().setUp()
        self.set_rate(self.eur, "2026-01-01", 0.125)
        self.first = self.hold({"2026-03-20": 1000, "2026-04-11": 4000})
        self.second = self.hold({"2026-04-01": 700}, shares={self.zoe: 33.33, self.olga: 66.67}, currency=self.eur)
        self.debt = self.hold({"2026-04-01": 70}, product=self.mortgage)
        self.empty = self.hold({})
        self.april = self.computed("2026-04")
        self.zoe.relationship_manager_id = self.users["rm_north"]

    def test_the_lines_give_the_stored_figure(self):
        lives = self.Month._explain(self.zoe.id, day("2026-04-01"))
        total = sum(life["average"] for life in lives if life["is_aum"])
        self.assertEqual(self.cny.round(float(total)), self.april.adb_aum)
        for life in lives:
            self.assertEqual(sum(span["average"] for span in life["spans"]), life["average"])
        by_holding = {life["holding_id"]: life for life in lives}
        spans = by_holding[self.first.id]["spans"]
        self.assertEqual(
            [(str(span["from_on"]), str(span["to_on"]), span["days"], span["amount"]) for span in spans],
            [("2026-04-01", "2026-04-10", 10, 1000), ("2026-04-11", "2026-04-30", 20, 4000)],
        )
        foreign = by_holding[self.second.id]
        self.assertEqual((float(foreign["factor"]), float(foreign["spans"][0]["rate"])), (0.3333, 8))
        self.assertEqual(foreign["spans"][0]["balance_id"], self.second.balance_ids.id)
        self.assertEqual((by_holding[self.empty.id]["spans"], by_holding[self.empty.id]["covered"]), ([], 0))

    def test_the_screen_goes_down_to_the_balance(self):
        action = self.as_user("rm_north", self.april).action_explain()
        explanation = self.as_user("rm_north", self.env[action["res_model"]].browse(action["res_id"]))
        self.assertEqual(explanation.computed_adb_aum, self.april.adb_aum)
        self.assertFalse(explanation.is_different)
        lines = explanation.line_ids
        self.assertAlmostEqual(sum(lines.mapped("average")), self.april.adb_aum, 2)
        self.assertAlmostEqual(sum(lines.mapped("other_average")), 70, 2)
        self.assertEqual(lines.balance_id, (self.first | self.second | self.debt).balance_ids)
        line = lines.filtered(lambda line: line.holding_id == self.first)[0]
        self.assertEqual(line.action_open_balance()["domain"], [("holding_id", "=", self.first.id)])
        self.assertEqual(explanation.action_view_lines()["domain"], [("explanation_id", "=", explanation.id)])

    def test_it_says_when_the_facts_have_changed(self):
        self.balances(self.first, {"2026-04-21": 1})
        action = self.april.action_explain()
        self.assertTrue(self.env[action["res_model"]].browse(action["res_id"]).is_different)

    def test_it_explains_by_the_policy_of_the_closed_month(self):
        self.company.bank_joint_policy = "full"
        action = self.april.action_explain()
        self.assertFalse(self.env[action["res_model"]].browse(action["res_id"]).is_different)

    def test_who_may_not_read_the_figures_gets_no_explanation(self):
        for role in ("rm_south", "bank_admin", "employee"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.april).action_explain()
        with self.assertRaises(AccessError):
            self.as_user("rm_north", self.env["bank.month.explanation.line"]).create({})


class TestTrend(MonthCase):
    def setUp(self):
        super().setUp()
        self.hold({"2026-03-31": 1000, "2026-04-30": 1500}, opened_on="2026-03-01")
        for month in ("2026-03", "2026-04", "2026-05"):
            self.compute(month)
        self.zoe.relationship_manager_id = self.users["rm_north"]

    def test_months_in_order(self):
        trend = self.as_user("rm_north", self.zoe).bank_month_trend()
        self.assertEqual([month["month"] for month in trend["months"]], ["2026-03-01", "2026-04-01", "2026-05-01"])
        self.assertEqual([month["eop_aum"] for month in trend["months"]], [1000, 1500, 1500])
        self.assertEqual([month["is_open"] for month in trend["months"]], [False, False, True])
        self.assertEqual([month["is_provisional"] for month in trend["months"]], [True, False, True])
        self.assertEqual(trend["currency_id"], self.cny.id)

    def test_the_button_tells_the_change(self):
        self.assertEqual(self.zoe.last_month_adb_aum, 1500)
        self.assertAlmostEqual(self.zoe.last_month_change, 100 * (1016.67 - 32.26) / 32.26, 1)
        self.assertEqual((self.olga.last_month_adb_aum, self.olga.last_month_change), (0, 0))

    def test_only_for_those_who_see_him(self):
        for role in ("rm_south", "employee", "portal"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.zoe).bank_month_trend()

    def test_provisional_months_can_be_searched(self):
        months = self.Month.search([("partner_id", "=", self.zoe.id), ("is_provisional", "=", False)])
        self.assertEqual(months.mapped("month"), [day("2026-04-01")])


class TestMerge(MonthCase):
    def test_the_figures_of_both_become_those_of_one(self):
        self.hold({"2026-03-31": 1000})
        self.hold({"2026-02-28": 500}, shares={self.olga: 100})
        self.hold({"2026-03-31": 300}, shares={self.zoe: 50, self.olga: 50})
        self.Month._compute_months((self.zoe | self.olga).ids, [day("2026-03-01"), day("2026-04-01")])
        self.env["base.partner.merge.automatic.wizard"]._merge((self.zoe | self.olga).ids, self.zoe)
        self.assertEqual(self.figures("2026-04").adb_aum, 1800)
        self.assert_reference(self.zoe, "2026-03")
        self.assertFalse(self.env["bank.month.stale"].search([]))
        corrections = self.env["bank.figure.correction"].search([("field_name", "=", "adb_aum")])
        self.assertEqual((set(corrections.mapped("reason")), corrections.partner_id), ({"merge"}, self.zoe))
