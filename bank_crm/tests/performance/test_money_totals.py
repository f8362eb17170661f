"""Totals of dashboards: sums of the months, only what changed is written, restricted customers are left out."""

from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tests import freeze_time

from ..shared.test_bank_run import RunCase
from .money_common import MONTH, MoneyCase


class TestTotals(MoneyCase):
    def totals(self, **values):
        domain = [("month", "=", MONTH), *[(name, "=", value) for name, value in values.items()]]
        return self.env["bank.money.total"].search(domain)

    def test_groups_add_up_their_months(self):
        gold = self.totals(tier_id=self.tiers["gold"].id)
        self.assertEqual((gold.customers, gold.eop_aum, gold.branch_id), (1, 66_000, self.north_vip))
        self.assertEqual(gold.relationship_manager_id, self.users["rm_north"])
        self.assertEqual(sum(self.totals().mapped("eop_aum")), 371_000)
        self.assertEqual(sum(self.totals().mapped("customers")), 4)

    def test_a_customer_without_a_standing_counts_in_his_present_tier(self):
        self.add_month(self.olga, 77)
        self.olga.tier_id = self.tiers["vip"]
        self.rebuild(MONTH)
        vip = self.totals(tier_id=self.tiers["vip"].id)
        self.assertEqual(sorted(vip.mapped("eop_aum")), [77, 300_000])

    def test_a_second_run_changes_nothing_and_one_customer_changes_his_group(self):
        self.assertEqual(self.rebuild(), 0)
        self.months.search([("partner_id", "=", self.anna.id), ("month", "=", MONTH)]).eop_aum = 66_001
        self.assertEqual(self.rebuild(), 3)  # her group, its move, and herself among those who gained
        self.assertEqual(sum(self.totals().mapped("eop_aum")), 371_001)

    def test_groups_that_are_gone_are_deleted(self):
        months = self.months.search([("partner_id", "=", self.pia.id)])
        months.unlink()
        self.rebuild()
        self.assertFalse(self.totals(branch_id=self.north.id))

    def test_currencies_are_converted_at_the_end_of_the_month(self):
        self.set_rate(self.eur, "2026-02-15", 0.125)
        self.set_rate(self.eur, "2026-03-20", 0.1)
        self.add_month(self.olga, 100, currency_id=self.eur.id)
        self.add_month(self.olga, 100, currency_id=self.eur.id, month=MONTH - relativedelta(months=1))
        self.rebuild()
        self.assertEqual(self.totals(branch_id=False).eop_aum, 1000)
        before = MONTH - relativedelta(months=1)
        self.assertEqual(
            self.env["bank.money.total"].search([("month", "=", before), ("branch_id", "=", False)]).eop_aum, 800
        )
        # a rate that moved is no customer who moved
        self.assertFalse(self.env["bank.money.mover"].search([("partner_id", "=", self.olga.id)]))

    def test_nobody_gained_in_the_first_month_of_all(self):
        self.assertFalse(self.env["bank.money.mover"].search([("month", "<", MONTH), ("kind", "!=", "risk")]))

    def test_restricted_customers_are_in_no_total(self):
        self.carl.is_restricted = True
        months = self.env["bank.money.month"].search([("is_stale", "=", True)])
        self.assertEqual(len(months), 2)  # the change itself asks for them
        self.rebuild()
        self.assertEqual(sum(self.totals().mapped("eop_aum")), 71_000)
        for model in ("mover", "maturity", "concentration", "move"):
            self.assertFalse(
                self.env[f"bank.money.{model}"].search([("relationship_manager_id", "=", self.users["rm_south"].id)])
            )

    def test_moves(self):
        moves = self.env["bank.money.move"].search([("month", "=", MONTH)])
        found = {(m.from_tier_id.code, m.to_tier_id.code, m.state): (m.customers, m.amount) for m in moves}
        self.assertEqual(
            found,
            {
                ("gold", "gold", "kept"): (1, 66_000),
                ("gold", "ordinary", "downgraded"): (1, 4_000),
                ("gold", "vip", "upgraded"): (1, 300_000),
                ("ordinary", "ordinary", "watch"): (1, 1_000),
            },
        )

    def test_movers(self):
        movers = self.env["bank.money.mover"].search([("month", "=", MONTH)])
        found = {(mover.partner_id, mover.kind): mover.amount for mover in movers}
        self.assertEqual(
            found,
            {
                (self.anna, "gain"): 6_000,
                (self.carl, "gain"): 50_000,
                (self.ben, "loss"): -5_000,
                (self.pia, "risk"): 0,
            },
        )

    def test_the_first_ten_of_each_book(self):
        for index in range(14):
            customer = self.make_customer(f"Mover {index}", user=self.users["rm_north"], branch=self.north_vip)
            self.add_month(customer, 100 * (index + 1))
        self.rebuild()
        gains = self.env["bank.money.mover"].search(
            [("kind", "=", "gain"), ("month", "=", MONTH), ("relationship_manager_id", "=", self.users["rm_north"].id)]
        )
        # Anna's 6,000 and the nine largest of the newcomers
        self.assertEqual(sorted(gains.mapped("amount")), [600, 700, 800, 900, 1000, 1100, 1200, 1300, 1400, 6000])

    def test_maturities(self):
        for days, balance in ((10, 100), (40, 200), (80, 300), (200, 400)):
            self.make_holding(
                self.account, {self.anna: 100}, balance, matures_on=MONTH + relativedelta(days=30 + days)
            )
        self.make_holding(self.account, {self.anna: 100}, 5, matures_on="2026-04-05", is_held_away=True)
        self.make_holding(self.fund, {self.anna: 50, self.ben: 50}, 50, matures_on="2026-04-05")
        self.rebuild()
        rows = self.env["bank.money.maturity"].search([])
        self.assertEqual(sorted(rows.mapped("amount")), [50, 100, 200, 300])
        self.assertEqual(rows.branch_id, self.north_vip)

    def test_computing_months_asks_for_the_totals_of_those_that_changed(self):
        stale = [("is_stale", "=", True)]
        months, money = [MONTH - relativedelta(months=1), MONTH], self.env["bank.money.month"]
        self.months._compute_months(self.carl.ids, months)
        money.search(stale).is_stale = False
        self.months._compute_months(self.carl.ids, months)
        self.assertFalse(money.search(stale))
        self.carl_account.balance_ids.amount = 300_001
        self.env.flush_all()
        self.months._compute_months(self.carl.ids, months)
        self.assertIn(MONTH, money.search(stale).mapped("month"))

    def test_judging_months_asks_for_their_totals(self):
        self.policy.level_ids = [
            Command.create({"tier_id": self.tiers["ordinary"].id, "min_amount": 0}),
            Command.create({"tier_id": self.tiers["gold"].id, "min_amount": 50_000}),
        ]
        self.policy._unguarded().write({"state": "active", "valid_from": MONTH})
        self.standings.search([]).unlink()
        self.months.search([]).state = "closed"
        self.assertTrue(self.standings._compute_standings(self.carl.ids, [MONTH]))
        self.assertIn(MONTH, self.env["bank.money.month"].search([("is_stale", "=", True)]).mapped("month"))

    def test_merged_customers_are_added_up_again(self):
        money = self.env["bank.money.month"]
        money.search([]).is_stale = False
        self.env["bank.money.month"]._mark_of_customers(self.anna.ids)
        self.assertEqual(len(money.search([("is_stale", "=", True)])), 2)
        money._mark_of_customers([])


class TestBoardsRun(RunCase, MoneyCase):
    """The job goes month by month, and at the end over what is as of today."""

    def setUp(self):
        super().setUp()
        self.env["bank.money.month"]._mark([MONTH, MONTH - relativedelta(months=1)])

    def test_the_run_is_over_and_a_second_one_changes_nothing(self):
        self.months.search([("partner_id", "=", self.anna.id), ("month", "=", MONTH)]).eop_aum = 70_000
        with freeze_time("2026-03-31 12:00:00"):
            first, second = self.run_job("boards"), self.run_job("boards", again=True)
        self.assertEqual((first.state, first.total, first.processed, first.changed), ("done", 3, 3, 3))
        self.assertEqual((second.state, second.total, second.processed, second.changed), ("done", 1, 1, 0))

    def test_killed_between_two_months_it_goes_on(self):
        money = self.env.registry["bank.money.month"]
        real, calls = money._rebuild, []

        def once(months):
            calls.append(months.month)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return real(months)

        with patch.object(money, "_rebuild", once), self.assertRaises(KeyboardInterrupt):
            self.run_job("boards")
        run = self.run_job("boards")
        self.assertEqual((run.state, run.processed), ("done", 3))
        self.assertFalse(self.env["bank.money.month"].search([("is_stale", "=", True)]))

    def test_it_comes_behind_what_it_adds_up(self):
        jobs = self.Run._nightly_jobs()
        before = {"totals", "months", "late_months", "group_months", "tiers", "values", "lifecycle"}
        self.assertLessEqual(before, set(jobs[: jobs.index("boards")]))
