"""What a customer of the demonstration data holds, and what it was worth over the last two years."""

import math
from dataclasses import dataclass, field
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from .catalogue import BY_CODE, CLASS_BY_FAMILY

HISTORY_DAYS = 760
LEVEL_DAYS = 395  # since when the customer's assets went from their past level to today's
WEEKLY_DAYS = 90
USD_IN_CNY = 7.1

# Which products the customers of a tier have: (product, chance, weight in the customer's assets).
# "time" is any time deposit, "account" the current account of the customer's type.
MIXES = {
    "ordinary": [("account", 1, 3), ("time", 0.4, 3), ("F001", 0.3, 1)],
    "gold": [("account", 1, 2), ("time", 0.75, 5), ("F001", 0.4, 1), ("F002", 0.3, 1.5), ("W001", 0.35, 1),
             ("W106", 0.2, 1.5), ("I001", 0.2, 1), ("M001", 0.15, 0.5)],
    "vip": [("account", 1, 1), ("time", 0.8, 4), ("D236", 0.2, 6), ("F002", 0.4, 1.5), ("F003", 0.35, 1.5),
            ("W106", 0.45, 2), ("W112", 0.3, 2), ("I001", 0.35, 1), ("M001", 0.25, 0.5), ("W306", 0.15, 1)],
    "premier": [("account", 1, 1), ("time", 0.7, 3), ("D236", 0.5, 5), ("F002", 0.4, 1.5), ("F003", 0.45, 2),
                ("F004", 0.4, 1.5), ("W106", 0.5, 2), ("W112", 0.5, 3), ("I002", 0.4, 1.5), ("M002", 0.3, 0.7)],
    "private": [("account", 1, 0.7), ("D236", 0.9, 4), ("time", 0.6, 2), ("F003", 0.6, 2), ("F004", 0.5, 1.5),
                ("F005", 0.35, 0.5), ("W212", 0.8, 5), ("I002", 0.6, 1.5), ("M002", 0.5, 0.7), ("O001", 0.5, 3)],
}  # fmt: skip
NOISE = {"deposit": 0.1, "fund": 0.04, "wealth": 0.002, "insurance": 0, "metal": 0.03, "other": 0.003}
# Where the money of short terms came from, so that two years of history need few terms.
FORMER_PRODUCTS = {"D103": "D112", "D106": "D112"}
TIME_DEPOSITS = ["D103", "D106", "D112", "D136"]


@dataclass
class Holding:
    """``parties`` are (index of the customer, role, share in per cent); ``balances`` are (date, amount)."""

    product: str
    parties: list
    opened_on: date
    matures_on: date | None = None
    closed_on: date | None = None
    is_dormant: bool = False
    is_held_away: bool = False
    balances: list = field(default_factory=list)

    @property
    def product_class(self):
        return CLASS_BY_FAMILY[BY_CODE[self.product].family]


def balance_dates(as_of):
    """Return the dates of the history: the ends of months, and weekly the last ninety days up to ``as_of``."""
    weekly = [as_of - timedelta(days=days) for days in range(WEEKLY_DAYS // 7 * 7, -1, -7)]
    month_end = (as_of - timedelta(days=HISTORY_DAYS)) + relativedelta(day=31)
    monthly = []
    while month_end < weekly[0]:
        monthly.append(month_end)
        month_end = month_end + relativedelta(months=1, day=31)
    return monthly + weekly


class PortfolioMaker:
    """Makes the holdings of one customer after another, drawing from ``random``; ``as_of`` is the last day's end."""

    def __init__(self, random, as_of):
        self.random = random
        self.as_of = as_of
        self.dates = balance_dates(as_of)

    def make(self, customer):
        """Return the holdings of ``customer`` (:class:`.plan.Customer`)."""
        maker = {
            "prospect": self._none,
            "onboarding": self._first_account,
            "closed": self._all_closed,
            "lost": self._all_closed,
            "dormant": self._dormant,
            "deceased": self._dormant,
        }.get(customer.lifecycle_stage, self._regular)
        return maker(customer)

    # Kinds of customers

    def _none(self, customer):
        return []

    def _first_account(self, customer):
        if customer.index % 3 == 0:  # the papers are not complete yet
            return []
        return [self._account(customer, self.random.uniform(500, 20_000))]

    def _all_closed(self, customer):
        holdings = [
            self._account(customer, customer.target_aum * 0.4),
            self._fixed(customer, "D112", customer.target_aum),
        ]
        closed_on = self.as_of - timedelta(days=self.random.randint(20, 300))
        for holding in holdings:
            self._close(holding, closed_on)
        if customer.lifecycle_stage == "lost":  # the empty account is all that is left
            holdings.append(self._asleep(self._account(customer, self.random.uniform(1, 90))))
        return holdings

    def _dormant(self, customer):
        account = self._asleep(self._account(customer, customer.target_aum))
        account.is_dormant = True
        return [account]

    def _asleep(self, account):
        """Let the balance of an account that nobody uses stay what it is."""
        account.balances = [(day, account.balances[-1][1]) for day, _amount in account.balances]
        return account

    def _regular(self, customer):
        return [
            *self._assets(customer),
            *self._debts(customer),
            *self._cards(customer),
            *self._held_away(customer),
            *self._withdrawn(customer),
        ]

    # Assets

    def _assets(self, customer):
        picked = [
            (code, weight * self.random.uniform(0.6, 1.4))
            for code, chance, weight in MIXES[customer.segment]
            if self.random.random() < chance and self._is_suitable(customer, code)
        ]
        total = sum(weight for _code, weight in picked)
        spare, holdings = 0, []
        for code, weight in reversed(picked):  # the account comes last and takes what is too little for a product
            amount = customer.target_aum * weight / total
            if code == "account":
                holdings.append(self._account(customer, amount + spare))
            elif amount < BY_CODE.get(code, BY_CODE["D103"]).min_amount:
                spare += amount
            else:
                holdings += self._asset(customer, code, amount)
        if customer.person.nationality != "CN" and self.random.random() < 0.2:
            holdings.append(self._flexible(customer, "D003", customer.target_aum * 0.1 / USD_IN_CNY))
        return holdings

    def _is_suitable(self, customer, code):
        product = BY_CODE.get(code)
        if not product:
            return True
        too_risky = product.rating and product.rating[1] > customer.risk_class[1]
        return not too_risky and product.customer_type in (None, customer.person.kind)

    def _asset(self, customer, code, amount):
        if code == "time":
            code = self.random.choice(TIME_DEPOSITS)
        if not BY_CODE[code].term_months:
            return [self._flexible(customer, code, amount)]
        if BY_CODE[code].ended:
            gone = self._fixed(customer, code, amount)
            self._close(gone, min(gone.matures_on, self.as_of - timedelta(days=self.random.randint(5, 60))))
            return [gone]
        holding = self._fixed(customer, code, amount)
        return [*self._predecessors(customer, holding), holding]

    def _account(self, customer, amount):
        return self._flexible(customer, "D002" if customer.person.kind == "company" else "D001", amount)

    def _flexible(self, customer, code, amount):
        """A position without a term: it follows the customer's trend."""
        opened_on = self._opened_on(customer)
        holding = Holding(code, [(customer.index, "owner", 100)], opened_on)
        noise = NOISE[holding.product_class]
        first = self.as_of - timedelta(days=LEVEL_DAYS)
        for day in self._dates_from(opened_on):
            progress = max(0, (day - first).days / LEVEL_DAYS)
            level = customer.past_level + (1 - customer.past_level) * progress
            jitter = 1 + self.random.uniform(-noise, noise) if day < self.as_of else 1
            holding.balances.append((day, round(amount * level * jitter, 2)))
        return holding

    def _fixed(self, customer, code, amount):
        """A position with a term: every second one matures within ninety days."""
        term = relativedelta(months=BY_CODE[code].term_months)
        latest = (self.as_of + term - self.as_of).days - 2
        earliest = max(2, (customer.relationship_start_on + term - self.as_of).days + 2)
        if self.random.random() < 0.5:
            latest = max(earliest, min(latest, WEEKLY_DAYS - 2))
        matures_on = self.as_of + timedelta(days=self.random.randint(min(earliest, latest), latest))
        opened_on = matures_on - term
        amount = max(round(amount, -2), 100)
        balances = [(day, amount) for day in self._dates_from(opened_on)]
        return Holding(code, [(customer.index, "owner", 100)], opened_on, matures_on, balances=balances)

    def _predecessors(self, customer, holding):
        """The terms before, when the money was placed again; without them the assets would jump."""
        former = []
        while holding.opened_on > self.dates[0] and self.random.random() < 0.85:
            product = FORMER_PRODUCTS.get(holding.product, holding.product)
            opened_on = holding.opened_on - relativedelta(months=BY_CODE[product].term_months)
            if opened_on < customer.relationship_start_on:
                break
            holding = self._placed_before(holding, product, opened_on)
            former.insert(0, holding)
        return former

    def _placed_before(self, holding, product, opened_on):
        amount = round(holding.balances[0][1] * self.random.uniform(0.9, 1), -2) or 100
        former = Holding(product, list(holding.parties), opened_on, holding.opened_on)
        former.balances = [(day, amount) for day in self._dates_from(opened_on)]
        self._close(former, holding.opened_on)
        return former

    def _withdrawn(self, customer):
        """Who takes his assets away has withdrawn deposits."""
        if customer.lifecycle_stage != "declining":
            return []
        gone = self._fixed(customer, "D136", customer.target_aum * self.random.uniform(0.5, 1.5))
        self._close(gone, self.as_of - timedelta(days=self.random.randint(15, 250)))
        return [gone]

    def _held_away(self, customer):
        if customer.person.kind != "individual" or self.random.random() > 0.14:
            return []
        holding = self._flexible(customer, "O900", customer.target_aum * self.random.uniform(0.1, 0.6))
        holding.is_held_away = True
        return [holding]

    # Debts and cards

    def _debts(self, customer):
        person, chance = customer.person, self.random.random
        holdings = []
        if person.kind == "individual":
            age = (self.as_of - person.birthdate).days / 365.25
            if 26 < age < 58 and chance() < 0.3:
                holdings.append(self._loan(customer, "L001", self.random.uniform(3e5, 2.5e6)))
            if 20 < age < 62 and chance() < 0.12:
                holdings.append(self._loan(customer, "L002", self.random.uniform(1e4, 2e5)))
        elif chance() < 0.5:
            holdings.append(self._loan(customer, "L003", self.random.uniform(1e5, 3e6)))
        return holdings

    def _loan(self, customer, code, principal):
        """A loan that is paid back in equal parts; ``principal`` is what was lent."""
        months = BY_CODE[code].term_months
        with_bank = (self.as_of - customer.relationship_start_on).days
        passed = self.random.randint(min(10, with_bank), min(months * 30 - 20, 2_200, with_bank))
        opened_on = self.as_of - timedelta(days=passed)
        matures_on = opened_on + relativedelta(months=months)
        principal = round(principal, -3)
        whole = (matures_on - opened_on).days
        balances = [
            (day, round(principal * (matures_on - day).days / whole, 2)) for day in self._dates_from(opened_on)
        ]
        return Holding(code, [(customer.index, "owner", 100)], opened_on, matures_on, balances=balances)

    def _cards(self, customer):
        if customer.person.kind == "company":
            return []
        holdings, chance = [], self.random.random
        if chance() < 0.85:
            holdings.append(Holding("C001", [(customer.index, "owner", 100)], self._opened_on(customer)))
        if chance() < 0.5:
            is_rich = customer.segment in ("vip", "premier", "private")
            code, most = ("C102", 60_000) if is_rich else ("C101", 12_000)
            card = Holding(code, [(customer.index, "owner", 100)], self._opened_on(customer))
            card.balances = [(day, round(self.random.uniform(0, most), 2)) for day in self._dates_from(card.opened_on)]
            holdings.append(card)
        return holdings

    # Helpers

    def _opened_on(self, customer):
        """Return a day since the customer came; most positions are older than the history."""
        start, newest = customer.relationship_start_on, self.as_of - timedelta(days=1)
        if start < self.dates[0] and self.random.random() < 0.75:
            newest = self.dates[0] - timedelta(days=1)
        return start + timedelta(days=self.random.randint(0, max(0, (newest - start).days)) // 2)

    def _dates_from(self, opened_on):
        """Return the dates of balances of a holding: its first day too, or its first month would be full of holes."""
        first = [opened_on] if self.dates[0] < opened_on <= self.as_of else []
        return sorted({*first, *(day for day in self.dates if day >= opened_on)}) or [self.as_of]

    def _close(self, holding, closed_on):
        holding.closed_on = max(closed_on, holding.opened_on)
        holding.balances = [(day, amount) for day, amount in holding.balances if day < holding.closed_on]
        holding.balances.append((holding.closed_on, 0.0))


def draw_target(random, segment):
    """Return the assets that a customer of a tier is to have, in CNY."""
    low, high = {
        "ordinary": (800, 42_000),
        "gold": (55_000, 180_000),
        "vip": (215_000, 460_000),
        "premier": (540_000, 3_600_000),
        "private": (6_600_000, 18_000_000),
    }[segment]
    return math.exp(random.uniform(math.log(low), math.log(high)))
