"""Points for a month of a real bank (PKDD'99): the rules book what the files say, computed without the product."""

import csv
import gzip
import unittest
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import floor

from freezegun import freeze_time

from odoo import Command
from odoo.tests import TransactionCase, tagged

from odoo.addons.bank_crm.tests.common import BankWorld
from odoo.addons.bank_crm_loyalty.tools.earning import night
from odoo.addons.bank_crm_loyalty.tools.ledger import reconcile

from tests.berka.common import BERKA

FIRST, LAST = date(1998, 6, 1), date(1998, 6, 30)
THRESHOLD = 40_000
FILE = BERKA / "trans_subset.csv.gz"


def read_movements():
    """Return ``{account: [(day, signed amount, row number)]}`` up to the end of the month."""
    movements = defaultdict(list)
    with gzip.open(FILE, "rt") as lines:
        for row in csv.DictReader(lines):
            day = datetime.strptime(row["date"], "%y%m%d").date()
            sign = 1 if row["type"] == "credit" else -1
            if day <= LAST:
                movements[row["account_id"]].append((day, sign * Decimal(row["amount"]), row["trans_id"]))
    return movements


def balances_of(movements):
    """Return ``{day: balance at its end}`` of the days with movements."""
    balance, ends = Decimal(0), {}
    for day, amount, _key in sorted(movements):
        balance += amount
        ends[day] = balance
    return ends


def average_of(ends):
    """Return the mean of the balances at the end of each day of the month, each carried forward."""
    total = Decimal(0)
    for number in range(LAST.day):
        day = FIRST + timedelta(days=number)
        before = [known for known in ends if known <= day]
        total += ends[max(before)] if before else 0
    return (total / LAST.day).quantize(Decimal("0.01"), ROUND_HALF_UP)


@tagged("post_install", "-at_install", "standard")
@unittest.skipUnless(FILE.is_file(), "the PKDD'99 files are kept beside the repository: ../shared/data/berka")
class TestBerkaPoints(BankWorld, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()
        cls.startClassPatcher(freeze_time("1998-07-02 06:00:00"))
        cls.czk = cls.env["res.currency"].with_context(active_test=False).search([("name", "=", "CZK")])
        cls.czk.active = True
        cls.company.currency_id = cls.czk
        cls.program = cls.env["bank.points.program"].create(
            {"name": "Points", "code": "BERKA", "currency_id": cls.czk.id, "expiry_policy": "none"}
        )
        cls.movements = read_movements()
        cls.ends = {account: balances_of(rows) for account, rows in cls.movements.items()}
        cls.customers = {account: cls.make_customer(f"Owner {account}") for account in cls.movements}
        cls.customers_of = {partner.id: account for account, partner in cls.customers.items()}
        cls.holdings = {account: cls.make_account(account) for account in cls.movements}

    @classmethod
    def make_account(cls, account):
        ends = cls.ends[account]
        start = max((day for day in ends if day < FIRST), default=FIRST)
        return cls.make_holding(
            cls.account,
            {cls.customers[account]: 100},
            currency=cls.czk,
            opened_on=min(ends),
            balance_ids=[
                Command.create({"date": day, "amount": float(amount)}) for day, amount in ends.items() if day >= start
            ],
        )

    def make_rule(self, code, **values):
        rule = self.env["bank.points.rule"].create(
            {"name": code, "code": code, "program_id": self.program.id, "valid_from": FIRST, **values}
        )
        rule.action_activate()

    def given(self, code):
        rows = self.env["bank.points.earning"].search([("rule_code", "=", code), ("program_id", "=", self.program.id)])
        return rows

    def test_balances_of_a_month(self):
        bands = [
            Command.create({"from_amount": 0, "rate_num": 1, "rate_den": 300}),
            Command.create({"from_amount": 30_000, "rate_num": 1, "rate_den": 70}),
        ]
        self.make_rule(
            "WEALTH",
            kind="balance",
            threshold=THRESHOLD,
            band_ids=[Command.create({"from_amount": 0, "rate_num": 8, "rate_den": 100})],
        )
        self.make_rule("SLICES", kind="balance", band_mode="slices", band_ids=bands)
        partners = list(self.customers_of)
        self.env["bank.customer.month"]._compute_months(partners, [FIRST])
        night.earn(self.env, partners)
        averages = {account: average_of(ends) for account, ends in self.ends.items()}
        wealth = {account: floor(mean * 8 / 100) for account, mean in averages.items() if mean > THRESHOLD}
        slices = {
            account: floor((min(mean, 30_000) * 70 + max(mean - 30_000, 0) * 300) / 21_000)
            for account, mean in averages.items()
        }
        self.assertGreater(len(wealth), 50)  # the month has something to say
        self.assertGreater(len(averages) - len(wealth), 50)
        for code, expected in (("WEALTH", wealth), ("SLICES", slices)):
            booked = {self.customers_of[row.partner_id.id]: row.points for row in self.given(code)}
            self.assertEqual(booked, {account: points for account, points in expected.items() if points > 0})
        self.assertEqual(night.earn(self.env, partners), 0)
        self.check_ledger(sum(wealth.values()) + sum(points for points in slices.values() if points > 0))

    def test_spending_of_a_month(self):
        self.make_rule("SPEND", kind="transaction", rate_num=1, rate_den=20, cap_day=300)
        postings = [
            {
                "holding_id": self.holdings[account].id,
                "company_id": self.company.id,
                "currency_id": self.czk.id,
                "source": "berka",
                "external_id": key,
                "booked_on": day,
                "amount": float(amount),
                "kind": "payment_out" if amount < 0 else "payment_in",
            }
            for account, rows in self.movements.items()
            for day, amount, key in sorted(rows)
            if day >= FIRST
        ]
        self.env["bank.transaction"]._unsealed().create(postings)
        partners = list(self.customers_of)
        night.earn(self.env, partners)
        days = defaultdict(int)
        for account, rows in self.movements.items():
            for day, amount, _key in rows:
                if day >= FIRST and amount < 0:
                    days[account, day] += floor(-amount / 20)
        expected = sum(min(points, 300) for points in days.values())
        self.assertGreater(expected, 10_000)
        self.assertLess(expected, sum(days.values()))  # the limit bites
        self.check_ledger(expected)

    def check_ledger(self, points):
        accounts = self.env["bank.points.account"].search([("program_id", "=", self.program.id)])
        self.assertEqual(sum(accounts.mapped("balance")) + sum(accounts.mapped("pending")), points)
        self.assertFalse(reconcile.check(self.env, list(self.customers_of)))
