"""Postings of current accounts that add up to the balances of the plan."""

import random as random_module
from collections import namedtuple
from datetime import timedelta

SEED = 7
CUSTOMERS = 90
DAYS = 370
SPENT_ON = [
    ("card", "云津百货 Yunjin Store", "card"), ("card", "江滨超市 Riverside Market", "card"),
    ("payment_out", "云津电力 Yunjin Power", "app"), ("payment_out", "滨江物业 Riverside Housing", "app"),
    ("transfer_out", "本人他行账户 Own Account Elsewhere", "app"), ("cash_out", "", "branch"),
]  # fmt: skip

Posting = namedtuple("Posting", "serial holding booked_on amount kind counterparty channel")


def make_postings(plan):
    """Return the postings of the last year of some accounts; ``holding`` is the place in ``plan.holdings``."""
    random = random_module.Random(SEED)
    postings, seen = [], set()
    for place, holding in enumerate(plan.holdings):
        owner = holding.parties[0][0]
        if holding.product not in ("D001", "D002") or holding.is_dormant or owner in seen:
            continue
        seen.add(owner)
        if len(seen) > CUSTOMERS:
            break
        first = holding.balances[-1][0] - timedelta(days=DAYS)
        steps = [balance for balance in holding.balances if balance[0] >= first]
        for (start, before), (end, after) in zip(steps, steps[1:]):
            postings += _between(random, place, start, end, round(after - before, 2))
    return [Posting(serial, *row) for serial, row in enumerate(postings, start=1)]


def _between(random, place, start, end, change):
    """Money in and out on the days after ``start`` up to ``end``; in cents, so that they add up to ``change``."""
    days = [start + timedelta(days=number) for number in range(1, (end - start).days + 1)]
    spent = [round(random.uniform(80, 2_400), 2) for _number in range(random.randint(1, 4))]
    income = round(change + sum(spent), 2)
    rows = [
        (place, random.choice(days), -amount, *random.choice(SPENT_ON)) for amount in spent
    ]
    if income > 0:
        rows.append((place, random.choice(days), income, "salary", "云津制造 Yunjin Works", "transfer"))
    elif income < 0:
        rows.append((place, random.choice(days), income, "investment_buy", "", "app"))
    return sorted(rows, key=lambda row: row[1])
