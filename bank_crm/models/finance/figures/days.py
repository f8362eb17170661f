"""The days of the months: which balance of a holding holds from when to when, and at which rate."""

from odoo.tools import SQL


def stage_rates(steps):
    """Stage ``rate``: the factor into the customer's currency on the day of each balance or posting in another one.

    A balance that is carried forward keeps the rate of its own day. Without a rate on or before the day the first
    later one holds, as Odoo does it.
    """
    dates = SQL(
        "SELECT date FROM (%s) AS balance UNION SELECT booked_on FROM (%s) AS posting", _balances(), _postings()
    )
    steps.stage(
        "rate",
        SQL(
            """
            SELECT exchange.*, %(own)s / %(foreign)s AS factor
              FROM (
                SELECT DISTINCT life.root_id, life.currency_id, life.to_currency_id, day.date
                  FROM %(life)s life
                 CROSS JOIN LATERAL (%(dates)s OFFSET 0) AS day(date)
                 WHERE life.is_foreign
              ) AS exchange
            """,
            own=_rate(SQL("exchange.to_currency_id")),
            foreign=_rate(SQL("exchange.currency_id")),
            life=steps.life,
            dates=dates,
        ),
    )
    steps.cr.execute(SQL("CREATE INDEX ON %s (date, currency_id, to_currency_id, root_id)", steps.rate))


def _rate(currency):
    """Return the expression of Odoo's rate of ``currency`` at ``exchange.date``, as ``res.currency`` finds it."""
    return SQL(
        """
        COALESCE((
            SELECT rate.rate FROM res_currency_rate rate
             WHERE rate.currency_id = %(currency)s AND (rate.company_id IS NULL OR rate.company_id = exchange.root_id)
             ORDER BY rate.name <= exchange.date DESC, rate.company_id,
                      CASE WHEN rate.name <= exchange.date THEN rate.name END DESC, rate.name
             LIMIT 1), 1)::numeric
        """,
        currency=currency,
    )


def _factor(steps, date):
    """Return the expression of the factor of ``life`` at ``date``; nothing is looked up in the customer's currency."""
    return SQL(
        """
        CASE WHEN life.is_foreign THEN (
            SELECT rate.factor FROM %(rate)s rate
             WHERE rate.date = %(date)s AND rate.currency_id = life.currency_id
               AND rate.to_currency_id = life.to_currency_id AND rate.root_id = life.root_id
        ) ELSE 1 END
        """,
        rate=steps.rate,
        date=date,
    )


def _balances():
    """Return the balances of ``life``: the last one on or before its first day, and those inside; with the next date.

    The window function stands here because the index gives the balances of one holding in order; over all of them
    they would have to be sorted.
    """
    return SQL(
        """
        SELECT balance.id, balance.date, balance.amount, lead(balance.date) OVER (ORDER BY balance.date) AS next_on
          FROM bank_balance balance
         WHERE balance.holding_id = life.holding_id AND balance.date < life.alive_until
           AND balance.date >= COALESCE((
               SELECT max(earlier.date) FROM bank_balance earlier
                WHERE earlier.holding_id = life.holding_id AND earlier.date <= life.alive_from
               ), life.alive_from)
        """
    )


def spans(steps):
    """Return the query of the spans of ``life``: from which day to before which day each balance holds.

    ``value`` is the balance in the customer's currency, of a debt always positive. ``covered`` counts the days that
    are not more than ``carry_days`` behind the balance's date; ``is_at_end`` marks the balance of the last day.
    """
    return SQL(
        """
        SELECT span.*, span.until_on - span.from_on AS days,
               GREATEST(0, LEAST(span.until_on, span.date + life.carry_days + 1) - span.from_on) AS covered,
               CASE WHEN life.is_debt THEN abs(span.amount) ELSE span.amount END * span.rate AS value
          FROM (
            SELECT balance.id, balance.date, balance.amount, %(factor)s AS rate,
                   GREATEST(balance.date, life.alive_from) AS from_on,
                   LEAST(balance.next_on, life.alive_until) AS until_on,
                   life.alive_until > life.last_on AND balance.next_on IS NULL AS is_at_end
              FROM (%(balances)s) AS balance
          ) AS span
        """,
        factor=_factor(steps, SQL("balance.date")),
        balances=_balances(),
    )


def _postings():
    return SQL(
        """
        SELECT posting.booked_on, posting.amount, posting.kind FROM bank_transaction posting
         WHERE posting.holding_id = life.holding_id
           AND posting.booked_on >= life.month AND posting.booked_on <= life.last_on
        """
    )


def _activity(steps):
    """Return the query of number, inflow, outflow and fees of the postings of ``life``.

    Amounts are signed from the customer's view. Movements of debts are no flows into or out of his assets; they count
    as postings all the same.
    """
    return SQL(
        """
        SELECT count(*), COALESCE(sum(GREATEST(value, 0)) FILTER (WHERE NOT life.is_debt), 0),
               COALESCE(-sum(LEAST(value, 0)) FILTER (WHERE NOT life.is_debt), 0),
               COALESCE(-sum(value) FILTER (WHERE kind = 'fee'), 0)
          FROM (
            SELECT posting.amount * %(factor)s AS value, posting.kind FROM (%(postings)s) AS posting
          ) AS posting
        """,
        factor=_factor(steps, SQL("posting.booked_on")),
        postings=_postings(),
    )


def stage_sums(steps):
    """Stage ``sums``: for each life, in the customer's currency and before his factor.

    ``weighted``: sum of balance × days; ``at_end``: the balance of the last day; ``covered``: the days of the month
    that are known, those before the opening and after the closing among them; the postings.
    """
    steps.stage(
        "sums",
        SQL(
            """
            SELECT life.id AS life_id, span.weighted, span.at_end,
                   (life.last_on - life.month + 1) - (life.alive_until - life.alive_from) + span.covered AS covered,
                   activity.count, activity.inflow, activity.outflow, activity.fees
              FROM %(life)s life
             CROSS JOIN LATERAL (
                SELECT COALESCE(sum(span.value * span.days), 0) AS weighted,
                       COALESCE(sum(span.value) FILTER (WHERE span.is_at_end), 0) AS at_end,
                       COALESCE(sum(span.covered), 0)::int AS covered
                  FROM (%(spans)s) AS span
                OFFSET 0
             ) AS span
             CROSS JOIN LATERAL (%(activity)s OFFSET 0) AS activity(count, inflow, outflow, fees)
            """,
            life=steps.life,
            spans=spans(steps),
            activity=_activity(steps),
        ),
    )
