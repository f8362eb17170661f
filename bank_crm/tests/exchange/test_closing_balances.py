import datetime
import random
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...models.exchange.feed.closing_balances import (
    Day,
    Printed,
    closing_balances,
    printed_balances,
)


def day(number, *postings):
    """Postings are an amount, or an amount and the balance printed beside it."""
    postings = [posting if isinstance(posting, tuple) else (posting, None) for posting in postings]
    return Day(
        datetime.date(2026, 1, number),
        sum(Decimal(str(amount)) for amount, _balance in postings),
        len(postings),
        [Printed(Decimal(str(amount)), Decimal(str(balance))) for amount, balance in postings if balance is not None],
        postings[-1][1] is not None,
    )


def balances(*days, opening=None):
    return [float(balance) for _date, balance in closing_balances(days, opening)]


@tagged("post_install", "-at_install")
class TestClosingBalances(BaseCase):
    def test_without_printed_balances_the_sum_counts(self):
        self.assertEqual(balances(day(1, 100, -30), day(4, 5)), [70, 75])
        self.assertEqual(balances(day(1, 100), opening=Decimal(50)), [150])

    def test_the_last_posting_of_a_day_closes_it(self):
        self.assertEqual(balances(day(1, (100, 100), (50, 150)), day(2, (-20, 130))), [150, 130])

    def test_the_order_within_a_day_does_not_matter(self):
        self.assertEqual(balances(day(1, (50, 150), (100, 100)), day(2, (-1, 129), (-20, 130))), [150, 129])

    def test_a_first_printed_balance_tells_the_days_before_it(self):
        self.assertEqual(balances(day(1, 100), day(2, (50, 1150))), [1100, 1150])

    def test_what_begins_with_nothing_is_new(self):
        self.assertEqual(balances(day(1, (100, 100)), day(2, -1)), [100, 99])

    def test_days_without_a_printed_balance_between(self):
        self.assertEqual(balances(day(1, (100, 600)), day(2, -1), day(3, (1, 600))), [600, 599, 600])

    def test_roundings_of_the_source_do_not_add_up(self):
        days = [day(number, (1.1, number)) for number in range(1, 31)]
        self.assertEqual(balances(*days)[-1], 30)

    def test_missing_postings_what_is_printed_counts(self):
        self.assertEqual(balances(day(1, (10, 10)), day(2, (100, 500), (10, 510))), [10, 510])
        self.assertEqual(balances(day(1, (10, 10)), day(2, (10, 510), (100, 500))), [10, 510])
        self.assertEqual(balances(day(1, (10, 10)), day(2, (1, 7000))), [10, 7000])

    def test_market_values_are_printed_or_unknown(self):
        days = [day(1, (-100, 100)), day(2, -50), day(3, (-1, 160), (-1, 161))]
        self.assertEqual([(date.day, balance) for date, balance in printed_balances(days)], [(1, 100), (3, 161)])

    def test_a_day_with_some_printed_balances(self):
        self.assertEqual(balances(day(1, (100, 100), -30)), [70])
        self.assertEqual(balances(day(1, -30, (100, 70))), [70])
        self.assertEqual(balances(day(1, (10, 10)), day(2, 100, (-30, 570))), [10, 570])

    @given(
        opening=st.decimals(-10_000, 10_000, places=2),
        book=st.lists(
            st.tuples(st.booleans(), st.lists(st.decimals(-5_000, 5_000, places=2), min_size=1, max_size=6)),
            min_size=1,
            max_size=10,
        ),
        seed=st.integers(0, 999),
    )
    def test_a_consistent_book_closes_as_it_was_kept(self, opening, book, seed):
        """In whichever order the postings of a day come, and whether its balances are printed or not."""
        shuffled = random.Random(seed)
        days, expected, balance = [], [], opening
        for number, (is_printed, amounts) in enumerate(book, 1):
            postings = []
            for amount in amounts:
                balance += amount
                postings.append((amount, balance if is_printed else None))
            shuffled.shuffle(postings)
            days.append(day(number, *postings))
            expected.append((days[-1].date, balance))
        self.assertEqual(closing_balances(days, opening), expected)
