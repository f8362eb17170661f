"""The rules themselves: from where a customer stood and the figures of a month to where he stands after it."""

import itertools

from odoo.tools import SQL

from .figures import Figures
from .ladder import month_end, next_month

_numbers = itertools.count(1)
ENOUGH_TO_ANALYZE = 500  # rows


class Walk(Figures):
    """Leads customers through months, one month for all of them at a time; writes nothing but temporary tables.

    :meth:`begin` notes where they stand, each :meth:`step` judges a month and moves them on. What a step finds lies in
    the table ``self.found`` until the next one. The tables live until the end of the transaction at the latest; they
    are analysed, because the planner knows nothing of the size of a fresh table.

    Months below in a row are counted by closed months with enough covered days. Provisional months neither count nor
    break the row; the month that runs can only bring somebody up, never down.

    :param env: environment of the company whose customers these are
    """

    def __init__(self, env):
        self.env = env
        self.company = env.company
        number = next(_numbers)
        names = ("state", "figures", "households", "found", "noted")
        self.state, self.figures, self.households, self.found, self.noted = (
            SQL.identifier(f"bank_tier_{name}_{number}") for name in names
        )

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:  # after an error the transaction, and the tables with it, is rolled back
            for table in (self.state, self.figures, self.households, self.found, self.noted):
                self._drop(table)

    def _drop(self, table):
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))

    def _make(self, table, query, key=None):
        self._drop(table)
        self.env.cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, query))
        count = self.env.cr.rowcount
        if count >= ENOUGH_TO_ANALYZE:
            if key:
                self.env.cr.execute(SQL("CREATE UNIQUE INDEX ON %s (%s)", table, SQL.identifier(key)))
            self.env.cr.execute(SQL("ANALYZE %s", table))
        return count

    def begin(self, start):
        """Note where customers stand before the first month.

        :param start: query giving partner_id, tier_id (NULL: none yet), bad_months, best_bad_amount, currency_id (of
            that amount), is_first (no month was judged before), last_month (the newest month judged already)
        """
        self._make(self.state, start, key="partner_id")

    def note(self, query):
        """Keep the rows of a query in a table; return its name."""
        self._make(self.noted, query)
        return self.noted

    def step(self, policy, ladder, month):
        """Judge one month of all customers who have figures of it.

        :param policy: the version of the policy that decides this month
        :param month: first day of the month
        :return: number of the customers judged
        """
        factors = ladder.factors(month_end(month))
        if policy.household_scope == "household":
            self._make(self.households, self._select_households(ladder, month, factors), key="partner_id")
        self._make(self.figures, self._select_figures(policy, ladder, month, factors))
        count = self._make(self.found, self._select_found(policy, ladder, month, factors), key="partner_id")
        self._move_on(policy)
        return count

    # ------------------------------------------------------------------
    # Rules
    # ------------------------------------------------------------------

    def _select_found(self, policy, ladder, month, factors):
        """Return the query of the standings after the month; the sub-queries are the steps of the judgement."""
        return SQL(
            """
            SELECT partner_id, from_tier_id, amount, own_amount, is_household, is_shown, coverage_days,
                   is_provisional, is_open, figures_at, last_month, branch_id, relationship_manager_id,
                   %(reached_tier)s AS reached_tier_id, %(tier)s AS tier_id, state, bad_months,
                   CASE WHEN bad_months > 0 THEN best_bad_amount END AS best_bad_amount,
                   CASE WHEN state IN ('below', 'watch') THEN %(allowed)s - bad_months END AS months_left,
                   %(next_tier)s AS next_tier_id,
                   CASE WHEN is_shown AND %(next_amount)s IS NOT NULL
                        THEN GREATEST(%(next_amount)s - amount, 0) END AS next_short,
                   %(own_level)s AS level_amount, %(from_level)s AS from_level_amount,
                   CASE WHEN state IN ('new', 'upgraded') AND %(immediate)s THEN %(month)s::date
                        ELSE %(next_month)s::date END AS effective_on
              FROM (%(stated)s) AS stated
            """,
            reached_tier=ladder.tier_at(SQL("reached")),
            tier=ladder.tier_at(SQL("rank")),
            allowed=ladder.downgrade_after(SQL("rank")),
            next_tier=ladder.tier_at(SQL("rank + 1")),
            next_amount=ladder.amount_at(SQL("rank + 1")),
            own_level=ladder.amount_at(SQL("rank")),
            from_level=ladder.amount_at(SQL("former_rank")),
            immediate=policy.upgrade == "immediate",
            month=month,
            next_month=next_month(month),
            stated=self._select_stated(policy, ladder, month, factors),
        )

    def _select_stated(self, policy, ladder, month, factors):
        """The state follows from the ranks before and after."""
        return SQL(
            """
            SELECT ranked.*,
                   CASE WHEN former_rank IS NULL OR is_newcomer AND rank = former_rank THEN 'new'
                        WHEN rank > former_rank THEN 'upgraded'
                        WHEN rank < former_rank THEN 'downgraded'
                        WHEN counted_months = 0 OR is_pardoned THEN 'kept'
                        WHEN counted_months >= %(watch_after)s THEN 'watch'
                        ELSE 'below' END AS state,
                   CASE WHEN former_rank IS NULL OR rank > former_rank OR is_pardoned THEN 0
                        ELSE counted_months END AS bad_months
              FROM (%(ranked)s) AS ranked
            """,
            watch_after=ladder.watch_after(SQL("former_rank")),
            ranked=self._select_ranked(policy, ladder, month, factors),
        )

    def _select_ranked(self, policy, ladder, month, factors):
        """Where he comes to. The best of the months below may be enough for his level after a change of policy: then
        he keeps it and is pardoned."""
        may_rise = SQL(
            "(NOT is_provisional OR %s) AND (NOT is_open OR %s)",
            policy.provisional_upgrades,
            ladder.may_upgrade_while_open,
        )
        fallen = SQL(
            "CASE WHEN %s THEN LEAST(%s, former_rank) ELSE LEAST(reached, former_rank) END",
            ladder.takes_best(SQL("former_rank")),
            ladder.rank_of_amount(SQL("best_bad_amount")),
        )
        return SQL(
            """
            SELECT counted.*,
                   CASE WHEN former_rank IS NULL THEN CASE WHEN %(at_once)s OR %(may_rise)s THEN reached ELSE 1 END
                        WHEN reached > former_rank AND %(may_rise)s THEN reached
                        WHEN is_due THEN %(fallen)s
                        ELSE former_rank END AS rank,
                   is_due AND %(fallen)s = former_rank AS is_pardoned
              FROM (SELECT counted.*, is_bad AND counted_months >= %(downgrade_after)s AS is_due
                      FROM (%(counted)s) AS counted OFFSET 0) AS counted
            """,
            at_once=policy.newcomer == "at_once",
            may_rise=may_rise,
            fallen=fallen,
            downgrade_after=ladder.downgrade_after(SQL("former_rank")),
            counted=self._select_counted(ladder, month, factors),
        )

    def _select_counted(self, ladder, month, factors):
        """Months below in a row, this one included; the month in which he got his first tier is not held against
        him."""
        return SQL(
            """
            SELECT judged.*,
                   CASE WHEN is_bad THEN bad_months_before + 1
                        WHEN is_provisional OR is_open THEN bad_months_before
                        WHEN reached >= former_rank THEN 0
                        ELSE bad_months_before END AS counted_months,
                   CASE WHEN is_bad THEN GREATEST(best_before, amount) ELSE best_before END AS best_bad_amount
              FROM (
                SELECT judged.*, COALESCE(reached < former_rank, FALSE) AND NOT is_provisional AND NOT is_open
                                 AND NOT is_newcomer AS is_bad
                  FROM (
                    SELECT figures.*, state.tier_id AS from_tier_id, state.last_month,
                           COALESCE(state.bad_months, 0) AS bad_months_before,
                           CASE WHEN state.bad_months > 0
                                THEN state.best_bad_amount * COALESCE(conversion.factor, 1) END AS best_before,
                           %(former_rank)s AS former_rank, %(reached)s AS reached,
                           state.is_first AND EXISTS (
                               SELECT 1 FROM bank_tier_history history
                                WHERE history.partner_id = state.partner_id AND history.reason = 'initial'
                                  AND history.changed_on BETWEEN %(month)s AND %(last)s) AS is_newcomer
                      FROM %(figures)s AS figures
                      JOIN %(state)s AS state ON state.partner_id = figures.partner_id
                      LEFT JOIN (%(factors)s) AS conversion(currency_id, factor)
                        ON conversion.currency_id = state.currency_id
                    OFFSET 0
                  ) AS judged OFFSET 0
              ) AS judged
            """,
            former_rank=ladder.rank_of_tier(SQL("state.tier_id")),
            reached=ladder.rank_of_amount(SQL("figures.amount")),
            figures=self.figures,
            state=self.state,
            factors=factors,
            month=month,
            last=month_end(month),
        )

    def _move_on(self, policy):
        """The month that runs is judged again until it is over: nobody moves on from it. On a new level the months
        below are counted anew."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s AS state
                   SET tier_id = found.tier_id,
                       bad_months = CASE WHEN found.state = 'downgraded' THEN 0 ELSE found.bad_months END,
                       best_bad_amount = found.best_bad_amount, currency_id = %s, is_first = FALSE
                  FROM %s AS found
                 WHERE found.partner_id = state.partner_id AND NOT found.is_open
                """,
                self.state,
                policy.currency_id.id,
                self.found,
            )
        )
