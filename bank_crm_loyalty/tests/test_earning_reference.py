"""The SQL gives what plain fractions give, whatever the numbers; and a second run gives nothing."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.tests import tagged

from . import reference
from .earning_common import EarningCase

LONG_AGO = datetime(2020, 1, 1)
EXAMPLES = 25

cents = st.integers(1, 50_000_000)
fractions = st.tuples(st.integers(1, 12), st.integers(1, 12))
limits = st.one_of(st.just(0), st.integers(1, 60))
policies = st.sampled_from(["multiply", "add"])
bands = st.lists(
    st.tuples(st.integers(0, 300_000), st.integers(0, 9), st.integers(1, 999)),
    min_size=1,
    max_size=4,
    unique_by=lambda band: band[0],
)
multipliers = st.fixed_dictionaries(
    {"tier": fractions, "product": fractions, "campaign": fractions, "most": st.one_of(st.none(), fractions)}
)


def exact(amount):
    return Fraction(Decimal(str(amount)))


@tagged("post_install", "-at_install")
class TestEarningReference(EarningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gold = cls.set_tier(cls, cls.anna, cls.env["bank.tier"].search([], limit=1).code, "2026-01-10")
        cls.set_tier(cls, cls.anna, cls.env["bank.tier"].search([], limit=2)[1].code, "2026-02-10")

    def fork(self):
        """Return a savepoint that is rolled back: examples do not see each other."""
        return self.env.cr.savepoint()

    @settings(max_examples=EXAMPLES)
    @given(
        amount=cents,
        threshold=st.integers(0, 300_000),
        mode=st.sampled_from(["whole", "excess"]),
        lines=bands,
        band_mode=st.sampled_from(["reached", "slices"]),
        factor=fractions,
        most=limits,
    )
    def test_balances(self, amount, threshold, mode, lines, band_mode, factor, most):
        lines = sorted(lines)
        if not any(num for _start, num, _den in lines):
            return
        with self.fork() as savepoint:
            rule = self.make_wealth_rule(
                threshold=threshold,
                threshold_mode=mode,
                bands=lines,
                band_mode=band_mode,
                cap_item=most,
                multiplier_ids=[
                    Command.create({"tier_id": self.gold.id, "factor_num": factor[0], "factor_den": factor[1]})
                ],
            )
            months = [self.make_month(self.anna, month, amount / 100) for month in ("2026-01-01", "2026-02-01")]
            self.night()
            value = reference.of_balance(Fraction(amount, 100), threshold, mode, lines, band_mode)
            expected = {}
            for month, times in zip(months, (Fraction(*factor), Fraction(1)), strict=True):
                [points] = reference.floors([(month, value * times)], "item")
                [points] = reference.limited([(month, points)], most)
                expected[f"AUM:{self.anna.id}:{month.month:%Y%m}:WEALTH"] = points
            expected = {key: points for key, points in expected.items() if points}
            self.assertEqual(self.given(rule_id=rule.id), expected)
            self.assertEqual(self.booked(), expected)
            self.assertEqual(self.night(), 0)
            savepoint.rollback()

    @settings(max_examples=EXAMPLES)
    @given(
        amounts=st.lists(st.tuples(cents, st.integers(0, 4)), min_size=1, max_size=8),
        changes=st.lists(st.tuples(st.integers(0, 7), cents), max_size=3),
        rate=fractions,
        rounding=st.sampled_from(["item", "day"]),
        caps=st.tuples(limits, limits, limits, limits),
        factors=multipliers,
        policy=policies,
    )
    def test_transactions(self, amounts, changes, rate, rounding, caps, factors, policy):
        with self.fork() as savepoint:
            most = factors["most"] or (0, 1)
            campaign = [max(factors["campaign"]), min(factors["campaign"])]
            self.env["bank.points.campaign"].flush_model()
            made = self.make_campaign(
                activate=False, factor_num=campaign[0], factor_den=campaign[1], valid_from="2026-02-10"
            )
            made._unguarded().state = "active"
            self.make_rule(
                rate_num=rate[0],
                rate_den=rate[1] * 20,
                rounding=rounding,
                multiplier_policy=policy,
                multiplier_cap_num=most[0],
                multiplier_cap_den=most[1],
                multiplier_ids=[
                    self.line(factors["tier"], tier_id=self.gold.id),
                    self.line(factors["product"], product_class="card"),
                ],
                **dict(zip(("cap_item", "cap_day", "cap_month", "cap_customer"), caps, strict=True)),
            )
            postings = [self.post(-amount / 100, on=self.day(38 + offset)) for amount, offset in amounts]
            self.night()
            setup = (rate, rounding, caps, factors, campaign, policy)
            self.assert_given(postings, setup)
            for index, amount in changes:
                self.correct(postings[index % len(postings)], amount=-amount / 100)
                self.night(since=LONG_AGO)
                self.assert_given(postings, setup)
                self.assertEqual(self.night(since=LONG_AGO), 0)
            self.assertEqual(self.night(), 0)
            self.assert_invariants()
            savepoint.rollback()

    def line(self, factor, **subject):
        return Command.create({"factor_num": factor[0], "factor_den": factor[1], **subject})

    def assert_given(self, postings, setup):
        expected = self.expected(postings, *setup)
        given_now = self.given()
        for posting in postings:
            self.assertEqual(given_now.get(f"TXN:{posting.id}:SPEND", 0), expected[posting], f"{postings} {setup}")
        self.assertEqual(self.total(), sum(expected.values()))

    def expected(self, postings, rate, rounding, caps, factors, campaign, policy):
        """Return ``{posting: points}`` in plain Python: the tier changed and the campaign began on 10 February."""
        values = []
        most = Fraction(*factors["most"]) if factors["most"] else None
        for posting in postings:
            is_late = str(posting.booked_on) >= "2026-02-10"
            chosen = [
                Fraction(1) if is_late else Fraction(*factors["tier"]),
                Fraction(*factors["product"]),
                Fraction(*campaign) if is_late else Fraction(1),
            ]
            amount = abs(exact(posting.amount)) * Fraction(rate[0], rate[1] * 20)
            values.append((posting.booked_on, amount * reference.multiplied(chosen, policy, most)))
        points = reference.floors(values, rounding)
        days = [posting.booked_on for posting in postings]
        points = [min(number, caps[0] or number) for number in points]
        points = reference.limited(list(zip(days, points, strict=True)), caps[1], lambda day: day)
        points = reference.limited(list(zip(days, points, strict=True)), caps[2], lambda day: day.replace(day=1))
        points = reference.limited(list(zip(days, points, strict=True)), caps[3])
        return dict(zip(postings, points, strict=True))
