"""The days of the months: which balance of a holding holds from when to when, and at which rate."""

from odoo.tools import SQL


def stage_lives(steps):
    """Stage ``life``: each part in each month, with the days on which the holding is alive.

    ``alive_from`` is a day, ``alive_until`` the day behind the last one. A holding is alive from ``opened_on`` to
    ``closed_on``, both included; what is not alive in a month at all has no row.
    """
    steps.stage(
        "life",
        SQL(
            """
            SELECT row_number() OVER (ORDER BY part.partner_id, scope.month, part.holding_id)::int AS id,
                   scope.month, scope.last_on, part.*,
                   GREATEST(scope.month, part.opened_on) AS alive_from,
                   LEAST(scope.last_on, part.closed_on) + 1 AS alive_until
              FROM %(scope)s scope
              JOIN %(part)s part ON part.partner_id = scope.partner_id AND part.joint_policy = scope.joint_policy
             WHERE COALESCE(part.opened_on <= scope.last_on, TRUE) AND COALESCE(part.closed_on >= scope.month, TRUE)
            """,
            scope=steps.scope,
            part=steps.part,
        ),
    )


def stage_spans(steps):
    """Stage ``span``: the balances of each life, and from which day to before which day each of them holds.

    The first one is the last balance on or before the first day; later ones lie inside. A balance is carried forward
    until the next one; ``covered`` counts its days that are not more than ``carry_days`` behind its date.
    """
    # The window function stands inside: the index gives the balances of a holding in order, nothing has to be sorted.
    steps.stage(
        "span",
        SQL(
            """
            SELECT span.*, span.until_on - span.from_on AS days,
                   GREATEST(0, LEAST(span.until_on, span.date + span.carry_days + 1) - span.from_on) AS covered
              FROM (
                SELECT life.id AS life_id, life.root_id, life.currency_id, life.to_currency_id, life.carry_days,
                       balance.id AS balance_id, balance.date,
                       CASE WHEN life.is_debt THEN abs(balance.amount) ELSE balance.amount END AS amount,
                       GREATEST(balance.date, life.alive_from) AS from_on,
                       LEAST(balance.next_on, life.alive_until) AS until_on,
                       life.alive_until > life.last_on AND balance.next_on IS NULL AS is_at_end
                  FROM %(life)s life
                 CROSS JOIN LATERAL (
                    SELECT balance.id, balance.date, balance.amount,
                           lead(balance.date) OVER (ORDER BY balance.date) AS next_on
                      FROM bank_balance balance
                     WHERE balance.holding_id = life.holding_id AND balance.date < life.alive_until
                       AND balance.date >= COALESCE((
                           SELECT max(earlier.date) FROM bank_balance earlier
                            WHERE earlier.holding_id = life.holding_id AND earlier.date <= life.alive_from
                           ), life.alive_from)
                    OFFSET 0
                 ) AS balance
              ) AS span
            """,
            life=steps.life,
        ),
    )


def stage_postings(steps, env):
    """Stage ``posting``: what was booked on each life, by day: number, inflow, outflow and fees.

    ``amount`` is signed from the customer's view. Movements of debts are no flows of money in or out of his assets;
    they count as postings all the same.
    """
    if "bank.transaction" not in env:
        postings = SQL(
            "SELECT NULL::date, 0, 0::numeric, 0::numeric, 0::numeric WHERE %s::int IS NULL", SQL("life.id")
        )
    else:
        postings = SQL(
            """
            SELECT posting.booked_on, count(*)::int, sum(GREATEST(posting.amount, 0)),
                   -sum(LEAST(posting.amount, 0)),
                   COALESCE(-sum(posting.amount) FILTER (WHERE posting.kind = 'fee'), 0)
              FROM bank_transaction posting
             WHERE posting.holding_id = life.holding_id
               AND posting.booked_on >= life.month AND posting.booked_on <= life.last_on
             GROUP BY posting.booked_on
            """
        )
    steps.stage(
        "posting",
        SQL(
            """
            SELECT life.id AS life_id, life.root_id, life.currency_id, life.to_currency_id,
                   posting.date, posting.count,
                   CASE WHEN life.is_debt THEN 0 ELSE posting.inflow END AS inflow,
                   CASE WHEN life.is_debt THEN 0 ELSE posting.outflow END AS outflow, posting.fees
              FROM %(life)s life
             CROSS JOIN LATERAL (%(postings)s OFFSET 0) AS posting(date, count, inflow, outflow, fees)
             WHERE NOT life.is_held_away
            """,
            life=steps.life,
            postings=postings,
        ),
    )


def stage_rates(steps):
    """Stage ``rate``: the factor into the customer's currency at the day of each balance and posting.

    A balance that is carried forward keeps the rate of its own day. Without a rate on or before the day the first
    later one holds, as Odoo does it.
    """
    steps.stage(
        "exchange",
        SQL(
            """
            SELECT DISTINCT root_id, currency_id, to_currency_id, date FROM %(span)s
             WHERE currency_id != to_currency_id
             UNION
            SELECT DISTINCT root_id, currency_id, to_currency_id, date FROM %(posting)s
             WHERE currency_id != to_currency_id
            """,
            span=steps.span,
            posting=steps.posting,
        ),
    )
    steps.stage(
        "rate",
        SQL(
            "SELECT exchange.*, (%(own)s / %(foreign)s) AS factor FROM %(exchange)s exchange",
            own=_rate(SQL("exchange.to_currency_id")),
            foreign=_rate(SQL("exchange.currency_id")),
            exchange=steps.exchange,
        ),
    )


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


def stage_sums(steps):
    """Stage ``sums``: for each life, in the customer's currency and before his factor.

    ``weighted``: sum of balance × days; ``at_end``: the balance of the last day; ``covered``: the days of the month
    that are known, those before the opening and after the closing among them; the postings.
    """
    steps.stage(
        "sums",
        SQL(
            """
            SELECT life.*, COALESCE(span.weighted, 0) AS weighted, COALESCE(span.at_end, 0) AS at_end,
                   (life.last_on - life.month + 1) - (life.alive_until - life.alive_from)
                       + COALESCE(span.covered, 0)::int AS covered,
                   posting.count, posting.inflow, posting.outflow, posting.fees
              FROM %(life)s life
              LEFT JOIN (
                SELECT span.life_id, sum(span.amount * COALESCE(rate.factor, 1) * span.days) AS weighted,
                       sum(span.amount * COALESCE(rate.factor, 1)) FILTER (WHERE span.is_at_end) AS at_end,
                       sum(span.covered) AS covered
                  FROM %(span)s span LEFT JOIN %(rate)s rate ON %(same_rate)s
                 GROUP BY span.life_id
              ) AS span ON span.life_id = life.id
              LEFT JOIN (
                SELECT span.life_id, sum(span.count) AS count, sum(span.inflow * COALESCE(rate.factor, 1)) AS inflow,
                       sum(span.outflow * COALESCE(rate.factor, 1)) AS outflow,
                       sum(span.fees * COALESCE(rate.factor, 1)) AS fees
                  FROM %(posting)s span LEFT JOIN %(rate)s rate ON %(same_rate)s
                 GROUP BY span.life_id
              ) AS posting ON posting.life_id = life.id
            """,
            life=steps.life,
            span=steps.span,
            posting=steps.posting,
            rate=steps.rate,
            same_rate=SQL(
                """rate.date = span.date AND rate.currency_id = span.currency_id
                   AND rate.to_currency_id = span.to_currency_id AND rate.root_id = span.root_id"""
            ),
        ),
    )
