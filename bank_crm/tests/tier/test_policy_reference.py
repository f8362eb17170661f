"""The SQL engine against the rules in plain Python, on random policies and figures."""

from dataclasses import dataclass

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.tests import freeze_time

from .common import TIERS, PolicyCase, month

MOST_WALKS, MOST_MONTHS = 12, 10
AMOUNTS = (0, 100, 200, 300, 400)


@dataclass
class Customer:
    """Where somebody stands; rank 1 is the lowest level."""

    rank: int | None = None
    below: tuple = ()  # metrics of the months below in a row


def reached(amount):
    return max(sum(amount >= level for level in AMOUNTS), 1)


def judge(customer, policy, amount, covered):
    """Return (state, months below) and move the customer on, as the specification tells it."""
    provisional = covered < policy["coverage"]
    now, level = customer.rank, reached(amount)
    if now is None:
        customer.rank = 1 if provisional and not policy["provisional"] and policy["newcomer"] == "as_others" else level
        return "new", 0
    rules = policy["levels"][now - 1]
    if level > now and (not provisional or policy["provisional"]):
        customer.rank, customer.below = level, ()
        return "upgraded", 0
    if provisional:
        return waiting(rules, customer)
    if level >= now:
        customer.below = ()
        return "kept", 0
    customer.below = (*customer.below, amount)
    if len(customer.below) >= rules["downgrade"]:
        count = len(customer.below)
        best = max(customer.below) if rules["target"] == "max_in_window" else amount
        customer.rank, customer.below = reached(best), ()
        return "downgraded", count
    return waiting(rules, customer)


def waiting(rules, customer):
    count = len(customer.below)
    if not count:
        return "kept", 0
    return "watch" if count >= rules["watch"] else "below", count


levels = st.builds(
    lambda watch, more, target: {"watch": watch, "downgrade": watch + more, "target": target},
    st.integers(1, 4),
    st.integers(0, 4),
    st.sampled_from(["last_month", "max_in_window"]),
)
policies = st.fixed_dictionaries(
    {
        "levels": st.lists(levels, min_size=5, max_size=5),
        "coverage": st.integers(0, 31),
        "provisional": st.booleans(),
        "newcomer": st.sampled_from(["at_once", "as_others"]),
        "upgrade": st.sampled_from(["immediate", "next_month"]),
    }
)
months = st.tuples(
    st.sampled_from([-1, 0, 99.99, 100, 150, 200, 250, 300, 399.99, 400, 9999]), st.sampled_from([0, 19, 20, 28])
)


@freeze_time("2027-01-05 12:00:00")
class TestReference(PolicyCase):
    def make_policy(self, plan):
        return self.env["bank.tier.policy"].create(
            {
                "name": "Random",
                "code": f"R{self.env['bank.tier.policy'].search_count([])}",
                "currency_id": self.cny.id,
                "upgrade": plan["upgrade"],
                "newcomer": plan["newcomer"],
                "coverage_min_days": plan["coverage"],
                "provisional_upgrades": plan["provisional"],
                "level_ids": [
                    Command.create(
                        {
                            "tier_id": self.tier(code).id,
                            "min_amount": amount,
                            "watch_after_months": rules["watch"],
                            "downgrade_after_months": rules["downgrade"],
                            "downgrade_target": rules["target"],
                        }
                    )
                    for code, amount, rules in zip(TIERS, AMOUNTS, plan["levels"], strict=True)
                ],
            }
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"W{number}", "is_bank_customer": True} for number in range(MOST_WALKS)]
        )

    # without shrinking: an example takes seconds
    @settings(max_examples=12, phases=[Phase.generate])
    @given(
        plan=policies,
        walks=st.lists(st.lists(months, min_size=1, max_size=MOST_MONTHS), min_size=1, max_size=MOST_WALKS),
        cut=st.integers(0, MOST_MONTHS),
    )
    def test_sql_is_the_rules(self, plan, walks, cut):
        with self.env.cr.savepoint() as savepoint:
            policy = self.make_policy(plan)
            partners = self.customers[: len(walks)]
            expected = {}
            for partner, walk in zip(partners, walks, strict=True):
                customer = Customer()
                expected[partner] = []
                for amount, covered in walk:
                    state, below = judge(customer, plan, amount, covered)
                    expected[partner].append((state, TIERS[customer.rank - 1], below))
            self.set_months(
                (partner, month(number), amount, covered)
                for partner, walk in zip(partners, walks, strict=True)
                for number, (amount, covered) in enumerate(walk, 1)
            )
            every = [month(number) for number in range(1, MOST_MONTHS + 1)]
            # in two runs, as if the first one had been killed between two months
            self.judge(partners, *every[:cut], policy=policy)
            self.judge(partners, *every[cut:], policy=policy)
            for partner, rows in expected.items():
                self.assertEqual(self.picture(partner), rows)
                self.assertEqual(partner.tier_id.code, rows[-1][1])
                chain = partner.tier_history_ids.sorted("id")
                self.assertEqual(
                    [entry.to_tier_id.code for entry in chain],
                    [
                        tier
                        for index, (_state, tier, _below) in enumerate(rows)
                        if not index or rows[index - 1][1] != tier
                    ],
                )
            self.assertEqual(self.judge(partners, *every, policy=policy), 0)
            savepoint.rollback()
