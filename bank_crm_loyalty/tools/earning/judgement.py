"""What a version of a rule gives for facts: ``floor(amount × rate × multipliers)`` within the limits, set-based.

Everything is a fraction of integers: an item is ``weight × factor`` over one denominator of the version, so that
floors, sums of a day and limits are exact. ``tests/reference.py`` says the same in plain Python.
"""

from odoo.tools import SQL

from . import facts, multipliers

MOST_POINTS = 1_000_000_000


class Judgement:
    """The items of one version, as the step ``item_<id>``: a row for each fact, with its points.

    :param steps: ``Steps`` of bank_crm
    :param rule: ``bank.points.rule``, one record
    :param partners: :class:`odoo.tools.SQL` that gives ids of customers
    """

    def __init__(self, steps, rule, partners):
        self.steps = steps
        self.rule = rule
        self.partners = partners

    def of_changes(self, since, known=None):
        """Judge the facts that came or changed since a moment, and those that share a limit with them.

        :param since: datetime, or None for all facts
        :param known: step of rows (partner_id, value_on) whose facts changed although they may not count any more
        """
        source = facts.of(self.rule, self.partners)
        changed = SQL("fact.changed_at > %s", since) if since else SQL("TRUE")
        if self._span() == "item" or not since:
            self._stage_facts(SQL("SELECT fact.* FROM (%s) fact WHERE %s", source, changed))
        else:
            self._stage_facts(self._with_neighbours(source, changed, known))
        self._judge()

    def of_days(self, first, last):
        """Judge the facts of a time, whenever they came."""
        source = facts.of(self.rule, self.partners)
        self._stage_facts(SQL("SELECT fact.* FROM (%s) fact WHERE value_on BETWEEN %s AND %s", source, first, last))
        self._judge()

    @property
    def items(self):
        return self.steps.tables[f"item_{self.rule.id}"]

    # ------------------------------------------------------------------ facts

    def _span(self):
        """Return how far facts depend on each other: item, day, month or all."""
        rule = self.rule
        if rule.cap_customer:
            return "all"
        if rule.cap_month:
            return "month"
        return "day" if rule.cap_day or rule.rounding == "day" else "item"

    def _period(self, day):
        return {
            "all": SQL("'epoch'::timestamp"),
            "month": SQL("date_trunc('month', %s)", day),
            "day": SQL("date_trunc('day', %s)", day),
        }[self._span()]

    def _with_neighbours(self, source, changed, known):
        touched = SQL(
            "SELECT partner_id, %s AS period FROM (%s) fact WHERE %s",
            self._period(SQL("fact.value_on")),
            source,
            changed,
        )
        if known:
            touched = SQL(
                "%s UNION SELECT partner_id, %s FROM %s known", touched, self._period(SQL("known.value_on")), known
            )
        name = f"touched_{self.rule.id}"
        self.steps.stage(name, SQL("SELECT DISTINCT * FROM (%s) touched", touched))
        return SQL(
            """SELECT fact.* FROM (%s) fact JOIN %s touched ON touched.partner_id = fact.partner_id
                  AND touched.period = %s""",
            source,
            self.steps.tables[name],
            self._period(SQL("fact.value_on")),
        )

    def _stage_facts(self, query):
        self.steps.stage("fact", query)
        self._stage_rates()
        self.steps.stage("amount", self._select_amounts())

    def _stage_rates(self):
        """Stage ``exchange``: the factor into the currency of the programme at each value date, as Odoo finds it."""
        own = self.rule.program_id.currency_id.id
        self.steps.stage(
            "exchange",
            SQL(
                """
                SELECT day.currency_id, day.value_on, %(to)s / %(of)s AS factor
                  FROM (SELECT DISTINCT currency_id, value_on FROM %(fact)s WHERE currency_id != %(own)s) day
                """,
                fact=self.steps.fact,
                own=own,
                to=self._rate(SQL("%s", own)),
                of=self._rate(SQL("day.currency_id")),
            ),
        )

    def _rate(self, currency):
        return SQL(
            """
            COALESCE((
                SELECT rate.rate FROM res_currency_rate rate
                 WHERE rate.currency_id = %(currency)s
                   AND (rate.company_id IS NULL OR rate.company_id = %(root)s)
                 ORDER BY rate.name <= day.value_on DESC, rate.company_id,
                          CASE WHEN rate.name <= day.value_on THEN rate.name END DESC, rate.name
                 LIMIT 1), 1)::numeric
            """,
            currency=currency,
            root=self.rule.company_id.root_id.id,
        )

    def _select_amounts(self):
        """Return the facts with amounts of the programme's currency, without those that do not count."""
        rounding = SQL("%s::numeric", str(self.rule.program_id.currency_id.rounding))
        return SQL(
            """
            SELECT * FROM (
                SELECT fact.*,
                       CASE WHEN exchange.factor IS NULL THEN fact.own_amount
                            ELSE round(fact.own_amount * exchange.factor / %(rounding)s) * %(rounding)s
                       END AS amount
                  FROM %(fact)s fact
                  LEFT JOIN %(exchange)s exchange
                    ON exchange.currency_id = fact.currency_id AND exchange.value_on = fact.value_on
            ) fact
             WHERE %(condition)s
            """,
            rounding=rounding,
            fact=self.steps.fact,
            exchange=self.steps.exchange,
            condition=self._condition(),
        )

    def _condition(self):
        rule, parts = self.rule, []
        if rule.kind == "balance":
            parts.append(SQL("amount > %s::numeric", str(rule.threshold)))
        if rule.kind == "transaction" and rule.min_amount:
            parts.append(SQL("amount >= %s::numeric", str(rule.min_amount)))
        if rule.only_birthday_month:
            parts.append(
                SQL(
                    """EXISTS (SELECT FROM bank_financial_profile profile
                                WHERE profile.partner_id = fact.partner_id
                                  AND extract(month FROM profile.birthdate) = extract(month FROM fact.value_on))"""
                )
            )
        return SQL(" AND ").join(parts) if parts else SQL("TRUE")

    # ------------------------------------------------------------------ points

    def _judge(self):
        weight, weight_den = self._weight()
        factors = multipliers.Multipliers(self.steps, self.rule)
        factors.stage_placed()
        self.steps.stage(
            "weighed",
            SQL(
                """SELECT placed.*, %(weight)s AS weight, %(factor)s AS factor, %(base_factor)s AS base_factor,
                          %(words)s
                     FROM %(placed)s placed""",
                weight=weight,
                factor=factors.factor(with_campaign=True),
                base_factor=factors.factor(with_campaign=False),
                words=factors.words(),
                placed=self.steps.placed,
            ),
        )
        self.denominator = weight_den * factors.denominator
        self.steps.stage(f"item_{self.rule.id}", self._select_items())

    def _weight(self):
        """Return the numerator of amount × rate as an expression, and its denominator."""
        rule = self.rule
        if rule.kind == "event":
            return SQL("placed.amount"), 1
        if rule.kind == "transaction":
            return SQL("placed.amount * %s::numeric", rule.rate_num), rule.rate_den
        return multipliers.of_bands(rule)

    def _select_items(self):
        query = SQL(
            "SELECT weighed.*, %s AS raw, %s AS base_raw FROM %s weighed",
            self._floor(SQL("factor")),
            self._floor(SQL("base_factor")),
            self.steps.weighed,
        )
        rule, name = self.rule, SQL("raw")
        query = self._limit(query, "of_item", SQL("LEAST(raw, %s)", rule.cap_item or MOST_POINTS))
        name = SQL("of_item")
        for cap, alias, window in (
            (rule.cap_day, "of_day", SQL("PARTITION BY partner_id, value_on")),
            (rule.cap_month, "of_month", SQL("PARTITION BY partner_id, date_trunc('month', value_on)")),
            (rule.cap_customer, "of_customer", SQL("PARTITION BY partner_id")),
        ):
            if cap:
                query = self._limit(query, alias, self._share_of_limit(name, cap, window))
                name = SQL.identifier(alias)
        return self._finish(query, name)

    def _floor(self, factor):
        """Return the points of an item; those of a day share one rounding where the rule says so."""
        if self.rule.rounding == "item" or self.rule.kind != "transaction":
            return SQL("div(weight * %s, %s::numeric)", factor, self.denominator)
        line = SQL("(PARTITION BY partner_id, value_on ORDER BY seq)")
        return SQL(
            "div(sum(weight * %(f)s) OVER %(line)s, %(den)s::numeric)"
            " - div(sum(weight * %(f)s) OVER %(line)s - weight * %(f)s, %(den)s::numeric)",
            f=factor,
            line=line,
            den=self.denominator,
        )

    def _limit(self, query, alias, expression):
        return SQL("SELECT inner_item.*, %s AS %s FROM (%s) inner_item", expression, SQL.identifier(alias), query)

    def _share_of_limit(self, name, cap, window):
        """Return what an item may have of a limit that the items before it have used."""
        line = SQL("(%s ORDER BY seq)", window)
        return SQL(
            "LEAST(sum(%(name)s) OVER %(line)s, %(cap)s) - LEAST(sum(%(name)s) OVER %(line)s - %(name)s, %(cap)s)",
            name=name,
            line=line,
            cap=cap,
        )

    def _finish(self, query, name):
        paid_by_campaign = bool(self.rule.campaign_id)
        base = SQL("0") if paid_by_campaign else SQL("LEAST(base_raw, %s)", name)
        return SQL(
            """
            SELECT item.*, %(rule)s::int AS rule_id, %(base)s::int AS base_points,
                   (%(points)s - %(base)s)::int AS campaign_wanted
              FROM (%(query)s) item
            """,
            rule=self.rule.id,
            base=base,
            points=name,
            query=query,
        )
