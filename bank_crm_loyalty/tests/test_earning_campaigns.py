from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .earning_common import EarningCase

LONG_AGO = datetime(2020, 1, 1)
TODAY = "2026-03-01"


@tagged("post_install", "-at_install")
class TestEarningCampaigns(EarningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "bank_loyalty", groups="bank_crm_loyalty.group_loyalty_manager")

    def spend(self, amount, **values):
        return self.post(-amount, on=values.pop("on", TODAY), **values)

    def test_only_in_its_time(self):
        self.make_campaign(valid_to=TODAY)
        self.make_rule()
        self.spend(200)
        self.spend(200, on="2026-02-28")
        self.spend(200, on="2026-03-02")
        self.night()
        self.assertEqual(sorted(self.given().values()), [10, 10, 20])

    def test_the_best_one_counts(self):
        self.make_campaign("A", factor_num=2)
        best = self.make_campaign("B", factor_num=3)
        self.make_campaign("C", factor_num=9, rule_kind="event")
        self.make_campaign("D", factor_num=9, product_ids=[Command.set(self.fund.ids)])
        self.make_campaign("E", factor_num=9, activate=False)
        self.make_rule()
        self.make_rule("NONE", uses_campaigns=False)
        posting = self.spend(200)
        self.night()
        self.assertEqual(self.given(), {f"TXN:{posting.id}:SPEND": 30, f"TXN:{posting.id}:NONE": 10})
        row = self.env["bank.points.earning"].search([("rule_code", "=", "SPEND")])
        self.assertEqual((row.campaign_id, row.base_points, row.campaign_granted), (best, 10, 20))

    def test_budget_stops(self):
        campaign = self.make_campaign(budgets=[(None, 25)])
        self.make_rule()
        first, second, third = self.spend(400), self.spend(400), self.spend(400)
        self.night()
        keys = [f"TXN:{posting.id}:SPEND" for posting in (first, second, third)]
        self.assertEqual([self.given()[key] for key in keys], [40, 25, 20])
        self.assertEqual(campaign.budget_ids.used_points, 25)
        self.assertIn("The budget of the campaign was used up: 15 fewer.", self.entry(keys[1]).why)
        self.assertEqual(self.night(), 0)
        # what was cut is not topped up when something comes back
        self.correct(first, amount=-100)
        self.night(since=LONG_AGO)
        self.assertEqual([self.given()[key] for key in keys], [10, 25, 20])
        self.assertEqual(campaign.budget_ids.used_points, 10)
        self.assertEqual(self.night(since=LONG_AGO), 0)
        self.assertEqual(self.total(), 55)
        self.assert_invariants()

    def test_budget_reports(self):
        campaign = self.make_campaign(budgets=[(None, 25)], policy="alert", alert_pct=80)
        self.make_rule()
        self.spend(400)
        self.night()
        self.assertEqual(campaign.budget_ids.used_points, 20)
        self.spend(400)
        self.night(since=LONG_AGO)
        self.assertEqual((self.total(), campaign.budget_ids.used_points), (80, 40))
        activities = campaign.activity_ids.filtered(lambda activity: activity.user_id == self.manager)
        self.assertEqual(len(activities), 1)
        self.assertIn("20 of 25", activities.summary)

    def test_budget_of_a_branch(self):
        campaign = self.make_campaign(budgets=[(self.north, 15), (self.south, 100)])
        self.make_rule()
        ids = (self.anna | self.ben | self.carl | self.olga).ids
        self.env.cr.execute("UPDATE bank_assignment SET date_from = '2026-01-01' WHERE partner_id = ANY(%s)", [ids])
        self.env.invalidate_all()
        carl_card = self.make_holding(self.card, {self.carl: 100})
        olga_card = self.make_holding(self.card, {self.olga: 100})
        for holding in (self.anna_card, self.ben_card, carl_card, olga_card):
            self.spend(200, holding=holding)
        self.night()
        self.assertEqual(self.total() + self.total(self.ben), 35)  # North VIP is below North
        self.assertEqual((self.total(self.carl), self.total(self.olga)), (20, 10))
        self.assertEqual(campaign.budget_ids.sorted("points").mapped("used_points"), [15, 10])

    def test_rule_paid_by_a_campaign(self):
        campaign = self.make_campaign(budgets=[(None, 120)], factor_num=1)
        self.make_rule("OPEN", kind="event", event_kind="survey.answered", points=50, campaign_id=campaign.id)
        for at in ("2026-02-27 08:00:00", *["2026-03-01 01:00:00"] * 3):
            self.env["bank.customer.event"]._record(
                "survey.answered", [{"partner_id": self.anna.id, "occurred_at": at}]
            )
        self.night()
        self.assertEqual(sorted(self.booked().values()), [20, 50, 50])
        self.assertEqual(campaign.budget_ids.remaining_points, 0)

    def test_life(self):
        campaign = self.make_campaign(budgets=[(None, 25)], activate=False)
        as_manager = campaign.with_user(self.manager)
        as_manager.action_activate()
        for values in ({"factor_num": 3}, {"valid_to": "2026-12-31"}, {"name": "x"}):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, "campaign_active"):
                as_manager.write(values)
        with self.assertRaisesRegex(UserError, "campaign_active"):
            as_manager.unlink()
        budget = as_manager.budget_ids
        with self.assertRaisesRegex(UserError, "budget_lowered"):
            budget.points = 24
        with self.assertRaisesRegex(AccessError, "guarded_field"):
            budget.used_points = 0
        with self.assertRaisesRegex(AccessError, "guarded_field"):
            as_manager.state = "draft"
        with self.assertRaisesRegex(UserError, "campaign_active"), self.env.cr.savepoint():
            budget.create({"campaign_id": campaign.id, "points": 5, "branch_id": self.north.id})
        self.env.invalidate_all()
        budget.points = 30
        self.assertEqual(campaign.budget_ids.points, 30)
        as_manager.action_stop()
        self.assertEqual((campaign.state, str(campaign.valid_to)), ("stopped", TODAY))

    def test_refusals(self):
        with self.assertRaisesRegex(ValidationError, "Valid From"):
            self.make_campaign(valid_from="2026-02-28")
        with self.assertRaisesRegex(ValidationError, "Budgets"):
            self.make_campaign("X", budget_policy="stop")
        campaign = self.make_campaign("Y", activate=False)
        for role in ("rm_north", "operations", "auditor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                campaign.with_user(self.users[role]).action_activate()
        campaign.with_user(self.users["bank_admin"]).action_activate()
