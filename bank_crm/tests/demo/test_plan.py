import json
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

from odoo.tests import TransactionCase
from odoo.tools import file_open

from ...demo.plan import make_plan
from ...demo.plan.people import account_number, resident_id
from ...demo.plan.world import PASSWORD, STAFF

TODAY = date(2026, 3, 31)


class TestDemoPlan(TransactionCase):
    """The plan of the demonstration data is the same for the same day and hangs together on any day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = make_plan(TODAY)

    def test_same_plan_for_same_day(self):
        self.assertEqual(make_plan(TODAY), self.plan)

    def test_seed_decides(self):
        self.assertNotEqual(make_plan(TODAY, seed=1), self.plan)

    def test_another_day_moves_the_dates(self):
        later = make_plan(TODAY + timedelta(days=1))
        self.assertEqual(
            [customer.person.name for customer in later.customers],
            [customer.person.name for customer in self.plan.customers],
        )
        self.assertEqual(
            later.customers[0].relationship_start_on,
            self.plan.customers[0].relationship_start_on + timedelta(days=1),
        )

    def test_kinds_of_customers(self):
        kinds = Counter(customer.person.kind for customer in self.plan.customers)
        self.assertEqual(kinds, {"individual": 250, "sole_trader": 25, "company": 25})
        names = [customer.person.name for customer in self.plan.customers]
        self.assertEqual(len(set(names)), 300)
        self.assertTrue(any(name.isascii() for name in names))
        self.assertFalse(all(name.isascii() for name in names))

    def test_any_day_of_the_calendar(self):
        for today in (date(2028, 2, 29), date(2027, 1, 1), date(2026, 12, 31), date(2026, 8, 15)):
            with self.subTest(today=today):
                plan = make_plan(today)
                self._check_dates(plan, today)
                self._check_shares(plan)

    def _check_dates(self, plan, today):
        for holding in plan.holdings:
            owner = plan.customers[holding.parties[0][0]]
            self.assertGreaterEqual(holding.opened_on, owner.relationship_start_on)
            self.assertLess(holding.opened_on, today)
            dates = [day for day, _amount in holding.balances]
            self.assertEqual(dates, sorted(set(dates)))
            if dates:
                self.assertLess(dates[-1], today)
                self.assertGreaterEqual(dates[0], holding.opened_on)
            if holding.closed_on:
                self.assertEqual(holding.balances[-1], (holding.closed_on, 0))
            elif holding.matures_on:
                self.assertGreater(holding.matures_on, today)
        for customer in plan.customers:
            if customer.person.birthdate:
                self.assertLess(customer.person.birthdate, customer.relationship_start_on)
            self.assertLessEqual(customer.last_contact_on or today, today)
            for owner, successor in pairwise(customer.owners):
                self.assertEqual(owner.date_to, successor.date_from)
            if customer.owners:
                self.assertFalse(customer.owners[-1].date_to)

    def _check_shares(self, plan):
        for holding in plan.holdings:
            shares = [share for _index, role, share in holding.parties if role in ("owner", "joint")]
            self.assertEqual(round(sum(shares), 2), 100)

    def test_resident_id(self):
        """The check digit follows GB 11643: the weighted sum of all eighteen signs leaves 1 when divided by 11."""
        self.assertEqual(resident_id(date(1990, 3, 7), 7, is_female=True)[:17], "99000019900307014")
        for serial in (0, 1, 250, 499):
            number = resident_id(date(1990, 3, 7), serial, is_female=False)
            weights = [pow(2, 17 - place, 11) for place in range(18)]
            total = sum(
                (10 if sign == "X" else int(sign)) * weight for sign, weight in zip(number, weights, strict=True)
            )
            self.assertEqual(total % 11, 1, number)
            self.assertEqual(int(number[16]) % 2, 1, "odd for men")

    def test_account_number(self):
        for serial in (1, 42, 999):
            digits = [int(digit) for digit in reversed(account_number(serial))]
            total = sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
            self.assertEqual(total % 10, 0, serial)

    def test_logins_file(self):
        """What ./dev serve prints is true: each role once, with the login of its first member."""
        with file_open("bank_crm/demo/logins.json") as file:
            rows = json.load(file)
        first = {}
        for person in STAFF:
            first.setdefault(person.role, person.login)
        self.assertEqual({row["role"]: row["login"] for row in rows}, first)
        self.assertEqual({row["password"] for row in rows}, {PASSWORD})
