from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .earning_common import EarningCase


@tagged("post_install", "-at_install")
class TestEarningSimulation(EarningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "bank_loyalty", groups="bank_crm_loyalty.group_loyalty_manager")
        cls.program.point_cost = 0.01

    def simulate(self, rule, user=None, month="2026-02-14"):
        wizard = self.env["bank.points.simulation"].with_user(user or self.manager)
        simulation = wizard.create({"rule_id": rule.id, "month": month})
        simulation.action_simulate()
        return simulation

    def counts(self):
        self.env.flush_all()
        models = ("account", "entry", "allocation", "earning", "budget")
        return [self.env[f"bank.points.{name}"].search_count([]) for name in models]

    def test_result(self):
        tier = self.set_tier(self.anna, self.env["bank.tier"].search([], limit=1).code, "2026-01-01")
        rule = self.make_wealth_rule(valid_from=False, activate=False)
        self.make_month(self.anna, "2026-02-01", 250_000)
        self.make_month(self.carl, "2026-02-01", 300_000)
        self.make_month(self.ben, "2026-02-01", 1000)
        self.make_month(self.anna, "2026-01-01", 990_000)
        before = self.counts()
        simulation = self.simulate(rule)
        self.assertEqual((simulation.points, simulation.customers, simulation.facts), (44_000, 2, 2))
        self.assertEqual((simulation.cost, simulation.average, simulation.booked_points), (440, 22_000, 0))
        self.assertEqual(
            [(line.tier_id, line.customers, line.points) for line in simulation.tier_ids.sorted("points")],
            [(tier, 1, 20_000), (self.carl.tier_id, 1, 24_000)],
        )
        self.assertEqual(
            [(line.partner_id.id, line.points) for line in simulation.sudo().winner_ids],
            [(self.carl.id, 24_000), (self.anna.id, 20_000)],
        )
        self.assertEqual(self.counts(), before)

    def test_equals_what_is_booked(self):
        rule = self.make_rule(cap_day=20)
        for amount in (-333, -150, -19):
            self.post(amount)
        self.night()
        simulation = self.simulate(rule)
        self.assertEqual((simulation.points, simulation.booked_points), (20, 20))
        self.assertEqual(self.total(), 20)

    def test_whom_one_may_see(self):
        rule = self.make_rule()
        self.post(-333)
        simulation = self.simulate(rule, self.users["bank_admin"])
        self.assertEqual((simulation.points, len(simulation.winner_ids)), (16, 0))
        self.anna.sudo().is_restricted = True
        self.assertFalse(self.simulate(rule).winner_ids)
        for role in ("rm_north", "operations", "auditor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.simulate(rule, self.users[role])

    def test_month_has_to_be_over(self):
        rule = self.make_rule()
        with self.assertRaisesRegex(UserError, "not over"):
            self.simulate(rule, month="2026-03-01")
