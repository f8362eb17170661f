"""End-of-day balances out of single transactions.

The order of the rows within a day is not the order of booking: neither the file's order nor that of `trans_id`
gives the closing row (checked: 38 and 56 of 233 accounts end wrong). What holds is arithmetic: the day's closing
balance is the previous one plus the day's signed amounts, and one row of the day carries it, up to the rounding
of the source (at most 0.10 on a day, 0.60 over an account's life). So the row nearest to that sum closes the day;
its printed balance is taken, which keeps the rounding from adding up.
"""
from __future__ import annotations

import datetime
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

TOLERANCE = Decimal("1.00")


class DayBalance(NamedTuple):
    """:ivar difference: how far the day's amounts are from explaining the balance; above TOLERANCE rows are missing
    :ivar row: row of the closing transaction in its file"""

    account_id: int
    day: datetime.date
    amount: Decimal
    difference: Decimal
    row: int


def end_of_day_balances(movements):
    """Closing balance of every day on which something was booked.

    :param movements: iterable of :class:`~.records.Movement`, in any order
    :return: list of :class:`DayBalance` by account and day
    """
    days = defaultdict(list)
    for movement in movements:
        days[movement.account_id, movement.booked_on].append(movement)
    result = []
    account_id, opening = None, None
    for key in sorted(days):
        booked = days[key]
        if key[0] != account_id:
            account_id, opening = key[0], _opening_balance(booked)
        result.append(_close_day(booked, opening))
        opening = result[-1].amount
    return result


def _close_day(booked, opening):
    expected = opening + sum(movement.signed_amount for movement in booked)
    closing = min(booked, key=lambda movement: (abs(movement.balance - expected), movement.trans_id))
    return DayBalance(
        closing.account_id, closing.booked_on, closing.balance, abs(closing.balance - expected), closing.row
    )


def _opening_balance(booked):
    """Balance before an account's first day: zero for a new account, else the one that explains the day best.

    Whichever row was the first of the day, its balance less its amount is the opening balance.
    """
    candidates = [Decimal(0)]
    candidates += [movement.balance - movement.signed_amount for movement in booked]
    if _close_day(booked, candidates[0]).difference <= TOLERANCE:
        return candidates[0]
    return min(candidates, key=lambda opening: _close_day(booked, opening).difference)


def mean_over_days(balances, days):
    """Mean of the daily balance over the last calendar days, quiet days carrying the balance forward.

    :param balances: dictionary day -> balance of one account, not empty
    :param int days: length of the window that ends with the last day
    :return: (mean, number of days of the window on which the account had a balance)
    """
    last = max(balances)
    day = max(min(balances), last - datetime.timedelta(days=days - 1))
    current = balances[max(known for known in balances if known <= day)]
    total, count = Decimal(0), 0
    while day <= last:
        current = balances.get(day, current)
        total += current
        count += 1
        day += datetime.timedelta(days=1)
    return total / count, count
