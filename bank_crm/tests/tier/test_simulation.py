from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time

from .common import PolicyCase, month

K = 1000


@freeze_time("2026-01-05 12:00:00")
class TestSimulation(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna.tier_id = cls.tier("premier")
        cls.carl.tier_id = cls.tier("ordinary")
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE bank_tier_history SET changed_on = '2025-01-01'")
        cls.env.invalidate_all()
        for number in range(7, 13):
            cls.set_months([(cls.anna, month(number), 60 * K, 31), (cls.carl, month(number), 7_000 * K, 31)])

    def simulate(self, role="compliance", policy=None, **values):
        wizard = self.as_user(role, self.env["bank.tier.simulation"]).create(
            {"policy_id": (policy or self.ccb).id, "month_count": "6", **values}
        )
        wizard.action_simulate()
        return wizard

    def test_who_moves_where(self):
        before = self.env["bank.tier.history"].search_count([]), self.Standing.search_count([])
        wizard = self.simulate()
        result = wizard.result
        cells = {(cell["from"], cell["to"]): cell for cell in result["cells"]}
        down = cells[self.tier("premier").id, self.tier("gold").id]
        up = cells[self.tier("ordinary").id, self.tier("private").id]
        self.assertEqual((down["count"], down["assets"], up["count"], up["assets"]), (1, 60 * K, 1, 7_000 * K))
        self.assertEqual((wizard.up_count, wizard.down_count, wizard.customer_count), (1, 1, 2))
        self.assertEqual((str(wizard.first_month), str(wizard.last_month)), ("2025-07-01", "2025-12-01"))
        self.assertEqual(
            [(row["upgraded"], row["downgraded"], row["watched"]) for row in result["months"]],
            [(1, 0, 0), (0, 0, 0), (0, 0, 1), (0, 0, 1), (0, 0, 1), (0, 1, 0)],
        )
        branches = {row["id"]: (row["up"], row["down"]) for row in result["branches"]}
        self.assertEqual((branches[self.north_vip.id], branches[self.south.id]), ((0, 1), (1, 0)))
        managers = {row["id"]: (row["up"], row["down"]) for row in result["managers"]}
        self.assertEqual(managers[self.users["rm_south"].id], (1, 0))
        self.assertEqual(wizard.line_ids.partner_id, self.anna | self.carl)
        self.assertEqual((self.env["bank.tier.history"].search_count([]), self.Standing.search_count([])), before)
        self.assertEqual((self.anna.tier_id.code, self.carl.tier_id.code), ("premier", "ordinary"))

    def test_fewer_months(self):
        self.assertEqual(self.simulate(month_count="3").down_count, 0)
        self.assertEqual(self.simulate(month_count="3", policy=self.bohai).down_count, 1)

    def test_administrators_see_figures_and_no_customers(self):
        wizard = self.simulate("bank_admin")
        self.assertEqual(wizard.up_count, 1)
        self.assertFalse(wizard.line_ids)
        self.assertFalse(wizard.env["bank.tier.simulation.line"].search([]))

    def test_others_do_not_simulate(self):
        for role in ("rm_north", "manager_north", "agent", "employee"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.simulate(role)
        wizard = self.simulate()
        with self.assertRaises(AccessError):
            self.as_user("operations", wizard).read(["result"])
        with self.assertRaises(AccessError):
            wizard.up_count = 7

    def test_no_month_yet(self):
        self.env.cr.execute("DELETE FROM bank_customer_month")
        with self.assertRaisesRegex(UserError, "no_months"):
            self.simulate()
