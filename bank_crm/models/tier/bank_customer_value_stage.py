from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ..finance.bank_holding import OWNER_ROLES

WORK_MEMORY = "64MB"
SCOPES = {"bank": SQL("TRUE"), "branch": SQL("branch_id"), "book": SQL("relationship_manager_id")}

# What a result says: the columns of the stage that the table of values has, too.
RESULTS = (
    "company_id",
    "branch_id",
    "relationship_manager_id",
    "policy_id",
    "month",
    "currency_id",
    "contribution",
    *(f"abc_{scope}" for scope in SCOPES),
    *(f"rank_{scope}" for scope in SCOPES),
    *(f"cumulative_{scope}" for scope in SCOPES),
    "top_share",
    "recency_days",
    "frequency",
    "rfm_recency",
    "rfm_frequency",
    "rfm_money",
    "rfm_cell",
    "rfm_segment_id",
)


class BankCustomerValue(models.Model):
    """The classes of all customers of a company at once: they depend on each other.

    Each step is a table of its own that is analysed before the next one joins it. The result stays as an unlogged
    table until all customers have been brought up to date from it, over many transactions.
    """

    _inherit = "bank.customer.value"

    @api.model
    def _stage_name(self):
        return f"bank_customer_value_stage_{self.env.company.id}"

    @api.model
    def _has_stage(self, mark):
        """Tell whether the stage of ``mark`` is there; after a crash of PostgreSQL an unlogged table is empty."""
        rows = self.env.execute_query(SQL("SELECT obj_description(to_regclass(%s), 'pg_class')", self._stage_name()))
        if rows[0][0] != mark:
            return False
        return bool(self.env.execute_query(SQL("SELECT 1 FROM %s LIMIT 1", SQL.identifier(self._stage_name()))))

    @api.model
    def _drop_stage(self):
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(self._stage_name())))

    @api.model
    def _stage_values(self, month, mark):
        """Compute the classes of all customers of the company in ``month`` into the stage.

        :param month: date, first day of the last month that counts
        :param mark: text by which :meth:`_has_stage` knows it again
        """
        self.env.flush_all()
        policy = self.env["bank.value.policy"]._active_for(self.env.company, self._month_end(month))
        self.env.cr.execute(SQL("SELECT set_config('work_mem', %s, TRUE)", WORK_MEMORY))
        self._stage_step("bank_value_rate", self._select_rates(month, policy.months or 1))
        self._stage_step("bank_value_base", self._select_base(month, policy.months or 1))
        self._stage_step("bank_value_recent", self._select_recent(month))
        self._stage_step("bank_value_scored", self._select_scored(month, policy))
        self._drop_stage()
        name = SQL.identifier(self._stage_name())
        self.env.cr.execute(SQL("CREATE UNLOGGED TABLE %s AS %s", name, self._select_results(month, policy)))
        self.env.cr.execute(SQL("ALTER TABLE %s ADD PRIMARY KEY (partner_id)", name))
        self.env.cr.execute(SQL("COMMENT ON TABLE %s IS %s", name, mark))
        self.env.cr.execute(SQL("ANALYZE %s", name))
        for step in ("rate", "base", "recent", "scored"):
            self.env.cr.execute(SQL("DROP TABLE %s", SQL.identifier(f"bank_value_{step}")))

    @api.model
    def _stage_step(self, name, select):
        name = SQL.identifier(name)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%s", name))
        self.env.cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", name, select))
        self.env.cr.execute(SQL("ANALYZE %s", name))

    @api.model
    def _month_end(self, month):
        return month + relativedelta(months=1, days=-1)

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    @api.model
    def _select_rates(self, month, months):
        """Return (month, currency_id, factor): from each currency to the company's at the end of each month."""
        return SQL(
            """
            SELECT span.month, currency.id AS currency_id,
                   CASE WHEN currency.id = %(own_id)s THEN 1 ELSE %(own)s / %(foreign)s END AS factor
              FROM res_currency currency
             CROSS JOIN (
                SELECT first_on::date AS month, (first_on + interval '1 month' - interval '1 day')::date AS last_on
                  FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 month') AS first_on
             ) AS span
            """,
            own_id=self.env.company.currency_id.id,
            own=self._rate_expression(SQL("%s", self.env.company.currency_id.id)),
            foreign=self._rate_expression(SQL("currency.id")),
            first=month - relativedelta(months=months - 1),
            last=month,
        )

    @api.model
    def _rate_expression(self, currency):
        """Return the expression of Odoo's rate of ``currency`` on ``span.last_on``, as ``res.currency`` finds it."""
        return SQL(
            """
            COALESCE((
                SELECT rate.rate FROM res_currency_rate rate
                 WHERE rate.currency_id = %(currency)s AND (rate.company_id IS NULL OR rate.company_id = %(company)s)
                 ORDER BY rate.name <= span.last_on DESC, rate.company_id,
                          CASE WHEN rate.name <= span.last_on THEN rate.name END DESC, rate.name
                 LIMIT 1), 1)
            """,
            currency=currency,
            company=self.env.company.root_id.id,
        )

    @api.model
    def _select_base(self, month, months):
        """Return (partner_id, contribution, frequency, aum) of the customers with closed months."""
        return SQL(
            """
            SELECT figures.partner_id,
                   round(COALESCE(sum(figures.contribution * rate.factor), 0) / %(rounding)s) * %(rounding)s
                       AS contribution,
                   COALESCE(sum(figures.transaction_count), 0)::int AS frequency,
                   COALESCE(max(figures.adb_aum * rate.factor) FILTER (WHERE figures.month = %(last)s), 0) AS aum
              FROM bank_customer_month figures
              JOIN bank_value_rate rate ON rate.month = figures.month AND rate.currency_id = figures.currency_id
             WHERE figures.company_id = %(company)s AND figures.state = 'closed'
               AND figures.month BETWEEN %(first)s AND %(last)s
             GROUP BY figures.partner_id
            """,
            rounding=Decimal(str(self.env.company.currency_id.rounding)),
            company=self.env.company.id,
            first=month - relativedelta(months=months - 1),
            last=month,
        )

    @api.model
    def _select_recent(self, month):
        """Return (partner_id, last_on): the last posting that the customer himself made, up to the month's end."""
        if "bank.transaction" not in self.env:
            return SQL("SELECT NULL::int AS partner_id, NULL::date AS last_on WHERE FALSE")
        return SQL(
            """
            SELECT party.partner_id, max(posting.last_on) AS last_on
              FROM (SELECT holding_id, max(booked_on) AS last_on FROM bank_transaction
                     WHERE company_id = %(company)s AND booked_on <= %(last)s AND %(own)s
                     GROUP BY holding_id) AS posting
              JOIN bank_holding_party party ON party.holding_id = posting.holding_id AND party.role IN %(roles)s
             GROUP BY party.partner_id
            """,
            company=self.env.company.id,
            last=self._month_end(month),
            own=self._own_posting(SQL("kind")),
            roles=OWNER_ROLES,
        )

    @api.model
    def _own_posting(self, kind):
        """Return the condition that a posting of ``kind`` comes from the customer and not from the bank."""
        passive = self.env["res.config.settings"]._bank_passive_kinds()
        return SQL("(%s IS NULL OR NOT %s = ANY(%s))", kind, kind, passive)

    @api.model
    def _select_scored(self, month, policy):
        """Return the base with ranks and running totals; equals are in the order of their ids."""
        return SQL(
            """
            SELECT scored.*, %(scopes)s,
                   row_number() OVER bank AS place, count(*) OVER () AS customers,
                   rank() OVER (ORDER BY scored.last_on NULLS LAST) AS recency_rank,
                   count(scored.last_on) OVER () AS with_recency,
                   rank() OVER (ORDER BY scored.frequency) AS frequency_rank,
                   max(scored.frequency) OVER () AS most_frequent,
                   rank() OVER (ORDER BY %(money)s) AS money_rank
              FROM (SELECT base.*, GREATEST(base.contribution, 0) AS gain, recent.last_on,
                           partner.branch_id, partner.relationship_manager_id
                      FROM bank_value_base base
                      JOIN res_partner partner ON partner.id = base.partner_id AND partner.is_bank_customer
                      LEFT JOIN bank_value_recent recent ON recent.partner_id = base.partner_id) AS scored
            WINDOW %(windows)s
            """,
            scopes=SQL(", ").join(self._scope_columns(scope) for scope in SCOPES),
            money=SQL("scored.aum") if policy.money == "aum" else SQL("scored.contribution"),
            windows=SQL(", ").join(
                SQL(
                    "%s AS (PARTITION BY %s ORDER BY contribution DESC, partner_id ROWS UNBOUNDED PRECEDING)",
                    SQL.identifier(scope),
                    by,
                )
                for scope, by in SCOPES.items()
            ),
        )

    @api.model
    def _scope_columns(self, scope):
        return SQL(
            """row_number() OVER %(scope)s AS %(rank)s, sum(gain) OVER %(scope)s AS %(cumulative)s,
               sum(gain) OVER (PARTITION BY %(by)s) AS %(total)s""",
            scope=SQL.identifier(scope),
            by=SCOPES[scope],
            rank=SQL.identifier(f"rank_{scope}"),
            cumulative=SQL.identifier(f"sum_{scope}"),
            total=SQL.identifier(f"total_{scope}"),
        )

    @api.model
    def _select_results(self, month, policy):
        """Return partner_id and :data:`RESULTS`."""
        cells = self.env["bank.rfm.segment"]._cell_owners()
        segments = (
            SQL("(VALUES %s)", SQL(", ").join(SQL("(%s, %s)", cell, segment) for cell, segment in cells.items()))
            if cells
            else SQL("(SELECT NULL::text, NULL::int WHERE FALSE)")
        )
        return SQL(
            """
            SELECT scored.*, segment.id AS rfm_segment_id
              FROM (SELECT fifths.*, (rfm_recency::text || rfm_frequency || rfm_money)::varchar AS rfm_cell
                      FROM (%(fifths)s) AS fifths) AS scored
              LEFT JOIN %(segments)s AS segment(cell, id) ON segment.cell = scored.rfm_cell
            """,
            fifths=self._select_fifths(month, policy),
            segments=segments,
        )

    @api.model
    def _select_fifths(self, month, policy):
        classes = [
            part
            for scope, by in SCOPES.items()
            for part in (self._class_column(scope, by, policy), self._share_column(scope, by))
        ]
        return SQL(
            """
            SELECT partner_id, %(company)s AS company_id, branch_id, relationship_manager_id,
                   %(policy)s AS policy_id, %(month)s::date AS month, %(currency)s AS currency_id, contribution,
                   rank_bank::int AS rank_bank,
                   CASE WHEN branch_id IS NOT NULL THEN rank_branch::int END AS rank_branch,
                   CASE WHEN relationship_manager_id IS NOT NULL THEN rank_book::int END AS rank_book,
                   %(classes)s,
                   ((place - 1) * 5 / customers + 1)::varchar AS top_share,
                   %(month_end)s::date - last_on AS recency_days, frequency,
                   CASE WHEN %(enough)s AND last_on IS NOT NULL
                        THEN ((recency_rank - 1) * 5 / with_recency + 1)::int END AS rfm_recency,
                   CASE WHEN %(enough)s AND most_frequent > 0
                        THEN ((frequency_rank - 1) * 5 / customers + 1)::int END AS rfm_frequency,
                   CASE WHEN %(enough)s THEN ((money_rank - 1) * 5 / customers + 1)::int END AS rfm_money
              FROM bank_value_scored
            """,
            company=self.env.company.id,
            policy=policy.id or None,
            month=month,
            month_end=self._month_end(month),
            currency=self.env.company.currency_id.id,
            classes=SQL(", ").join(classes),
            enough=SQL("customers >= %s", policy.rfm_min_customers),
        )

    @api.model
    def _class_column(self, scope, by, policy):
        """The customer in whose contribution the line lies is A; whoever brings nothing is C."""
        return SQL(
            """CASE WHEN %(by)s IS NULL THEN NULL WHEN gain <= 0 THEN 'c'
                    WHEN (%(sum)s - gain) * 100 < %(total)s * %(a)s THEN 'a'
                    WHEN %(sum)s * 100 <= %(total)s * %(b)s THEN 'b' ELSE 'c' END AS %(name)s""",
            by=by,
            sum=SQL.identifier(f"sum_{scope}"),
            total=SQL.identifier(f"total_{scope}"),
            a=Decimal(str(policy.class_a_pct)),
            b=Decimal(str(policy.class_b_pct)),
            name=SQL.identifier(f"abc_{scope}"),
        )

    @api.model
    def _share_column(self, scope, by):
        return SQL(
            "CASE WHEN %s IS NOT NULL AND %s > 0 THEN round(%s * 100 / %s, 3) END AS %s",
            by,
            SQL.identifier(f"total_{scope}"),
            SQL.identifier(f"sum_{scope}"),
            SQL.identifier(f"total_{scope}"),
            SQL.identifier(f"cumulative_{scope}"),
        )
