"""A policy as arrays for SQL, so that judging a customer is arithmetic and no join."""

import calendar
from datetime import date

from odoo.tools import SQL

from ...finance.bank_customer_month import ASSET_CLASSES, DEBT_CLASSES


def month_end(month):
    """Return the last day of the month that begins on ``month``."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def next_month(month):
    """Return the first day of the month after ``month``."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


class Ladder:
    """The levels of a policy from the lowest to the highest; a rank is a place among them, counted from 1.

    :param policy: record of ``bank.tier.policy`` with at least one level
    """

    def __init__(self, policy):
        self.policy = policy
        self.levels = policy.level_ids.sorted(lambda level: (level.min_amount, level.tier_id.sequence, level.id))
        self.amounts = [level.min_amount for level in self.levels]
        self.tiers = self.levels.mapped("tier_id")
        self.may_upgrade_while_open = policy.upgrade == "immediate" and policy.metric != "end_of_month"

    def rank_of_amount(self, amount):
        """Return the rank that ``amount`` reaches: exactly the threshold is enough, less than the lowest one is 1."""
        return SQL("GREATEST(1, width_bucket(%s::numeric, %s::numeric[]))", amount, self.amounts)

    def rank_of_tier(self, tier):
        """Return the rank of a tier; a tier that the policy does not know stands on the level next below it.

        NULL where there is no tier.
        """
        known = {level.tier_id.id: rank for rank, level in enumerate(self.levels, 1)}
        every = self.policy.env["bank.tier"].with_context(active_test=False).search([])
        ranks = [known.get(other.id) or self._rank_below(other) for other in every]
        return SQL("(%s::int[])[array_position(%s::int[], %s)]", ranks, every.ids, tier)

    def _rank_below(self, tier):
        below = [rank for rank, level in enumerate(self.levels, 1) if level.tier_id.sequence <= tier.sequence]
        return max(below, default=1)

    def at(self, values, rank, kind="int"):
        """Return the expression of the value that belongs to ``rank``.

        :param values: one for each level, in their order
        """
        return SQL("(%s::%s[])[%s]", list(values), SQL(kind), rank)

    def tier_at(self, rank):
        return self.at([level.tier_id.id for level in self.levels], rank)

    def amount_at(self, rank):
        return self.at(self.amounts, rank, "numeric")

    def watch_after(self, rank):
        return self.at([level.watch_after_months for level in self.levels], rank)

    def downgrade_after(self, rank):
        return self.at([level.downgrade_after_months for level in self.levels], rank)

    def takes_best(self, rank):
        """Return the expression that tells whether the best of the months below decides where a downgrade leads."""
        return self.at([level.downgrade_target == "max_in_window" for level in self.levels], rank, "boolean")

    def metric(self, alias):
        """Return the expression of what the policy compares, over a row of ``bank_customer_month`` or
        ``bank_group_month``; in the row's currency."""
        alias = SQL.identifier(alias)
        if self.policy.metric == "average":
            return SQL("COALESCE(%s.adb_aum, 0)", alias)
        if self.policy.metric == "end_of_month":
            return SQL("COALESCE(%s.eop_aum, 0)", alias)
        weights = {name: 1.0 for name in ASSET_CLASSES} | {name: 0.0 for name in DEBT_CLASSES}
        weights.update({weight.product_class: weight.weight for weight in self.policy.weight_ids})
        return SQL(" + ").join(
            SQL("COALESCE(%s.%s, 0) * %s::numeric", alias, SQL.identifier(f"adb_{name}"), weight)
            for name, weight in weights.items()
        )

    def factors(self, day):
        """Return the rows (currency, factor) that convert into the policy's currency at the rate of ``day``."""
        currencies = self.policy.env["res.currency"].with_context(active_test=False).search([])
        company = self.policy.company_id
        rates = currencies._get_rates(company, day)
        own = rates[self.policy.currency_id.id]
        rows = (
            SQL(
                "(%s, %s::numeric)",
                currency.id,
                1 if currency == self.policy.currency_id else own / rates[currency.id],
            )
            for currency in currencies
        )
        return SQL("VALUES %s", SQL(", ").join(rows))
