from datetime import datetime

from odoo.tests import tagged

from .earning_common import EarningCase

LONG_AGO = datetime(2020, 1, 1)


@tagged("post_install", "-at_install")
class TestEarningBalances(EarningCase):
    def key(self, partner=None, month="202602", code="WEALTH"):
        return f"AUM:{(partner or self.anna).id}:{month}:{code}"

    def test_wealth_card(self):
        """CCB: the average of the month × 8 %, if it is above 200,000; from the next month on."""
        self.program.pending_days = 1
        self.make_wealth_rule()
        self.make_month(self.anna, "2026-02-01", 250_000.99)
        self.make_month(self.ben, "2026-02-01", 200_000)
        self.make_month(self.carl, "2026-02-01", 200_000.01)
        self.make_month(self.olga, "2026-03-01", 900_000, state="open")
        self.assertEqual(self.night(), 2)
        self.assertEqual(self.given(), {self.key(): 20_000})
        self.assertEqual(self.given(self.ben), {})
        self.assertEqual(self.given(self.carl), {self.key(self.carl): 16_000})
        entry = self.entry(self.key())
        self.assertEqual((str(entry.value_on), str(entry.available_on)), ("2026-02-28", "2026-03-01"))
        self.assertEqual(self.counters(), (20_000, 0, 0, 0))
        self.assertEqual(
            entry.why,
            "Average AUM 250,000.99 CNY (above 200,000.0) × 8/100, rounded down: 20000 points. "
            "Rule WEALTH, version 1.",
        )
        self.assertEqual(self.night(), 0)
        self.assert_invariants()

    def test_bands(self):
        bands = ((0, 1, 1000), (50_000, 2, 1000), (100_000, 3, 700))
        self.make_wealth_rule(code="REACHED", threshold=0, bands=bands)
        self.make_wealth_rule(code="SLICES", threshold=0, bands=bands, band_mode="slices")
        self.make_wealth_rule(code="EXCESS", threshold=30_000, threshold_mode="excess", bands=bands)
        self.make_wealth_rule(code="CAPPED", threshold=0, bands=bands, cap_item=100)
        self.make_month(self.anna, "2026-02-01", 120_000)
        self.night()
        # slices: 50 + 100 + 20,000 × 3/700 = 85.71
        expected = {"REACHED": 514, "SLICES": 235, "EXCESS": 180, "CAPPED": 100}
        self.assertEqual(self.given(), {self.key(code=code): points for code, points in expected.items()})

    def test_class_of_assets(self):
        self.make_wealth_rule(threshold=0, metric="adb_fund", bands=((0, 1, 10),))
        self.make_month(self.anna, "2026-02-01", 999, metric="adb_fund")
        self.make_month(self.ben, "2026-02-01", 999)
        self.night()
        self.assertEqual((self.given(), self.given(self.ben)), ({self.key(): 99}, {}))

    def test_late_corrections_sum_exactly(self):
        self.make_wealth_rule()
        month = self.make_month(self.anna, "2026-02-01", 250_000)
        self.night()
        for amount in (300_000, 210_000, 150_000, 0, -5, 200_001, 270_000):
            month.adb_aum = amount
            self.assertEqual(self.night(since=LONG_AGO) > 0, self.given() != {} and amount not in (0, -5))
            expected = amount * 8 // 100 if amount > 200_000 else 0
            self.assertEqual((self.total(), self.given()[self.key()]), (expected, expected))
            self.assert_invariants()
        self.assertEqual(self.night(since=LONG_AGO), 0)

    def test_months_before_the_rule_earn_nothing(self):
        self.make_wealth_rule(valid_from="2026-02-28")
        self.make_month(self.anna, "2026-01-01", 250_000)
        self.make_month(self.anna, "2026-02-01", 250_000)
        self.night()
        self.assertEqual(list(self.given()), [self.key()])

    def test_merge_of_customers(self):
        """What both had together is compared with what the month of the merged customer gives."""
        self.make_wealth_rule(threshold=0)
        self.make_month(self.anna, "2026-02-01", 1000)
        self.make_month(self.ben, "2026-02-01", 500)
        self.night()
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge_bank_rows(self.ben, self.anna)
        row = self.env["bank.points.earning"].search([("key", "=", self.key())])
        self.assertEqual((row.points, row.absorbed_points), (120, 40))
        self.assertFalse(self.env["bank.points.earning"].search([("key", "=", self.key(self.ben))]))

    def test_computed_months(self):
        """From the balances of a holding through ``bank.customer.month`` to points."""
        holding = self.make_holding(self.account, {self.olga: 100}, opened_on="2026-01-01")
        balances = [("2026-01-31", 100_000), ("2026-02-11", 310_000)]
        self.env["bank.balance"].create(
            [{"holding_id": holding.id, "date": day, "amount": amount} for day, amount in balances]
        )
        self.make_wealth_rule()
        self.env["bank.customer.month"]._compute_months(self.olga.ids, ["2026-02-01"])
        self.night()
        average = (10 * 100_000 + 18 * 310_000) / 28
        self.assertEqual(self.given(self.olga), {self.key(self.olga): int(average * 0.08)})
