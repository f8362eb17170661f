"""Postings of accounts that add up to the balances of the plan, as often as the customer's stage says."""

import random as random_module
from collections import namedtuple
from datetime import timedelta
from itertools import pairwise

SEED = 7
CUSTOMERS = 90  # beside those whose stage follows from their postings
DAYS = 370
LATELY = 90
# (first, last) day before today on which somebody who sleeps or has left has done anything
ASLEEP = {"dormant": (DAYS, 110), "lost": (DAYS, 210)}
SPENT_ON = [
    ("card", "云津百货 Yunjin Store", "card"), ("card", "江滨超市 Riverside Market", "card"),
    ("payment_out", "云津电力 Yunjin Power", "app"), ("payment_out", "滨江物业 Riverside Housing", "app"),
    ("transfer_out", "本人他行账户 Own Account Elsewhere", "app"), ("cash_out", "", "branch"),
]  # fmt: skip

Posting = namedtuple("Posting", "serial holding booked_on amount kind counterparty channel")


def make_postings(plan):
    """Return the postings of the last year of some accounts; ``holding`` is the place in ``plan.holdings``."""
    random = random_module.Random(SEED)
    last = max(holding.balances[-1][0] for holding in plan.holdings if holding.balances)
    postings, ordinary = [], 0
    for place, owner in _accounts(plan):
        stage, holding = owner.lifecycle_stage, plan.holdings[place]
        if stage in ASLEEP:
            postings += _to_and_fro(random, place, *(last - timedelta(days=days) for days in ASLEEP[stage]))
            continue
        if stage in ("deceased", "closed"):
            continue
        ordinary += stage != "declining"
        if stage != "declining" and ordinary > CUSTOMERS:
            continue
        steps = [balance for balance in holding.balances if balance[0] >= last - timedelta(days=DAYS)]
        for (start, before), (end, after) in pairwise(steps):
            most = (0, 0) if end > last - timedelta(days=LATELY) else (9, 12)
            count = random.randint(*(most if stage == "declining" else (1, 4)))
            postings += _between(random, place, start, end, round(after - before, 2), count)
    return [Posting(serial, *row) for serial, row in enumerate(postings, start=1)]


def _accounts(plan):
    """Return (place, owner) of the first account of each customer."""
    seen = set()
    for place, holding in enumerate(plan.holdings):
        index = holding.parties[0][0]
        if holding.product in ("D001", "D002") and index not in seen and not holding.closed_on:
            seen.add(index)
            yield place, plan.customers[index]


def _between(random, place, start, end, change, count):
    """Money in and out on the days after ``start`` up to ``end``; in cents, so that they add up to ``change``."""
    days = [start + timedelta(days=number) for number in range(1, (end - start).days + 1)]
    spent = [round(random.uniform(80, 2_400), 2) for _number in range(count)]
    income = round(change + sum(spent), 2)
    rows = [(place, random.choice(days), -amount, *random.choice(SPENT_ON)) for amount in spent]
    if income > 0:
        rows.append((place, random.choice(days), income, "salary", "云津制造 Yunjin Works", "transfer"))
    elif income < 0:
        rows.append((place, random.choice(days), income, "investment_buy", "", "app"))
    return sorted(rows, key=lambda row: row[1])


def _to_and_fro(random, place, first, last):
    """Small sums that come and go within a day, so that the balance stays what it is."""
    rows = []
    for month in range((last - first).days // 30 + 1):
        day, amount = first + timedelta(days=30 * month), round(random.uniform(20, 400), 2)
        rows += [(place, day, amount, "transfer_in", "", "app"), (place, day, -amount, "card", SPENT_ON[1][1], "card")]
    return rows
