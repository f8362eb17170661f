"""The facts that rules judge, as queries.

Each query gives ``partner_id, key, value_on, seq, own_amount, currency_id, product_id, product_class, source_model,
source_id, changed_at``: the amount in its own currency, and when the fact came or changed. ``seq`` is the order in
which limits are used up: that of arrival, so that a late fact takes nothing from those before it.
"""

from odoo.tools import SQL

from ...models.bank_points_rule import BIRTHDAY, METRICS

LOOK_BACK_DAYS = 31  # a birth date that becomes known so late still counts


def of(rule, partners):
    """Return the query of everything that a version of a rule may judge.

    :param rule: ``bank.points.rule``, one record
    :param partners: :class:`odoo.tools.SQL` that gives ids of customers
    """
    if rule.kind == "event" and rule.event_kind == BIRTHDAY:
        return _birthdays(rule, partners)
    return {"balance": _balances, "transaction": _transactions, "event": _events}[rule.kind](rule, partners)


def changed_keys(rule, partners, since):
    """Return the query of the keys of facts that came or changed, whether the rule's conditions hold or not."""
    if rule.kind == "event":
        return None  # events never change
    if rule.kind == "balance":
        return SQL(
            "SELECT %s AS key FROM bank_customer_month figures WHERE figures.partner_id IN (%s) AND %s",
            _balance_key(rule),
            partners,
            _since(SQL("figures.write_date"), since),
        )
    return SQL(
        """SELECT %s AS key FROM bank_holding holding JOIN bank_transaction posting ON posting.holding_id = holding.id
            WHERE holding.owner_id IN (%s) AND %s""",
        _transaction_key(rule),
        partners,
        _since(SQL("posting.write_date"), since),
    )


def _since(column, since):
    return SQL("%s > %s", column, since) if since else SQL("TRUE")


def _valid(rule, day):
    """Return the condition that a version decides about a day."""
    return SQL("%s BETWEEN %s AND %s", day, rule.valid_from or "-infinity", rule.valid_to or "infinity")


def _balance_key(rule):
    return SQL("'AUM:' || figures.partner_id || ':' || to_char(figures.month, 'YYYYMM') || ':' || %s", rule.code)


def _transaction_key(rule):
    return SQL("'TXN:' || posting.id || ':' || %s", rule.code)


def _balances(rule, partners):
    if rule.metric not in dict(METRICS):
        raise ValueError(rule.metric)
    value_on = SQL("(figures.month + interval '1 month - 1 day')::date")
    return SQL(
        """
        SELECT figures.partner_id, %(key)s AS key, %(value_on)s AS value_on, figures.id::bigint AS seq,
               COALESCE(figures.%(metric)s, 0)::numeric AS own_amount, figures.currency_id,
               NULL::int AS product_id, NULL::varchar AS product_class,
               'bank.customer.month' AS source_model, figures.id AS source_id, figures.write_date AS changed_at
          FROM bank_customer_month figures
         WHERE figures.partner_id IN (%(partners)s) AND figures.state = 'closed' AND %(valid)s
           AND figures.company_id = %(company)s AND figures.%(metric)s > 0
        """,
        key=_balance_key(rule),
        value_on=value_on,
        valid=_valid(rule, value_on),
        metric=SQL.identifier(rule.metric),
        partners=partners,
        company=rule.company_id.id,
    )


def _transactions(rule, partners):
    signs = {"out": SQL("posting.amount < 0"), "in": SQL("posting.amount > 0"), "both": SQL("posting.amount != 0")}
    return SQL(
        """
        SELECT holding.owner_id AS partner_id, %(key)s AS key, posting.booked_on AS value_on,
               posting.id::bigint AS seq, abs(posting.amount)::numeric AS own_amount, posting.currency_id,
               product.id AS product_id, product.product_class,
               'bank.transaction' AS source_model, posting.id AS source_id, posting.write_date AS changed_at
          FROM bank_holding holding
          JOIN bank_product product ON product.id = holding.product_id
          JOIN bank_transaction posting ON posting.holding_id = holding.id
         WHERE holding.owner_id IN (%(partners)s) AND posting.company_id = %(company)s AND %(valid)s
           AND %(sign)s AND %(condition)s
        """,
        key=_transaction_key(rule),
        valid=_valid(rule, SQL("posting.booked_on")),
        sign=signs[rule.direction],
        condition=rule.filter_ids._condition(),
        partners=partners,
        company=rule.company_id.id,
    )


def _events(rule, partners):
    tz = rule.company_id.partner_id.tz or rule.env.tz.zone
    value_on = SQL("(event.occurred_at AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", tz)
    facts = SQL(
        """
        SELECT event.partner_id, 'EVT:' || event.id || ':' || %(code)s AS key, %(value_on)s AS value_on,
               event.id::bigint AS seq, %(points)s::numeric AS own_amount, %(currency)s::int AS currency_id,
               product.id AS product_id, product.product_class,
               'bank.customer.event' AS source_model, event.id AS source_id, event.create_date AS changed_at
          FROM bank_customer_event event
          LEFT JOIN bank_holding holding ON event.source_model = 'bank.holding' AND holding.id = event.source_id
          LEFT JOIN bank_product product ON product.id = holding.product_id
         WHERE event.partner_id IN (%(partners)s) AND event.kind = %(kind)s AND %(valid)s AND %(about)s
        """,
        code=rule.code,
        value_on=value_on,
        points=rule.points,
        currency=rule.currency_id.id,
        partners=partners,
        kind=rule.event_kind,
        valid=_valid(rule, value_on),
        about=SQL("%s IN (event.payload->>'code', event.payload->>'program')", rule.event_code)
        if rule.event_code
        else SQL("TRUE"),
    )
    return facts if rule.once_per == "event" else _first_ones(rule, facts)


def _first_ones(rule, facts):
    """Return the first fact of each customer (and year), unless the rule has given him points for another one."""

    def period(day):
        return SQL("date_trunc('year', %s)", day) if rule.once_per == "year" else SQL("'epoch'::timestamp")

    return SQL(
        """
        SELECT DISTINCT ON (fact.partner_id, %(period)s) fact.*
          FROM (%(facts)s) fact
         WHERE NOT EXISTS (
                   SELECT FROM bank_points_earning earning
                    WHERE earning.partner_id = fact.partner_id AND earning.program_id = %(program)s
                      AND earning.rule_code = %(code)s AND earning.key != fact.key AND %(other_period)s = %(period)s)
         ORDER BY fact.partner_id, %(period)s, fact.seq
        """,
        facts=facts,
        period=period(SQL("fact.value_on")),
        other_period=period(SQL("earning.value_on")),
        program=rule.program_id.id,
        code=rule.code,
    )


def _birthdays(rule, partners):
    """Each birthday up to today is a fact; whoever was born on 29 February has it on the 28th in other years."""
    today = rule.env["bank.run"]._today()
    value_on = SQL(
        "(profile.birthdate + make_interval(years => year - extract(year FROM profile.birthdate)::int))::date"
    )
    return SQL(
        """
        SELECT profile.partner_id, 'BDAY:' || profile.partner_id || ':' || year || ':' || %(code)s AS key,
               %(value_on)s AS value_on, profile.partner_id::bigint AS seq, %(points)s::numeric AS own_amount,
               %(currency)s::int AS currency_id, NULL::int AS product_id, NULL::varchar AS product_class,
               'bank.financial.profile' AS source_model, profile.id AS source_id,
               (%(value_on)s + %(look_back)s::int)::timestamp AS changed_at
          FROM bank_financial_profile profile
         CROSS JOIN generate_series(%(first)s::int, %(last)s::int) AS year
         WHERE profile.partner_id IN (%(partners)s) AND profile.birthdate IS NOT NULL
           AND %(value_on)s <= %(today)s AND %(valid)s AND year > extract(year FROM profile.birthdate)
        """,
        code=rule.code,
        value_on=value_on,
        points=rule.points,
        currency=rule.currency_id.id,
        look_back=LOOK_BACK_DAYS,
        first=(rule.valid_from or today).year,
        last=today.year,
        partners=partners,
        today=today,
        valid=_valid(rule, value_on),
    )
