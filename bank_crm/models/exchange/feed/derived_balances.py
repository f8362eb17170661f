"""Balances of holdings of which none is sent, computed from their transactions.

A holding's first posting makes it one of these; the first balance that is sent or entered ends it.
"""

import datetime
from decimal import Decimal
from itertools import groupby

from odoo.tools import SQL

from .balance_store import stage_balances, write_balances
from .closing_balances import Day, Printed, closing_balances, printed_balances
from .rounding import Rounder

BEGINNING = datetime.date(1, 1, 1)
DEBTS = ("loan", "card")  # their balance is what is owed: money in makes it smaller
VALUED = ("fund", "wealth", "insurance", "metal")  # their balance is a market value, and no sum of payments


class DerivedBalances:
    """Computes balances from the first day that a batch has touched, and all later ones.

    :param env: superuser environment
    :param holdings: ``{holding id: BookedHolding}`` of the batch
    """

    def __init__(self, env, holdings):
        self.env = env
        self.holdings = holdings
        self.rounder = Rounder(env)

    def refresh(self, touched, corrected):
        """Write the balances that differ, and let the holdings show the newest one.

        :param touched: ``{holding id: (first day touched, whether a printed balance is among what changed)}``
        :param corrected: ids of the holdings of which known postings changed, and not only new ones came
        :return: ids of the holdings whose balances changed
        """
        touched = {key: value for key, value in touched.items() if self.holdings[key].balance_source != "sent"}
        if not touched:
            return []
        starts = self._starts(touched)
        rows = self._compute(starts)
        with stage_balances(self.env, rows) as stage:
            created, changed = write_balances(self.env, stage)
            deleted = self._delete_others(stage, starts)
        days = created + changed + deleted
        balances = self.env["bank.balance"]
        balances._mark_days("late_posting", [day for day in days if day[0] not in corrected])
        balances._mark_days("changed_posting", [day for day in days if day[0] in corrected])
        holding_ids = sorted({day[0] for day in days})
        self._show_newest(sorted(starts))
        return holding_ids

    def _starts(self, touched):
        """Return ``{holding id: first day to compute}``.

        A printed balance also tells the days before it, until an earlier one does: then all days are computed.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT touched.holding_id, touched.first_on,
                       EXISTS(SELECT FROM bank_transaction posting WHERE posting.holding_id = touched.holding_id
                                 AND posting.has_balance_after IS TRUE AND posting.booked_on < touched.first_on)
                       OR NOT touched.has_printed
                          AND NOT EXISTS(SELECT FROM bank_transaction posting
                                          WHERE posting.holding_id = touched.holding_id
                                            AND posting.has_balance_after IS TRUE)
                  FROM unnest(%s::int[], %s::date[], %s::bool[]) AS touched(holding_id, first_on, has_printed)
                """,
                list(touched),
                [first_on for first_on, _has_printed in touched.values()],
                [has_printed for _first_on, has_printed in touched.values()],
            )
        )
        return {holding_id: first_on if is_enough else BEGINNING for holding_id, first_on, is_enough in rows}

    def _compute(self, starts):
        """Return ``[(holding id, date, amount)]`` from the first day to compute on."""
        openings = self._openings(starts)
        result = []
        # the rows come sorted: Odoo's groupby would keep all of them in memory
        days_of_holdings = groupby(self._read_days(starts), key=lambda row: row[0])  # pylint: disable=bad-builtin-groupby
        for holding_id, rows in days_of_holdings:
            holding = self.holdings[holding_id]
            days = [self._as_day(row, -1 if holding.product_class in DEBTS else 1) for row in rows]
            if holding.product_class in VALUED:
                closings = printed_balances(days)
            else:
                closings = closing_balances(days, openings.get(holding_id))
            result += [
                (holding_id, date, self.rounder.round(float(amount), holding.currency_id)) for date, amount in closings
            ]
        return result

    def _openings(self, starts):
        """Return ``{holding id: balance before the first day to compute}`` of the holdings that have one."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT start.holding_id, balance.amount::text
                  FROM unnest(%s::int[], %s::date[]) AS start(holding_id, date)
                 CROSS JOIN LATERAL (
                    SELECT amount FROM bank_balance
                     WHERE holding_id = start.holding_id AND date < start.date ORDER BY date DESC LIMIT 1
                 ) AS balance
                """,
                list(starts),
                list(starts.values()),
            )
        )
        return {holding_id: Decimal(amount) for holding_id, amount in rows}

    def _read_days(self, starts):
        """Return the postings by day: ``[(holding id, date, sum, number, amounts that have a printed balance, these
        balances, whether the last one has one)]``; amounts are texts, exact."""
        return self.env.execute_query(
            SQL(
                """
                SELECT posting.holding_id, posting.booked_on, sum(posting.amount)::text, count(*),
                       array_agg(posting.amount::text ORDER BY posting.id) FILTER (WHERE has_balance_after),
                       array_agg(posting.balance_after::text ORDER BY posting.id) FILTER (WHERE has_balance_after),
                       (array_agg(has_balance_after ORDER BY posting.id DESC))[1]
                  FROM unnest(%s::int[], %s::date[]) AS start(holding_id, date)
                  JOIN bank_transaction posting ON posting.holding_id = start.holding_id
                   AND posting.booked_on >= start.date
                 GROUP BY posting.holding_id, posting.booked_on
                 ORDER BY posting.holding_id, posting.booked_on
                """,
                list(starts),
                list(starts.values()),
            )
        )

    @staticmethod
    def _as_day(row, sign):
        _holding_id, date, total, count, amounts, balances, ends_printed = row
        printed = [
            Printed(sign * Decimal(amount), Decimal(balance))
            for amount, balance in zip(amounts or (), balances or (), strict=True)
        ]
        return Day(date, sign * Decimal(total), count, printed, bool(ends_printed))

    def _delete_others(self, stage, starts):
        """Delete balances of days without a posting any more; return their ``(holding id, date)``."""
        return self.env.execute_query(
            SQL(
                """
                DELETE FROM bank_balance balance
                 USING unnest(%s::int[], %s::date[]) AS start(holding_id, date)
                 WHERE balance.holding_id = start.holding_id AND balance.date >= start.date
                   AND NOT EXISTS(SELECT FROM %s stage
                                   WHERE stage.holding_id = balance.holding_id AND stage.date = balance.date)
             RETURNING balance.holding_id, balance.date
                """,
                list(starts),
                list(starts.values()),
                stage.sql,
            )
        )

    def _show_newest(self, holding_ids):
        """Let the holdings show their newest balance, which may be an older one than before."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE bank_holding holding
                   SET balance = COALESCE(newest.amount, 0), balance_on = newest.date, balance_source = 'derived',
                       write_uid = %(uid)s, write_date = %(now)s
                  FROM unnest(%(ids)s::int[]) AS touched(holding_id)
                  LEFT JOIN LATERAL (
                    SELECT date, amount FROM bank_balance
                     WHERE holding_id = touched.holding_id ORDER BY date DESC LIMIT 1
                  ) AS newest ON TRUE
                 WHERE holding.id = touched.holding_id
                   AND (holding.balance, holding.balance_on, holding.balance_source)
                       IS DISTINCT FROM (COALESCE(newest.amount, 0), newest.date, 'derived')
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                ids=holding_ids,
            )
        )
