"""The figures of a customer's month: days, owners, currencies, and what is written."""

import datetime
from unittest.mock import patch

from odoo.tests import freeze_time

from ..common import BankCase
from .month_reference import reference

ZEROES = (
    *(f"adb_{code}" for code in ("aum", "deposit", "fund", "wealth", "insurance", "metal", "other", "loan", "card")),
    *(f"eop_{code}" for code in ("aum", "deposit", "wealth", "loan", "net_assets")),
    "contribution",
)


def day(text):
    return datetime.date.fromisoformat(text)


class MonthCase(BankCase):
    """Figures are computed on 15 May 2026 unless a test says otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Month = cls.env["bank.customer.month"]
        cls.zoe = cls.make_customer("Zoe")
        cls.today = "2026-05-15"

    def setUp(self):
        super().setUp()
        self.freeze(self.today)

    def freeze(self, today):
        """From now on it is ``today``, at noon."""
        clock = freeze_time(f"{today} 12:00:00")
        clock.start()
        self.addCleanup(clock.stop)

    def hold(self, balances, shares=None, product=None, **values):
        """Make a holding of Zoe with ``{day of text: amount}``."""
        holding = self.make_holding(product or self.account, shares or {self.zoe: 100}, **values)
        self.balances(holding, balances)
        return holding

    def balances(self, holding, balances):
        return self.env["bank.balance"].create(
            [{"holding_id": holding.id, "date": date, "amount": amount} for date, amount in balances.items()]
        )

    def compute(self, month, *partners):
        month = day(f"{month}-01")
        written = self.Month._compute_months([partner.id for partner in partners or [self.zoe]], [month])
        self.env.invalidate_all()
        return written

    def figures(self, month, partner=None):
        domain = [("partner_id", "=", (partner or self.zoe).id), ("month", "=", f"{month}-01")]
        return self.Month.search(domain)

    def computed(self, month, partner=None):
        self.compute(month, partner or self.zoe)
        return self.figures(month, partner)

    def assert_reference(self, partner, month):
        today = self.env["bank.run"]._today()
        expected = reference(partner, day(f"{month}-01"), today)
        found = self.figures(month, partner)
        if expected is None:
            self.assertFalse(found)
            return
        for name in ZEROES:
            self.assertAlmostEqual(found[name], float(expected.get(name, 0)), 2, f"{name} of {month}")
        self.assertEqual((found.coverage_days, found.days), (expected["coverage_days"], expected["days"]), month)


class TestDays(MonthCase):
    def test_the_last_balance_is_carried_forward(self):
        self.hold({"2026-03-31": 1000, "2026-04-11": 4000})
        april = self.computed("2026-04")
        self.assertEqual(april.adb_aum, 3000)  # 10 days of 1,000 and 20 days of 4,000
        self.assertEqual((april.eop_aum, april.adb_deposit, april.eop_deposit), (4000, 3000, 4000))
        self.assertEqual((april.days, april.coverage_days, april.state), (30, 30, "closed"))
        self.assertEqual(april.currency_id, self.cny)

    def test_each_month_has_its_own_length(self):
        self.hold({"2024-02-15": 2900})
        self.assertEqual(self.computed("2024-02").adb_aum, 1500)  # 15 of 29 days
        self.assertEqual(self.computed("2024-02").days, 29)
        self.hold({"2025-02-15": 2800}, shares={self.olga: 100})
        self.assertEqual(self.computed("2025-02", self.olga).adb_aum, 1400)  # 14 of 28 days
        self.hold({"2024-02-29": 2900}, shares={self.pia: 100})
        self.assertEqual(self.computed("2024-02", self.pia).adb_aum, 100)
        self.assertEqual(self.computed("2024-02", self.pia).eop_aum, 2900)

    def test_days_before_the_first_balance_are_not_covered(self):
        self.hold({"2026-04-21": 3000})
        april = self.computed("2026-04")
        self.assertEqual((april.adb_aum, april.coverage_days), (1000, 10))

    def test_days_before_the_opening_and_after_the_closing_are_zero_and_covered(self):
        self.hold({"2026-04-11": 3000}, opened_on="2026-04-11", closed_on="2026-04-20")
        april = self.computed("2026-04")
        self.assertEqual((april.adb_aum, april.eop_aum, april.coverage_days), (1000, 0, 30))
        may = self.computed("2026-05")
        self.assertEqual((may.adb_aum, may.coverage_days), (0, 14))

    def test_an_old_balance_counts_and_covers_nothing(self):
        self.hold({"2026-03-10": 500})
        self.assertEqual(self.computed("2026-03").coverage_days, 22)
        april = self.computed("2026-04")
        self.assertEqual((april.adb_aum, april.coverage_days), (500, 10))  # until 10 April: 31 days
        self.company.bank_balance_carry_days = 40
        self.assertEqual(self.computed("2026-04").coverage_days, 19)

    def test_the_least_known_of_the_assets_decides_the_coverage(self):
        self.hold({"2026-03-31": 100})
        self.hold({"2026-04-26": 100})
        self.hold({}, product=self.mortgage)
        self.assertEqual(self.computed("2026-04").coverage_days, 5)

    def test_an_asset_without_any_balance_is_not_known_at_all(self):
        self.hold({"2026-03-31": 100})
        self.hold({})
        self.assertEqual(self.computed("2026-04").coverage_days, 0)

    def test_who_has_nothing_has_zeroes_that_are_known(self):
        april = self.computed("2026-04")
        self.assertEqual((april.adb_aum, april.coverage_days, april.days), (0, 30, 30))

    def test_the_running_month_ends_yesterday(self):
        self.hold({"2026-04-30": 100, "2026-05-08": 200})
        may = self.computed("2026-05")
        self.assertEqual((may.adb_aum, may.eop_aum, may.days, may.state), (150, 200, 14, "open"))

    def test_or_today_where_the_balance_of_today_is_known(self):
        self.hold({"2026-04-30": 100, "2026-05-15": 1600, "2026-05-20": 9999})
        may = self.computed("2026-05")
        self.assertEqual((may.adb_aum, may.eop_aum, may.days), (200, 1600, 15))

    def test_no_day_no_month(self):
        self.freeze("2026-05-01")
        self.hold({"2026-04-30": 100})
        self.assertEqual(self.compute("2026-05"), 0)
        self.assertEqual(self.compute("2026-06"), 0)
        self.freeze("2026-05-02")
        self.assertEqual(self.compute("2026-05"), 1)
        self.assertEqual(self.figures("2026-05").days, 1)

    def test_today_is_the_company_s(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self.hold({"2026-03-31": 100})
        with freeze_time("2026-04-30 17:00:00"):  # 1 May in Shanghai
            self.assertEqual(self.computed("2026-04").state, "closed")

    def test_a_month_begins_on_its_first_day(self):
        with self.assertRaises(ValueError):
            self.Month._compute_months(self.zoe.ids, ["2026-04-02"])


class TestOwners(MonthCase):
    def setUp(self):
        super().setUp()
        self.hold({"2026-03-31": 1000}, shares={self.zoe: 60, self.olga: 40})

    def averages(self):
        self.compute("2026-04", self.zoe, self.olga)
        return tuple(self.figures("2026-04", partner).adb_aum for partner in (self.zoe, self.olga))

    def test_joint_holdings_by_policy(self):
        for policy, expected in (("share", (600, 400)), ("full", (1000, 1000)), ("first", (1000, 0))):
            self.company.bank_joint_policy = policy
            self.assertEqual(self.averages(), expected, policy)
            self.assertEqual(self.figures("2026-04").joint_policy, policy)

    def test_only_owners_have_a_part(self):
        holding = self.hold({"2026-03-31": 5000})
        self.env["bank.holding.party"].create(
            {"holding_id": holding.id, "partner_id": self.pia.id, "role": "guarantor"}
        )
        self.assertEqual(self.computed("2026-04", self.pia).adb_aum, 0)


class TestClasses(MonthCase):
    def test_each_class_has_its_column_and_debts_are_no_assets(self):
        products = {
            code: self.make_product(f"M-{code}", code)
            for code in ("fund", "wealth", "insurance", "metal", "other", "loan", "card")
        }
        for number, code in enumerate(products, start=1):
            self.hold({"2026-03-31": 10**number}, product=products[code])
        self.hold({"2026-03-31": 1})
        april = self.computed("2026-04")
        for number, code in enumerate(products, start=1):
            self.assertEqual(april[f"adb_{code}"], 10**number)
        self.assertEqual((april.adb_aum, april.eop_aum), (111111, 111111))
        self.assertEqual((april.eop_wealth, april.eop_loan), (11110, 11000000))
        self.assertEqual(april.eop_net_assets, 111111 - 11000000)

    def test_debts_are_positive_however_they_are_delivered(self):
        self.hold({"2026-03-31": -700}, product=self.mortgage)
        april = self.computed("2026-04")
        self.assertEqual((april.adb_loan, april.eop_loan, april.eop_net_assets), (700, 700, -700))

    def test_what_is_held_elsewhere_is_net_assets_only(self):
        self.hold({"2026-03-31": 900}, is_held_away=True)
        april = self.computed("2026-04")
        self.assertEqual((april.adb_aum, april.adb_deposit, april.eop_net_assets), (0, 0, 900))

    def test_products_that_do_not_count_in_aum(self):
        self.hold({"2026-03-31": 900}, product=self.make_product("NOAUM", "insurance", is_aum=False))
        april = self.computed("2026-04")
        self.assertEqual((april.adb_aum, april.adb_insurance), (0, 900))

    def test_the_contribution_is_margin_on_average_balances(self):
        self.hold({"2026-03-31": 36500}, product=self.make_product("M1", "deposit", margin_pct=1.5))
        self.hold({"2026-03-31": 36500}, product=self.make_product("M2", "loan", margin_pct=2))
        self.assertEqual(self.computed("2026-04").contribution, 105)  # 30 days of (1.5 + 2)


class TestActivity(MonthCase):
    def post(self, holding, rows):
        self.env["bank.transaction"]._unsealed().create(
            [
                {
                    "holding_id": holding.id,
                    "company_id": self.company.id,
                    "currency_id": holding.currency_id.id,
                    "source": "test",
                    "external_id": f"{holding.id}-{number}",
                    "booked_on": date,
                    "amount": amount,
                    "kind": kind,
                }
                for number, (date, amount, kind) in enumerate(rows)
            ]
        )

    def test_postings_of_the_month(self):
        self.post(
            self.hold({"2026-03-31": 0}, shares={self.zoe: 50, self.olga: 50}),
            [
                ("2026-03-31", 999, "salary"),
                ("2026-04-01", 200, "salary"),
                ("2026-04-02", -50, "card"),
                ("2026-04-30", -6, "fee"),
                ("2026-05-01", 999, "salary"),
            ],
        )
        self.post(self.hold({"2026-03-31": 10}, product=self.mortgage), [("2026-04-05", -80, "loan_repayment")])
        april = self.computed("2026-04")
        self.assertEqual((april.transaction_count, april.inflow, april.outflow), (4, 100, 28))
        self.assertEqual(april.contribution, 3)
        self.company.bank_joint_policy = "first"
        self.assertEqual(self.computed("2026-04", self.olga).transaction_count, 0)

    def test_postings_have_the_rate_of_their_day(self):
        self.set_rate(self.eur, "2026-01-01", 0.125)
        self.set_rate(self.eur, "2026-04-10", 0.1)
        self.post(self.hold({}, currency=self.eur), [("2026-04-09", 1, "salary"), ("2026-04-10", 1, "salary")])
        self.assertEqual(self.computed("2026-04").inflow, 18)


class TestCurrencies(MonthCase):
    def test_each_balance_has_the_rate_of_its_day(self):
        self.set_rate(self.eur, "2026-01-01", 0.125)  # 8 CNY
        self.set_rate(self.eur, "2026-04-06", 0.1)  # 10 CNY
        self.hold({"2026-03-31": 100, "2026-04-16": 100}, currency=self.eur)
        april = self.computed("2026-04")
        self.assertEqual(april.adb_aum, 900)  # 15 days of 800: carried at its own rate; 15 days of 1,000
        self.assertEqual(april.eop_aum, 1000)

    def test_the_profile_gives_the_currency(self):
        self.set_rate(self.eur, "2026-01-01", 0.125)
        self.zoe.financial_profile_id.currency_id = self.eur
        self.hold({"2026-03-31": 800})
        april = self.computed("2026-04")
        self.assertEqual((april.adb_aum, april.currency_id), (100, self.eur))

    def test_amounts_are_rounded_as_the_currency_is(self):
        self.hold({"2026-04-21": 100})
        self.assertEqual(self.computed("2026-04").adb_aum, 33.33)


class TestRows(MonthCase):
    def test_the_second_time_nothing_is_written(self):
        self.hold({"2026-03-31": 1000})
        months = [day("2026-04-01"), day("2026-05-01")]
        ids = (self.zoe | self.anna | self.ben | self.carl).ids
        self.assertEqual(self.Month._compute_months(ids, months), 8)
        stamps = self.Month.search([]).mapped("computed_at")
        self.assertEqual(self.Month._compute_months(ids, months), 0)
        self.assertEqual(self.Month.search([]).mapped("computed_at"), stamps)

    def test_only_what_differs_is_written(self):
        self.hold({"2026-03-31": 1000})
        ids = (self.zoe | self.carl).ids
        self.Month._compute_months(ids, [day("2026-04-01")])
        self.hold({"2026-04-30": 30})
        self.assertEqual(self.Month._compute_months(ids, [day("2026-04-01")]), 1)
        self.assertEqual(self.figures("2026-04").adb_aum, 1001)

    def test_branch_and_manager_of_a_closed_month_stay(self):
        self.hold({"2026-03-31": 1000}, shares={self.anna: 100})
        self.freeze("2026-04-10")
        april = self.computed("2026-04", self.anna)
        self.assertEqual(april.branch_id, self.north_vip)
        self.anna.branch_id = self.south
        self.assertEqual(self.computed("2026-04", self.anna).branch_id, self.south)
        self.freeze("2026-05-02")
        self.compute("2026-04", self.anna)
        self.anna.branch_id = self.north
        self.assertEqual(self.computed("2026-04", self.anna).branch_id, self.south)
        self.assertEqual(self.computed("2026-05", self.anna).branch_id, self.north)

    def test_contacts_have_no_figures(self):
        self.assertEqual(self.compute("2026-04", self.contact), 0)
        self.assertEqual(self.Month._compute_months([], [day("2026-04-01")]), 0)

    def test_pending_writes_are_seen(self):
        holding = self.hold({"2026-03-31": 1000})
        holding.balance_ids.amount = 3000
        self.Month._compute_months(self.zoe.ids, [day("2026-04-01")])
        self.assertEqual(self.figures("2026-04").adb_aum, 3000)

    def test_a_corrected_closed_month_leaves_a_row_for_each_amount(self):
        holding = self.hold({"2026-03-31": 1000})
        self.compute("2026-04")
        self.assertFalse(self.env["bank.figure.correction"].search([]))
        self.balances(holding, {"2026-04-16": 3000})
        self.compute("2026-04")
        rows = self.env["bank.figure.correction"].search([("partner_id", "=", self.zoe.id)])
        self.assertEqual(
            {row.field_name: (row.old_amount, row.new_amount) for row in rows},
            {
                **dict.fromkeys(("adb_aum", "adb_deposit"), (1000, 2000)),
                **dict.fromkeys(("eop_aum", "eop_deposit", "eop_net_assets"), (1000, 3000)),
            },
        )
        self.assertEqual(set(rows.mapped("reason")), {"request"})

    def test_the_number_of_statements_does_not_grow(self):
        def count(partners):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.Month._compute_months(partners.ids, [day("2026-04-01")])
            return self.env.cr.sql_log_count - before

        count(self.zoe)  # (a first time, with what is read once)
        one = count(self.zoe)
        self.assertEqual(count(self.zoe | self.anna | self.ben | self.carl | self.pia), one)

    def test_customers_of_no_company_have_the_same_figures_from_every_company(self):
        other = self.env["res.company"].create({"name": "Other Bank", "bank_joint_policy": "full"})
        self.hold({"2026-03-31": 1000}, shares={self.zoe: 50, self.olga: 50})
        self.compute("2026-04")
        with patch.object(self, "Month", self.Month.with_company(other)):
            self.assertEqual(self.compute("2026-04"), 0)
        self.assertEqual(self.figures("2026-04").company_id, self.company)
