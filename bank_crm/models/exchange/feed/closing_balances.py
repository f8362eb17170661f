"""Balances at the end of days out of postings: arithmetic, without a database.

Nobody promises the order of the postings within a day, and neither the order in which they come nor that of their keys
can be relied on. What holds is arithmetic: a day closes with the balance before it plus the sum of its postings. Where
the books print a balance beside the postings, the one that is nearest to this sum is the day's; it is taken as it is
printed, so that roundings of the source do not add up. Where they print none, the sum is the balance.
"""

from decimal import Decimal
from typing import NamedTuple

TOLERANCE = Decimal(1)  # of the currency: printed balances may be rounded
ZERO = Decimal(0)


class Printed(NamedTuple):
    """A posting with a printed balance; ``change`` is what it changes the balance by."""

    change: Decimal
    balance: Decimal


class Day(NamedTuple):
    """The postings of a day: what they change the balance by, how many, and those with a printed balance as they came.

    ``ends_printed`` tells whether the one that came last has a printed balance.
    """

    date: object
    change: Decimal
    count: int
    printed: list
    ends_printed: bool


def closing_balances(days, opening=None):
    """Return ``[(date, balance)]`` of all days.

    :param days: :class:`Day`, in the order of their dates
    :param opening: the balance before the first day; None when it is not known: then it is the one that explains the
        first printed balance, or zero
    """
    balance = _opening(days) if opening is None else opening
    closings = []
    for day in days:
        balance = _close(day, balance + day.change)
        closings.append((day.date, balance))
    return closings


def printed_balances(days):
    """Return ``[(date, balance)]`` of the days with a printed balance, the last one that came.

    For what has a market value: the sum of what was paid for it is not its balance.
    """
    return [(day.date, day.printed[-1].balance) for day in days if day.printed]


def _close(day, expected):
    if not day.printed:
        return expected
    # the last one that came is the first of those that are equally near
    nearest = min(reversed(day.printed), key=lambda posting: abs(posting.balance - expected))
    if abs(nearest.balance - expected) <= TOLERANCE:
        return nearest.balance
    # The day does not follow from the one before: a balance that follows from the day itself, or the last one.
    if len(day.printed) == day.count:
        before = {posting.balance - posting.change for posting in day.printed}
        for posting in reversed(day.printed):
            if posting.balance - day.change in before:
                return posting.balance
    return day.printed[-1].balance if day.ends_printed else expected


def _opening(days):
    """Return the balance before the first day: zero for something new, else what explains the first printed day best.

    Whichever posting was the first of that day, its balance less its amount is what the day began with.
    """
    change = ZERO
    for day in days:
        if day.printed:
            break
        change += day.change
    else:
        return ZERO

    def distance(start):
        return min(abs(posting.balance - start - day.change) for posting in day.printed)

    if distance(change) <= TOLERANCE:
        return ZERO
    return min((posting.balance - posting.change for posting in reversed(day.printed)), key=distance) - change
