"""The plan of the demonstration data: all customers with everything about them, without Odoo.

The same plan for the same day: all chance comes from one seeded generator, all dates are counted from ``today``.
"""

import random as random_module
from collections import namedtuple
from dataclasses import dataclass, field
from datetime import date, timedelta

from . import people
from .portfolio import PortfolioMaker, draw_target
from .world import MANAGERS_BY_BRANCH

SEED = 20_260_101
CUSTOMER_COUNT = 300

KINDS = {"individual": 250, "sole_trader": 25, "company": 25}
SEGMENTS = {"ordinary": 130, "gold": 78, "vip": 48, "premier": 31, "private": 13}
STAGES = {
    "mature": 116, "growth": 66, "new": 32, "declining": 26, "dormant": 18, "onboarding": 12, "prospect": 12,
    "lost": 9, "closed": 6, "deceased": 3,
}  # fmt: skip
# The customer's assets a year ago as a part of today's.
PAST_LEVELS = {"growth": (0.2, 0.75), "declining": (1.4, 2.6), "mature": (0.85, 1.12), "new": (0.6, 1)}
YEARS_WITH_BANK = {"mature": (3, 18), "growth": (1.2, 7), "declining": (2, 15), "dormant": (3, 15)}
BRANCHES_BY_SEGMENT = {
    "ordinary": {"riverside": 3, "old_town": 3, "harbour": 3, "harbour_self": 2, "head_office": 2},
    "gold": {"riverside": 4, "old_town": 2, "harbour": 4, "harbour_self": 1, "head_office": 3},
    "vip": {"riverside": 4, "harbour": 4, "head_office": 3, "vip_centre": 3},
    "premier": {"vip_centre": 6, "harbour": 2, "head_office": 2},
    "private": {"vip_centre": 8, "head_office": 2},
}
WEALTH = {"ordinary": ("low", "low", "middle"), "gold": ("middle",), "vip": ("middle", "high")}
CONTACT_DAYS = {"private": 21, "premier": 45, "vip": 80, "gold": 160, "ordinary": 300}
REASONS = ["Hand-over: manager moved", "Customer asked for another manager", "Reached a higher tier", "Moved house"]

Owner = namedtuple("Owner", "login branch date_from date_to reason")
Helper = namedtuple("Helper", "login role date_from")
Change = namedtuple("Change", "fields happened_on")


@dataclass
class Customer:
    """``segment`` is the tier that the customer is made for; his real tier follows from his assets.

    ``owners`` are his primary owners, the last one active if its ``date_to`` is None; no owner at all is possible.
    """

    index: int
    segment: str
    person: people.Person
    lifecycle_stage: str
    relationship_start_on: date
    target_aum: float
    past_level: float
    branch: str
    risk_class: str = "c1"
    kyc_state: str = "verified"
    preferred_channel: str = "app"
    investor_class: str = "ordinary"
    investment_experience: str = "none"
    investment_objective: str = "preservation"
    last_contact_on: date | None = None
    next_contact_on: date | None = None
    owners: list = field(default_factory=list)
    helpers: list = field(default_factory=list)
    changes: list = field(default_factory=list)


@dataclass
class Plan:
    customers: list
    holdings: list


def make_plan(today, seed=SEED):
    """Return the :class:`Plan` for a day; the last balances are of the day before."""
    random = random_module.Random(seed)
    persons = people.PersonMaker(random, today)
    customers = [_make_customer(random, persons, index, *choice) for index, choice in enumerate(_choices(random))]
    maker = PortfolioMaker(random, today - timedelta(days=1))
    holdings = [holding for customer in customers for holding in maker.make(customer)]
    _share_holdings(random, customers, holdings)
    return Plan(customers, holdings)


def _choices(random):
    """Return (kind, segment, stage) of each customer: fixed numbers of each, put together by chance."""
    columns = []
    for counts in (KINDS, SEGMENTS, STAGES):
        column = [value for value, count in counts.items() for _unused in range(count)]
        random.shuffle(column)
        columns.append(column)
    return [_plausible(*row) for row in zip(*columns, strict=True)]


def _plausible(kind, segment, stage):
    """Firms have more than pocket money; the best customers stay, or their assets were missing from every chart."""
    if kind == "company" and segment == "ordinary":
        segment = "gold"
    if segment == "private" and stage not in ("mature", "growth", "declining"):
        stage = "mature"
    return kind, segment, stage


def _make_customer(random, persons, index, kind, segment, stage):
    today = persons.today
    person = persons.make(index, kind, random.choice(WEALTH.get(segment, ("high",))))
    start = _start(random, stage, today)
    target = draw_target(random, segment)
    branches = BRANCHES_BY_SEGMENT[segment]
    customer = Customer(
        index=index,
        segment=segment,
        person=person,
        lifecycle_stage=stage,
        relationship_start_on=max(start, person.birthdate + timedelta(days=90)) if person.birthdate else start,
        target_aum=target * (3 if kind == "company" and segment == "premier" else 1),
        past_level=random.uniform(*PAST_LEVELS.get(stage, (1, 1))),
        branch=random.choices(list(branches), list(branches.values()))[0],
    )
    _add_opinions(random, customer)
    _add_contacts(random, customer, today)
    _add_owners(random, customer, today)
    _add_changes(random, customer, today)
    return customer


def _start(random, stage, today):
    if stage in ("onboarding", "prospect"):
        return today - timedelta(days=random.randint(2, 28))
    if stage == "new":
        return today - timedelta(days=random.randint(35, 170))
    return today - timedelta(days=round(random.uniform(*YEARS_WITH_BANK.get(stage, (2, 9))) * 365))


def _add_opinions(random, customer):
    rich = ["ordinary", "gold", "vip", "premier", "private"].index(customer.segment)
    risk = min(5, max(1, round(random.gauss(1.6 + rich * 0.55, 0.9))))
    customer.risk_class = f"c{risk}"
    customer.investment_objective = ["preservation", "income", "balanced", "growth", "speculation"][risk - 1]
    experience = min(4, max(0, risk - 1 + random.choice([-1, 0, 0, 1])))
    customer.investment_experience = ["none", "under_1", "from_1_to_3", "from_3_to_5", "over_5"][experience]
    if rich == 4 or (rich == 3 and random.random() < 0.2):
        customer.investor_class = "professional"
    channels = {"branch": 4, "phone": 4, "email": 2, "sms": 2, "wechat": 7, "app": 7, "post": 1}
    customer.preferred_channel = random.choices(list(channels), list(channels.values()))[0]
    if customer.lifecycle_stage in ("prospect", "onboarding"):
        customer.kyc_state = "pending"
    elif customer.lifecycle_stage in ("dormant", "deceased"):
        customer.kyc_state = random.choice(["due", "restricted"])
    else:
        customer.kyc_state = random.choices(["verified", "due", "restricted"], [88, 10, 2])[0]


def _add_contacts(random, customer, today):
    interval = CONTACT_DAYS[customer.segment]
    if customer.lifecycle_stage in ("closed", "lost", "deceased", "dormant"):
        customer.last_contact_on = today - timedelta(days=random.randint(150, 360))
        return
    newest = min(interval, (today - customer.relationship_start_on).days)
    customer.last_contact_on = today - timedelta(days=random.randint(0, newest))
    if random.random() < 0.8:  # some of them are overdue
        days = round(interval * random.uniform(0.7, 1.3))
        customer.next_contact_on = customer.last_contact_on + timedelta(days=days)
    elif random.random() < 0.3:
        customer.last_contact_on = None


def _add_owners(random, customer, today):
    """Give the customer his present owner and, often, former ones; some customers have none."""
    if customer.segment in ("ordinary", "gold") and random.random() < 0.07:
        return
    managers = MANAGERS_BY_BRANCH[customer.branch]
    is_pool = not managers or (customer.segment != "private" and random.random() < 0.06)
    current = Owner(None if is_pool else random.choice(managers), customer.branch, None, None, None)
    chain = [current]
    while len(chain) < 3 and random.random() < 0.35:
        branch = random.choice([customer.branch, "riverside", "head_office"])
        others = [login for login in MANAGERS_BY_BRANCH[branch] if login != chain[0].login]
        if others:
            chain.insert(0, Owner(random.choice(others), branch, None, None, None))
    customer.owners = _date_owners(random, chain, customer.relationship_start_on, today)
    if current.login and customer.segment != "ordinary" and random.random() < 0.25:
        colleagues = [login for login in MANAGERS_BY_BRANCH["vip_centre"] + managers if login != current.login]
        since = customer.owners[-1].date_from
        customer.helpers.append(Helper(random.choice(colleagues), random.choice(["backup", "specialist"]), since))


def _date_owners(random, chain, start, today):
    """Return the owners with their dates: the first from ``start``, the changes within the last eleven months."""
    days = (today - start).days
    earliest = max(1, days - 330)
    changes = sorted(random.sample(range(earliest, days), min(len(chain) - 1, days - earliest)))
    chain = chain[len(chain) - len(changes) - 1 :]
    starts = [start, *(start + timedelta(days=change) for change in changes)]
    return [
        owner._replace(
            date_from=date_from,
            date_to=starts[place + 1] if place + 1 < len(starts) else None,
            reason="First owner" if place == 0 else random.choice(REASONS),
        )
        for place, (owner, date_from) in enumerate(zip(chain, starts, strict=True))
    ]


def _add_changes(random, customer, today):
    """Add what the customer has reported over the last year: new phone, new address and the like."""
    days = min(360, (today - customer.relationship_start_on).days)
    for _unused in range(random.choice([0, 0, 1, 1, 2])):
        names = random.choice([["phone"], ["email"], ["street", "city", "zip"], ["preferred_channel"], ["occupation"]])
        customer.changes.append(Change(names, today - timedelta(days=random.randint(0, days))))


# ---------------------------------------------------------------------- several people in one holding


def _share_holdings(random, customers, holdings):
    """Let couples share deposits and mortgages, and add signatories, guarantors and beneficiaries."""
    individuals = [
        customer
        for customer in customers
        if customer.person.kind == "individual" and customer.lifecycle_stage in ("mature", "growth", "new")
    ]
    partner_of = _couples(individuals)
    for holding in holdings:
        if holding.is_held_away or holding.closed_on:
            continue
        owner = holding.parties[0][0]
        spouse = partner_of.get(owner)
        kind = customers[owner].person.kind
        is_shared = spouse is not None and holding.opened_on >= customers[spouse].relationship_start_on
        if is_shared and holding.product_class in ("deposit", "loan") and holding.matures_on:
            share = random.choice([50, 50, 60, 66.67])
            holding.parties = [(owner, "owner", share), (spouse, "joint", round(100 - share, 2))]
        elif holding.product_class == "insurance" and random.random() < 0.7:
            other = spouse if spouse is not None else _another(random, individuals, owner)
            holding.parties.append((other, "beneficiary", 0))
        elif holding.product == "L003" and random.random() < 0.7:
            holding.parties.append((_another(random, individuals, owner), "guarantor", 0))
        elif kind == "company" and holding.product == "D002":
            holding.parties.append((_another(random, individuals, owner), "signatory", 0))


def _couples(individuals):
    """Return ``{customer: spouse}`` (indexes) for some of the married who are customers of one branch."""
    married = [customer for customer in individuals if customer.person.marital_status == "married"]
    waiting, partner_of = {}, {}
    for customer in married:
        if len(partner_of) >= 48:
            break
        key = (customer.branch, customer.segment)
        if (other := waiting.pop(key, None)) is None:
            waiting[key] = customer.index
        else:
            partner_of[customer.index], partner_of[other] = other, customer.index
    return partner_of


def _another(random, individuals, owner):
    return random.choice([customer.index for customer in individuals if customer.index != owner])
