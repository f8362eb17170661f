"""Random banks: the figures equal a count day by day, and nothing is lost or counted twice."""

import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from .test_customer_month import MonthCase, day

DAYS = st.integers(0, 120).map(lambda number: datetime.date(2026, 1, 5) + datetime.timedelta(days=number))
AMOUNTS = st.integers(-5_000_00, 900_000_00).map(lambda cents: cents / 100)


@st.composite
def holdings(draw):
    dates = sorted(draw(st.tuples(DAYS, DAYS)))
    return {
        "product": draw(st.sampled_from(["deposit", "fund", "wealth", "insurance", "loan", "card"])),
        "balances": draw(st.dictionaries(DAYS, AMOUNTS, max_size=6)),
        "owners": draw(st.sampled_from([(100,), (60, 40), (34, 33, 33), (50, 50), (0, 100)])),
        "first_owner": draw(st.integers(0, 2)),
        "is_foreign": draw(st.booleans()),
        "is_held_away": draw(st.integers(0, 5)) == 0,
        "opened_on": dates[0] if draw(st.booleans()) else False,
        "closed_on": dates[1] if draw(st.integers(0, 3)) == 0 else False,
    }


class TestProperties(MonthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for on, rate in (("2026-01-01", 0.125), ("2026-02-10", 0.13), ("2026-03-20", 0.1271)):
            cls.set_rate(cls.eur, on, rate)
        cls.products = {
            code: cls.make_product(f"R-{code}", code, margin_pct=1.25)
            for code in ("deposit", "fund", "wealth", "insurance", "loan", "card")
        }
        cls.people = cls.zoe | cls.olga | cls.pia
        cls.olga.financial_profile_id.currency_id = cls.eur

    def build(self, worlds):
        made = self.env["bank.holding"]
        for world in worlds:
            order = [self.people[(world["first_owner"] + number) % 3] for number in range(3)]
            made |= self.hold(
                world["balances"],
                shares=dict(zip(order, world["owners"], strict=False)),
                product=self.products[world["product"]],
                currency=self.eur if world["is_foreign"] else self.cny,
                is_held_away=world["is_held_away"],
                opened_on=world["opened_on"],
                closed_on=world["closed_on"],
            )
        return made

    def in_a_world(self, worlds, check):
        with self.env.cr.savepoint() as savepoint:
            check(self.build(worlds))
            savepoint.rollback()
        self.env.invalidate_all()

    @settings(max_examples=40)
    @given(st.lists(holdings(), max_size=4), st.sampled_from(["share", "full", "first"]), st.integers(0, 40))
    def test_as_counted_day_by_day(self, worlds, policy, carry):
        def check(_holdings):
            self.company.write({"bank_joint_policy": policy, "bank_balance_carry_days": carry})
            months = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
            self.Month._compute_months(self.people.ids, [day(f"{month}-01") for month in months])
            self.env.invalidate_all()
            for person in self.people:
                for month in months:
                    self.assert_reference(person, month)
            again = self.Month._compute_months(self.people.ids, [day(f"{month}-01") for month in months])
            self.assertEqual(again, 0, "a second time changes nothing")

        self.in_a_world(worlds, check)

    @settings(max_examples=25)
    @given(st.lists(holdings(), min_size=1, max_size=4))
    def test_the_sum_over_customers_is_the_sum_over_holdings(self, worlds):
        """By share and to the first owner each holding counts once, in full once for each owner."""
        for world in worlds:
            world["is_foreign"] = False

        def check(made):
            self.olga.financial_profile_id.currency_id = self.cny
            month = day("2026-03-01")
            singles = {}
            for holding in made:  # each alone, all of it
                singles[holding] = self.env.cr.savepoint  # (kept for the message of a failure)
            for policy in ("share", "first", "full"):
                self.company.bank_joint_policy = policy
                self.Month._compute_months(self.people.ids, [month])
                self.env.invalidate_all()
                total = sum(self.figures("2026-03", person).adb_aum for person in self.people)
                expected = 0
                for holding in made.filtered(lambda h: h.product_id.is_aum and not h.is_held_away):
                    owners = len(holding.party_ids) if policy == "full" else 1
                    expected += owners * self.average(holding, month)
                self.assertAlmostEqual(total, expected, delta=0.02, msg=policy)

        self.in_a_world(worlds, check)

    def average(self, holding, month):
        days = [month + datetime.timedelta(days=number) for number in range(31)]
        total = 0
        for date in days:
            if (holding.opened_on and date < holding.opened_on) or (holding.closed_on and date > holding.closed_on):
                continue
            known = holding.balance_ids.filtered(lambda balance, date=date: balance.date <= date)
            total += max(known, key=lambda balance: balance.date).amount if known else 0
        return total / 31
