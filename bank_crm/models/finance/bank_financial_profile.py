from odoo import api, fields, models
from odoo.tools import SQL

from .bank_holding import OWNER_ROLES
from .bank_product_family import PRODUCT_CLASSES

AVERAGE_DAYS = 30  # CCB's rule: the month's average is the sum of the days' balances divided by 30

TOTALS = (
    *(f"total_{code}" for code, _label in PRODUCT_CLASSES),
    "held_away_total",
    "aum",
    "aum_month_average",
    "net_assets",
    "product_count",
    "figures_as_of",
)


class BankFinancialProfile(models.Model):
    """The totals of a customer's holdings.

    One statement computes them, for the ORM (``_compute_totals``) as for the feed and the nightly run
    (``_refresh_totals``). Each owner's part is ``balance × share_pct``, converted into the profile's currency at the
    rate of the balance's date. Changes of a product's class reach the totals with the nightly run.
    """

    _inherit = "bank.financial.profile"

    total_deposit = fields.Monetary(string="Deposits", compute="_compute_totals", store=True)
    total_loan = fields.Monetary(string="Loans", compute="_compute_totals", store=True, help="What is owed.")
    total_card = fields.Monetary(string="Card Debt", compute="_compute_totals", store=True, help="What is owed.")
    total_fund = fields.Monetary(string="Funds", compute="_compute_totals", store=True)
    total_wealth = fields.Monetary(string="Wealth Management", compute="_compute_totals", store=True)
    total_insurance = fields.Monetary(string="Insurance", compute="_compute_totals", store=True)
    total_metal = fields.Monetary(string="Precious Metals", compute="_compute_totals", store=True)
    total_other = fields.Monetary(string="Other Holdings", compute="_compute_totals", store=True)
    held_away_total = fields.Monetary(
        string="Held Elsewhere",
        compute="_compute_totals",
        store=True,
        help="Assets with other institutions; they count in net assets and not in assets under management.",
    )
    aum = fields.Monetary(
        string="AUM", compute="_compute_totals", store=True, index=True, help="Assets under management: no debts."
    )
    aum_month_average = fields.Monetary(
        string="AUM, 30-day Average",
        compute="_compute_totals",
        store=True,
        help="Mean of the days' assets in the 30 days up to the date of the figures; a day without a balance carries "
        "the last one.",
    )
    net_assets = fields.Monetary(compute="_compute_totals", store=True, help="All assets less loans and card debts.")
    product_count = fields.Integer(
        string="Products", compute="_compute_totals", store=True, help="Different products held, closed ones aside."
    )
    figures_as_of = fields.Date(
        string="Figures as of", compute="_compute_totals", store=True, help="Date of the newest balance."
    )
    totals_computed_at = fields.Datetime(string="Computed", compute="_compute_totals", store=True)

    @api.depends(
        "currency_id",
        "partner_id.holding_party_ids.role",
        "partner_id.holding_party_ids.share_pct",
        "partner_id.holding_party_ids.holding_id.product_id",
        "partner_id.holding_party_ids.holding_id.balance",
        "partner_id.holding_party_ids.holding_id.state",
        "partner_id.holding_party_ids.holding_id.currency_id",
        "partner_id.holding_party_ids.holding_id.is_held_away",
    )
    def _compute_totals(self):
        now = fields.Datetime.now()
        totals = self._read_totals()
        for profile in self:
            values = totals.get(profile._origin.id, {})
            for name in TOTALS:
                profile[name] = values.get(name) or (False if name == "figures_as_of" else 0)
            profile.totals_computed_at = now

    def _read_totals(self):
        """Return ``{profile id: {field: value}}`` for :data:`TOTALS`."""
        ids = self._origin.ids
        if not ids:
            return {}
        for model, names in self._totals_sources().items():
            self.env[model].flush_model(names)
        rows = self.env.execute_query_dict(self._select_totals(SQL("profile.id IN %s", tuple(ids))))
        return {row.pop("id"): row for row in rows}

    @api.model
    def _totals_sources(self):
        """Return the stored fields, by model, that the totals are computed from."""
        return {
            "bank.financial.profile": ["partner_id", "currency_id"],
            "bank.holding.party": ["holding_id", "partner_id", "role", "share_pct"],
            "bank.holding": ["product_id", "balance", "balance_on", "currency_id", "state", "is_held_away"],
            "bank.balance": ["holding_id", "date", "amount"],
            "bank.product": ["product_class", "is_aum"],
        }

    @api.model
    def _refresh_totals(self, partner_ids):
        """Compute the totals of customers in one statement and write the profiles that differ; for set-based writers.

        :param partner_ids: ids of ``res.partner``, or :class:`odoo.tools.SQL` of a sub-select that gives them
        :return: number of the profiles that changed
        """
        if isinstance(partner_ids, SQL):
            scope = partner_ids
        elif partner_ids:
            scope = SQL("SELECT unnest(%s::int[])", list(partner_ids))
        else:
            return 0
        columns = [SQL.identifier(name) for name in TOTALS]
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE bank_financial_profile AS stored
                   SET (%(columns)s) = (%(totals)s),
                       totals_computed_at = now() AT TIME ZONE 'UTC',
                       write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                  FROM (%(select)s) AS totals
                 WHERE stored.id = totals.id
                   AND (%(stored)s) IS DISTINCT FROM (%(totals)s)
             RETURNING stored.id
                """,
                columns=SQL(", ").join(columns),
                totals=SQL(", ").join(SQL("totals.%s", column) for column in columns),
                stored=SQL(", ").join(SQL("stored.%s", column) for column in columns),
                uid=self.env.uid,
                select=self._select_totals(SQL("profile.partner_id IN (%s)", scope)),
            )
        )
        self.invalidate_model([*TOTALS, "totals_computed_at"])
        return len(rows)

    @api.model
    def _select_totals(self, where):
        """Return the query of ``id`` and :data:`TOTALS` of profiles.

        :param where: condition on the alias ``profile``
        """
        return SQL(
            """
            WITH profile AS MATERIALIZED (
                SELECT profile.id, profile.partner_id, profile.currency_id, currency.rounding
                  FROM bank_financial_profile AS profile
                  JOIN res_currency currency ON currency.id = profile.currency_id
                 WHERE %(where)s
            ),
            part AS MATERIALIZED (%(parts)s),
            figure AS (
                -- One list instead of joins: the planner knows nothing of the size of these sets, and a nested loop
                -- over two of them takes minutes.
                SELECT profile_id, rounding, product_id, product_class, is_debt, is_aum, is_held_away, balance_on,
                       amount, NULL::numeric AS average
                  FROM part
                 UNION ALL
                SELECT profile_id, rounding, NULL, NULL, NULL, NULL, NULL, NULL, 0, amount
                  FROM (%(averages)s) AS average
                 UNION ALL
                SELECT id, rounding, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL FROM profile
            )
            SELECT figure.profile_id AS id,
                   %(class_totals)s,
                   %(held_away_total)s,
                   %(aum)s,
                   %(aum_month_average)s,
                   %(net_assets)s,
                   count(DISTINCT figure.product_id) FILTER (WHERE NOT figure.is_held_away)::int AS product_count,
                   max(figure.balance_on) AS figures_as_of
              FROM figure
             GROUP BY figure.profile_id, figure.rounding
            """,
            where=where,
            held_away_total=self._rounded(
                "held_away_total", SQL("sum(figure.amount) FILTER (WHERE figure.is_held_away AND NOT is_debt)")
            ),
            aum=self._rounded("aum", SQL("sum(figure.amount) FILTER (WHERE figure.is_aum)")),
            aum_month_average=self._rounded("aum_month_average", SQL("max(figure.average)")),
            net_assets=self._rounded(
                "net_assets", SQL("sum(CASE WHEN is_debt THEN -abs(figure.amount) ELSE figure.amount END)")
            ),
            parts=self._select_parts(),
            averages=self._select_averages(),
            class_totals=SQL(", ").join(self._class_total(code) for code, _label in PRODUCT_CLASSES),
        )

    @api.model
    def _class_total(self, code):
        amount = SQL("abs(figure.amount)") if code in ("loan", "card") else SQL("figure.amount")
        total = SQL("sum(%s) FILTER (WHERE figure.product_class = %s AND NOT figure.is_held_away)", amount, code)
        return self._rounded(f"total_{code}", total)

    @api.model
    def _rounded(self, name, amount):
        """Return the column ``name``: an amount rounded as the profile's currency is, as the ORM would store it."""
        return SQL("round(COALESCE(%s, 0) / figure.rounding) * figure.rounding AS %s", amount, SQL.identifier(name))

    @api.model
    def _select_parts(self):
        """Return the query of each owner's part in each open holding, in the currency of his profile."""
        return SQL(
            """
            SELECT profile.id AS profile_id, profile.rounding, holding.id AS holding_id,
                   holding.product_id, product.product_class,
                   product.product_class IN ('loan', 'card') AS is_debt,
                   COALESCE(product.is_aum, FALSE) AND NOT COALESCE(holding.is_held_away, FALSE) AS is_aum,
                   COALESCE(holding.is_held_away, FALSE) AS is_held_away,
                   holding.balance_on,
                   conversion.factor,
                   COALESCE(holding.balance, 0) * conversion.factor AS amount
              FROM profile
              JOIN bank_holding_party party ON party.partner_id = profile.partner_id AND party.role IN %(roles)s
              JOIN bank_holding holding ON holding.id = party.holding_id AND holding.state != 'closed'
              JOIN bank_product product ON product.id = holding.product_id
             CROSS JOIN LATERAL (
                SELECT party.share_pct / 100 * CASE WHEN holding.currency_id = profile.currency_id THEN 1
                                                    ELSE %(own)s / %(foreign)s END AS factor
                OFFSET 0  -- the rates are looked up once, not for each use of the factor
              ) AS conversion
            """,
            roles=OWNER_ROLES,
            own=self._rate(SQL("profile.currency_id")),
            foreign=self._rate(SQL("holding.currency_id")),
        )

    @api.model
    def _rate(self, currency):
        """Return the expression of Odoo's rate of ``currency`` at the holding's date, as ``res.currency`` finds it."""
        return SQL(
            """
            COALESCE((
                SELECT rate.rate FROM res_currency_rate rate
                 WHERE rate.currency_id = %(currency)s AND (rate.company_id IS NULL OR rate.company_id = %(company)s)
                 ORDER BY rate.name <= COALESCE(holding.balance_on, CURRENT_DATE) DESC, rate.company_id,
                          CASE WHEN rate.name <= COALESCE(holding.balance_on, CURRENT_DATE) THEN rate.name END DESC,
                          rate.name
                 LIMIT 1), 1)
            """,
            currency=currency,
            company=self.env.company.root_id.id,
        )

    @api.model
    def _select_averages(self):
        """Return the query of the mean daily assets over the 30 days that end on the newest balance of each customer.

        A balance counts from its day until the day before the next one; days before the first balance count nothing.
        """
        return SQL(
            """
            SELECT span.profile_id, span.rounding,
                   sum(span.amount * span.factor * GREATEST(0,
                       LEAST(span.until, span.window_end + 1) - GREATEST(span.date, span.window_end - %(days)s + 1)))
                       / %(days)s AS amount
              FROM (
                SELECT asset.profile_id, asset.rounding, asset.factor, asset.window_end, balance.date, balance.amount,
                       COALESCE(lead(balance.date) OVER next_balance, asset.window_end + 1) AS until
                  FROM (
                    SELECT part.*, max(part.balance_on) OVER (PARTITION BY part.profile_id) AS window_end
                      FROM part WHERE part.is_aum
                  ) AS asset
                  JOIN bank_balance balance ON balance.holding_id = asset.holding_id
                   AND balance.date >= COALESCE((  -- what lies before the last balance at the window's start is over
                       SELECT max(earlier.date) FROM bank_balance earlier
                        WHERE earlier.holding_id = asset.holding_id
                          AND earlier.date <= asset.window_end - %(days)s + 1), '-infinity')
                WINDOW next_balance AS (PARTITION BY asset.profile_id, asset.holding_id ORDER BY balance.date)
              ) AS span
             GROUP BY span.profile_id, span.rounding
            """,
            days=AVERAGE_DAYS,
        )
