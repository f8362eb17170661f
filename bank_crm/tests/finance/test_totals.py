"""The totals of a customer against a plain model in Python, for whatever holdings he has."""

import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.tools import float_compare

from ..common import BankCase

CLASSES = ("deposit", "loan", "card", "fund", "wealth", "insurance", "metal", "other")
DEBTS = ("loan", "card")
NAMES = (
    *(f"total_{name}" for name in CLASSES),
    "held_away_total",
    "aum",
    "aum_month_average",
    "net_assets",
    "product_count",
    "figures_as_of",
)
DAY = datetime.timedelta(days=1)

amounts = st.integers(-(10**9), 10**11).map(lambda cents: Decimal(cents) / 100)
days = st.integers(0, 120).map(lambda day: datetime.date(2025, 12, 1) + day * DAY)
holdings = st.fixed_dictionaries(
    {
        "product": st.integers(0, len(CLASSES) - 1),
        "currency": st.sampled_from(["CNY", "EUR", "JPY"]),
        "role": st.sampled_from(["owner", "joint", "beneficiary", "guarantor"]),
        "share": st.sampled_from([Decimal(share) for share in ("100", "50", "33.33", "66.67", "0.01")]),
        "closed": st.sampled_from([False, False, False, True]),
        "held_away": st.sampled_from([False, False, True]),
        "balances": st.dictionaries(days, amounts, max_size=5),
    }
)


def rounded(amount, digits):
    if isinstance(amount, Fraction):  # exactly: a half of the last digit is a half, whatever the rates were
        units = int(abs(amount) * 10**digits + Fraction(1, 2))
        return Decimal(units if amount >= 0 else -units).scaleb(-digits)
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


class PlainModel:
    """The rules of the totals in the plainest way: one holding and one day after the other."""

    def __init__(self, currency, rate_of):
        self.currency, self.rate_of = currency, rate_of

    def totals(self, rows):
        open_ones = [row for row in rows if not row["closed"] and row["role"] in ("owner", "joint")]
        sums = dict.fromkeys(NAMES, Fraction(0))
        for row in open_ones:
            amount = self.newest(row) * self.factor(row)
            name = CLASSES[row["product"]]
            debt = name in DEBTS
            sums["net_assets"] += -abs(amount) if debt else amount
            if row["held_away"]:
                sums["held_away_total"] += 0 if debt else amount
            else:
                sums[f"total_{name}"] += abs(amount) if debt else amount
                sums["aum"] += 0 if debt else amount
        digits = 0 if self.currency == "JPY" else 2
        sums = {name: rounded(amount, digits) for name, amount in sums.items()}
        sums["aum_month_average"] = rounded(self.average(open_ones), digits)
        sums["product_count"] = len({row["product"] for row in open_ones if not row["held_away"]})
        sums["figures_as_of"] = max((day for row in open_ones for day in row["balances"]), default=False)
        return sums

    def newest(self, row):
        return Fraction(row["balances"][max(row["balances"])]) if row["balances"] else Fraction(0)

    def factor(self, row):
        day = max(row["balances"], default=datetime.date.today())
        own, foreign = Fraction(self.rate_of(self.currency, day)), Fraction(self.rate_of(row["currency"], day))
        return Fraction(row["share"]) / 100 * (1 if row["currency"] == self.currency else own / foreign)

    def average(self, rows):
        """Mean of the daily assets in the 30 days up to the newest balance of the assets."""
        assets = [row for row in rows if not row["held_away"] and CLASSES[row["product"]] not in DEBTS]
        last = max((day for row in assets for day in row["balances"]), default=None)
        if not last:
            return Fraction(0)
        total = Fraction(0)
        for row in assets:
            for day in (last - back * DAY for back in range(30)):
                known = [date for date in row["balances"] if date <= day]
                total += Fraction(row["balances"][max(known)]) * self.factor(row) if known else 0
        return total / 30


class TotalsCase(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = [cls.make_product(f"T{name}", name) for name in CLASSES]
        cls.jpy = cls.env.ref("base.JPY")
        cls.jpy.active = True
        cls.currencies = {"CNY": cls.cny, "EUR": cls.eur, "JPY": cls.jpy}
        cls.env["res.currency.rate"].search([]).unlink()
        for date, eur, jpy in (("2025-12-15", 0.125, 20.5), ("2026-01-31", 0.1275, 21.25), ("2026-03-01", 0.12, 19)):
            cls.set_rate(cls.eur, date, eur)
            cls.set_rate(cls.jpy, date, jpy)
        cls.other = cls.make_customer("Other Owner")

    def rate_of(self, code, day):
        """The rate as Odoo knows it: of the last day, before the first one the first."""
        rates = self.env["res.currency.rate"].search([("currency_id", "=", self.currencies[code].id)], order="name")
        known = rates.filtered(lambda rate: rate.name <= day)[-1:] or rates[:1]
        return Decimal(str(known.rate)) if known else Decimal(1)

    def build(self, partner, rows):
        vals = []
        for row in rows:
            parties = [{"partner_id": partner.id, "role": row["role"], "share_pct": float(row["share"])}]
            if row["role"] in ("owner", "joint"):
                rest = {"partner_id": self.other.id, "role": "joint", "share_pct": float(100 - row["share"])}
                parties += [rest] if row["share"] < 100 else []
            else:
                parties.append({"partner_id": self.other.id, "role": "owner", "share_pct": 100})
            vals.append(
                {
                    "product_id": self.products[row["product"]].id,
                    "currency_id": self.currencies[row["currency"]].id,
                    "closed_on": "2026-06-01" if row["closed"] else False,
                    "is_held_away": row["held_away"],
                    "party_ids": [Command.create(party) for party in parties],
                    "balance_ids": [
                        Command.create({"date": day, "amount": float(amount)})
                        for day, amount in row["balances"].items()
                    ],
                }
            )
        self.env["bank.holding"].create(vals)

    def stored(self, profile):
        self.env.flush_all()
        self.env.invalidate_all()
        return {name: profile[name] for name in NAMES}

    def assert_totals(self, found, expected):
        for name, value in expected.items():
            if isinstance(value, Decimal):
                self.assertEqual(
                    float_compare(found[name], float(value), precision_digits=2),
                    0,
                    f"{name}: {found[name]} instead of {value}",
                )
            else:
                self.assertEqual(found[name], value, name)


class TestTotals(TotalsCase):
    @settings(max_examples=100)
    @given(st.lists(holdings, max_size=6), st.sampled_from(["CNY", "EUR", "JPY"]))
    def test_they_equal_the_plain_model(self, rows, currency):
        rows = [self.in_currency(row) for row in rows]
        savepoint = self.env.cr.savepoint()
        try:
            partner = self.make_customer("Somebody")
            profile = partner.financial_profile_id
            profile.currency_id = self.currencies[currency]
            self.build(partner, rows)
            by_orm = self.stored(profile)
            self.assert_totals(by_orm, PlainModel(currency, self.rate_of).totals(rows))
            self.assertEqual(self.env["bank.financial.profile"]._refresh_totals(partner.ids), 0, "SQL finds the same")
            self.env.cr.execute(
                "UPDATE bank_financial_profile SET aum = -1, net_assets = NULL, figures_as_of = NULL WHERE id = %s",
                [profile.id],
            )
            self.env["bank.financial.profile"]._refresh_totals(partner.ids)
            self.assertEqual(self.stored(profile), by_orm)
        finally:
            savepoint.rollback()
            self.env.invalidate_all()
            savepoint.close(rollback=False)

    def in_currency(self, row):
        """Amounts in yen have no decimals."""
        if row["currency"] == "JPY":
            row = {**row, "balances": {day: rounded(amount, 0) for day, amount in row["balances"].items()}}
        return row

    def test_rates_are_those_of_odoo(self):
        company = self.company
        for day in ("2025-12-01", "2025-12-15", "2026-01-30", "2026-01-31", "2026-05-01"):
            date = datetime.date.fromisoformat(day)
            for code in ("EUR", "JPY"):
                partner = self.make_customer("Somebody")
                self.make_holding(self.account, {partner: 100}, 1000, on=day, currency=self.currencies[code])
                expected = self.currencies[code]._convert(1000, self.cny, company, date)
                self.assertEqual(float_compare(partner.aum, expected, precision_digits=2), 0, (day, code))

    def test_the_company_s_rate_comes_before_the_common_one(self):
        self.env["res.currency.rate"].create(
            {"currency_id": self.eur.id, "name": "2026-04-01", "rate": 0.5, "company_id": False}
        )
        partner = self.make_customer("Somebody")
        self.make_holding(self.account, {partner: 100}, 1000, on="2026-05-01", currency=self.eur)
        expected = self.eur._convert(1000, self.cny, self.company, datetime.date(2026, 5, 1))
        self.assertEqual(partner.aum, expected)

    def test_a_new_currency_of_the_profile_converts_everything(self):
        self.assertEqual(self.carl.aum, 300000)
        self.carl.financial_profile_id.currency_id = self.eur
        self.assertEqual((self.carl.aum, self.carl.net_assets), (36000, 21600))

    def test_debts(self):
        self.make_holding(self.card, {self.carl: 100}, -50)
        profile = self.carl.financial_profile_id
        self.assertEqual((profile.total_loan, profile.total_card), (120000, 50))
        self.assertEqual((profile.aum, profile.net_assets), (300000, 300000 - 120000 - 50))

    def test_what_is_held_elsewhere(self):
        self.make_holding(self.fund, {self.carl: 100}, 1000, is_held_away=True)
        profile = self.carl.financial_profile_id
        self.assertEqual((profile.held_away_total, profile.aum, profile.total_fund), (1000, 300000, 0))
        self.assertEqual((profile.net_assets, profile.product_count), (181000, 2))

    def test_every_change_is_followed(self):
        holding, profile = self.make_holding(self.account, {self.olga: 100}, 100), self.olga.financial_profile_id
        for change, aum in (
            (lambda: holding.write({"is_held_away": True}), 0),
            (lambda: holding.write({"is_held_away": False}), 100),
            (lambda: holding.write({"closed_on": "2026-05-01"}), 0),
            (lambda: holding.write({"closed_on": False}), 100),
            (lambda: holding.balance_ids.write({"amount": 70}), 70),
            (lambda: holding.write({"product_id": self.mortgage.id}), 0),
            (lambda: holding.write({"product_id": self.fund.id}), 70),
            (lambda: holding.party_ids.write({"partner_id": self.carl.id}), 0),
        ):
            change()
            self.env.flush_all()
            self.assertEqual(profile.aum, aum)
            self.assertEqual(self.env["bank.financial.profile"]._refresh_totals(self.olga.ids), 0)
        self.assertEqual(self.carl.aum, 300070)

    def test_nothing_to_do(self):
        Profile = self.env["bank.financial.profile"]
        self.assertEqual(Profile._refresh_totals([]), 0)
        self.assertEqual(Profile._refresh_totals(self.contact.ids), 0)
        self.assertEqual(self.olga.aum, 0)
        self.assertFalse(self.olga.figures_as_of)

    def test_refreshing_leaves_others_alone(self):
        self.env.cr.execute(
            "UPDATE bank_financial_profile SET aum = 1 WHERE partner_id IN %s", [(self.anna.id, self.carl.id)]
        )
        self.assertEqual(self.env["bank.financial.profile"]._refresh_totals(self.anna.ids), 1)
        self.env.invalidate_all()
        self.assertEqual((self.anna.aum, self.carl.aum), (66000, 1))

    def test_lists_sort_and_filter_by_them(self):
        everybody = self.anna | self.carl | self.ben
        partners = self.as_user("operations", self.env["res.partner"])
        found = partners.search([("id", "in", everybody.ids), ("aum", ">", 5000)], order="aum desc")
        self.assertEqual(found.mapped("name"), ["Carl", "Anna"])


class TestAverage(TotalsCase):
    def average(self, *balances):
        partner = self.make_customer("Somebody")
        self.env["bank.holding"].create(
            {
                "product_id": self.account.id,
                "currency_id": self.cny.id,
                "party_ids": [Command.create({"partner_id": partner.id})],
                "balance_ids": [Command.create({"date": day, "amount": amount}) for day, amount in balances],
            }
        )
        return partner.aum_month_average

    def test_examples_by_hand(self):
        for balances, average in (
            ([("2026-03-31", 3000)], 100),  # one day of thirty
            ([("2026-03-02", 3000)], 100),
            ([("2025-01-01", 3000), ("2026-03-31", 3000)], 3000),
            ([("2025-01-01", 3000), ("2026-03-31", 6000)], 3100),
            ([("2026-03-02", 3000), ("2026-03-31", 0)], 2900),  # the window is exactly 2 to 31 March
            ([("2026-03-01", 3000), ("2026-03-31", 0)], 2900),
            ([("2024-02-01", 300), ("2024-03-01", 0)], 290),  # a leap year: the window begins on 1 February
            ([("2026-03-31", -3000)], -100),
        ):
            self.assertEqual(self.average(*balances), average, balances)
