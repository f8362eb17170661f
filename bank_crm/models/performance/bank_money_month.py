from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, date_utils

from . import bank_money_move, bank_money_mover, bank_money_total
from .money_rows import replace_rows

BASE = SQL.identifier("bank_money_base")


class BankMoneyMonth(models.Model):
    """A month of which totals are kept, and whether they have to be computed anew.

    Whoever writes figures or standings of a month marks it in the same transaction (:meth:`_mark`); the run ``boards``
    computes the marked months, so that a night in which one month changed reads that month alone.
    """

    _name = "bank.money.month"
    _description = "Month of the Money Board"
    _order = "month desc"
    _rec_name = "month"
    _log_access = False

    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True)
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    is_stale = fields.Boolean(string="To Compute", readonly=True)
    computed_at = fields.Datetime(string="Computed", readonly=True)

    _month_uniq = models.UniqueIndex("(company_id, month)", "The company has this month already.")

    @api.model
    def _mark(self, months):
        """Note that figures of these months of the company have changed.

        :param months: first days of months, or :class:`odoo.tools.SQL` of a query of (company, month)
        """
        if not isinstance(months, SQL):
            rows = SQL("SELECT %s, unnest(%s::date[])", self.env.company.id, list(months))
        else:
            rows = months
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO bank_money_month (company_id, month, is_stale)
                   SELECT DISTINCT company_id, month, TRUE FROM (%s) AS marked(company_id, month)
                   ON CONFLICT (company_id, month) DO UPDATE SET is_stale = TRUE
                    WHERE bank_money_month.is_stale IS NOT TRUE""",
                rows,
            )
        )
        self.invalidate_model(["is_stale"])

    @api.model
    def _mark_of_customers(self, partner_ids):
        """Mark every month in which these customers have figures: they were restricted, merged or erased."""
        if partner_ids:
            self.env["bank.customer.month"].flush_model(["partner_id", "company_id", "month"])
            self._mark(
                SQL("SELECT company_id, month FROM bank_customer_month WHERE partner_id = ANY(%s)", list(partner_ids))
            )

    # ------------------------------------------------------------------
    # Computing
    # ------------------------------------------------------------------

    def _rebuild(self):
        """Compute all totals of this month from the figures of the customers; return the number of changed rows.

        The figures of all customers are put into the company's currency once, in a temporary table; totals, moves and
        movers are then grouped from there.
        """
        self.ensure_one()
        for model in ("bank.customer.month", "bank.tier.standing", "res.partner"):
            self.env[model].flush_model()
        self._make_base()
        scope = {"company_id": self.company_id.id, "month": self.month}
        changed = 0
        for model, keys, values, source in (
            ("total", bank_money_total.KEYS, self._total_values(), self._select_totals()),
            ("move", bank_money_move.KEYS, ("currency_id", "customers", "amount"), self._select_moves()),
            ("mover", bank_money_mover.KEYS, self._mover_values(), self._select_movers()),
        ):
            changed += replace_rows(self.env, f"bank.money.{model}", keys, values, scope, source)
        self.env.cr.execute(SQL("DROP TABLE %s", BASE))
        self.write({"is_stale": False, "computed_at": fields.Datetime.now()})
        return changed

    def _make_base(self):
        before = date_utils.subtract(self.month, months=1)
        # in the first month of all, everybody would have gained everything
        has_former = self.env["bank.customer.month"].search_count(
            [("company_id", "=", self.company_id.id), ("month", "=", before)], limit=1
        )
        amounts = SQL(", ").join(
            SQL("COALESCE(figures.%s, 0) * rate.factor AS %s", SQL.identifier(name), SQL.identifier(name))
            for name in bank_money_total.AMOUNTS
        )
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", BASE))
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE %(base)s ON COMMIT DROP AS
                SELECT figures.partner_id, figures.branch_id, figures.relationship_manager_id,
                       COALESCE(standing.tier_id, partner.tier_id) AS tier_id,
                       standing.from_tier_id, standing.tier_id AS to_tier_id, standing.state,
                       COALESCE(figures.transaction_count, 0) AS transaction_count, %(amounts)s,
                       -- at the same rate: a rate that moved is no customer who moved
                       CASE WHEN %(has_former)s
                            THEN (COALESCE(figures.eop_aum, 0) - COALESCE(former.eop_aum, 0)) * rate.factor
                            ELSE 0 END AS change
                  FROM bank_customer_month figures
                  JOIN (%(rates)s) AS rate(currency_id, factor) ON rate.currency_id = figures.currency_id
                  JOIN res_partner partner ON partner.id = figures.partner_id AND partner.is_restricted IS NOT TRUE
                  LEFT JOIN bank_tier_standing standing
                    ON standing.partner_id = figures.partner_id AND standing.month = %(month)s
                  LEFT JOIN bank_customer_month former
                    ON former.partner_id = figures.partner_id AND former.month = %(before)s
                   AND former.currency_id = figures.currency_id
                 WHERE figures.company_id = %(company)s AND figures.month = %(month)s
                """,
                base=BASE,
                amounts=amounts,
                rates=self._select_rates(self.company_id, date_utils.end_of(self.month, "month")),
                month=self.month,
                before=before,
                has_former=bool(has_former),
                company=self.company_id.id,
            )
        )
        self.env.cr.execute(SQL("ANALYZE %s", BASE))

    @api.model
    def _select_rates(self, company, day):
        """Return the rows (currency, what one unit of it is in the company's currency) on a day, at latest today."""
        # sudo: res.currency - rates of currencies that are not in use any more, too
        currencies = self.env["res.currency"].sudo().with_context(active_test=False).search(Domain.TRUE)
        rates = currencies._get_rates(company, min(day, self.env["bank.run"]._today()))
        own = rates[company.currency_id.id]
        rows = [SQL("(%s, %s::numeric)", id_, own / rate) for id_, rate in sorted(rates.items()) if rate]
        return SQL("VALUES %s", SQL(", ").join(rows))

    # ------------------------------------------------------------------
    # Queries on the temporary table
    # ------------------------------------------------------------------

    @api.model
    def _total_values(self):
        return ("currency_id", "customers", "transaction_count", *bank_money_total.AMOUNTS)

    def _select_totals(self):
        names = [SQL.identifier(name) for name in bank_money_total.AMOUNTS]
        return SQL(
            """SELECT branch_id, relationship_manager_id, tier_id, %(currency)s AS currency_id,
                      count(*)::int AS customers, sum(transaction_count)::int AS transaction_count, %(sums)s
                 FROM %(base)s GROUP BY branch_id, relationship_manager_id, tier_id""",
            currency=self.company_id.currency_id.id,
            sums=SQL(", ").join(SQL("%s AS %s", self._rounded(SQL("sum(%s)", name)), name) for name in names),
            base=BASE,
        )

    def _select_moves(self):
        return SQL(
            """SELECT branch_id, relationship_manager_id, from_tier_id, to_tier_id, state,
                      %(currency)s AS currency_id, count(*)::int AS customers, %(amount)s AS amount
                 FROM %(base)s WHERE state IS NOT NULL
             GROUP BY branch_id, relationship_manager_id, from_tier_id, to_tier_id, state""",
            currency=self.company_id.currency_id.id,
            amount=self._rounded(SQL("sum(eop_aum)")),
            base=BASE,
        )

    @api.model
    def _mover_values(self):
        return ("branch_id", "relationship_manager_id", "currency_id", "amount", "aum", "tier_id")

    def _select_movers(self):
        """The first of each book, by one sort of all customers: the last of those who lost are those who gained."""
        return SQL(
            """
            SELECT kind, partner_id, branch_id, relationship_manager_id, %(currency)s AS currency_id,
                   %(change)s AS amount, %(aum)s AS aum, tier_id
              FROM (
                SELECT CASE WHEN change > 0 THEN 'gain' ELSE 'loss' END AS kind, ranked.*
                  FROM (
                    SELECT base.*, row_number() OVER (book ORDER BY change, partner_id) AS from_below,
                           count(*) OVER book AS of_all
                      FROM %(base)s base WHERE change != 0
                    WINDOW book AS (PARTITION BY branch_id, relationship_manager_id)
                  ) AS ranked
                 WHERE (change < 0 AND from_below <= %(most)s) OR (change > 0 AND from_below > of_all - %(most)s)
                 UNION ALL
                SELECT 'risk', ranked.*
                  FROM (
                    SELECT base.*, row_number() OVER (book ORDER BY eop_aum DESC, partner_id) AS from_above, 0::bigint
                      FROM %(base)s base WHERE state IN %(at_risk)s
                    WINDOW book AS (PARTITION BY branch_id, relationship_manager_id)
                  ) AS ranked
                 WHERE from_above <= %(most)s
              ) AS mover
            """,
            currency=self.company_id.currency_id.id,
            change=self._rounded(SQL("change")),
            aum=self._rounded(SQL("eop_aum")),
            base=BASE,
            most=bank_money_mover.MOST,
            at_risk=bank_money_move.AT_RISK,
        )

    def _rounded(self, amount):
        """Return the expression of an amount as the company's currency is rounded, as the ORM would store it."""
        rounding = self.company_id.currency_id.rounding
        return SQL("round(%s / %s::numeric) * %s::numeric", amount, rounding, rounding)
