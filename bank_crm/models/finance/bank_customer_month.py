from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .figures import days, parts, store
from .figures.steps import Steps

ASSET_CLASSES = ("deposit", "fund", "wealth", "insurance", "metal", "other")
DEBT_CLASSES = ("loan", "card")
COVERED_DAYS = 20  # with fewer covered days the figures of a month are provisional
JOINT_POLICIES = [
    ("share", "By Share"),
    ("full", "In Full to Each Owner"),
    ("first", "To the First Owner"),
]


class BankCustomerMonth(models.Model):
    """The figures of a customer in one month, computed from balances and postings.

    ``adb_*`` are average daily balances: the sum of the balances at the end of each day of the month, divided by the
    number of its days; a day without a balance carries the last one forward (CCB's rule of the monthly average with
    the real length of the month). ``eop_*`` are balances at the end of the month. Amounts are in ``currency_id``, the
    customer's, converted at the rate of the day of each balance: one that is carried forward keeps its rate. A balance
    is carried forward without end; ``coverage_days`` says on how many days it was not older than the company's limit.
    The month that runs is computed up to yesterday, or up to today where a balance of today is known, and stays
    ``open``.
    """

    _name = "bank.customer.month"
    _description = "Customer Month"
    _order = "month desc, partner_id"
    _rec_name = "month"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, ondelete="restrict"
    )  # indexed by _partner_month_uniq
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, index=True)
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    state = fields.Selection(
        selection=[("open", "Running"), ("closed", "Closed")], required=True, readonly=True, default="open"
    )
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    branch_id = fields.Many2one(
        comodel_name="bank.branch", readonly=True, index="btree_not_null", help="At the time of the computation."
    )
    relationship_manager_id = fields.Many2one(
        comodel_name="res.users", readonly=True, index="btree_not_null", help="At the time of the computation."
    )

    # Averages of the days
    adb_aum = fields.Monetary(string="Average AUM", readonly=True, help="Mean of the days' assets under management.")
    adb_deposit = fields.Monetary(string="Average Deposits", readonly=True)
    adb_fund = fields.Monetary(string="Average Funds", readonly=True)
    adb_wealth = fields.Monetary(string="Average Wealth Management", readonly=True)
    adb_insurance = fields.Monetary(string="Average Insurance", readonly=True)
    adb_metal = fields.Monetary(string="Average Precious Metals", readonly=True)
    adb_other = fields.Monetary(string="Average Other Assets", readonly=True)
    adb_loan = fields.Monetary(string="Average Loans", readonly=True, help="What is owed.")
    adb_card = fields.Monetary(string="Average Card Debt", readonly=True, help="What is owed.")

    # End of the month
    eop_aum = fields.Monetary(string="AUM at the End", readonly=True)
    eop_deposit = fields.Monetary(string="Deposits at the End", readonly=True)
    eop_wealth = fields.Monetary(
        string="Investments at the End", readonly=True, help="Funds, wealth management, insurance and metals."
    )
    eop_loan = fields.Monetary(string="Debts at the End", readonly=True, help="Loans and cards: what is owed.")
    eop_net_assets = fields.Monetary(string="Net Assets at the End", readonly=True)

    # Activity
    transaction_count = fields.Integer(string="Postings", readonly=True)
    inflow = fields.Monetary(readonly=True)
    outflow = fields.Monetary(readonly=True, help="As a positive amount.")
    contribution = fields.Monetary(
        readonly=True, help="Margin of each product on its average balance, and the fees of the month."
    )

    # How far they can be trusted
    coverage_days = fields.Integer(
        readonly=True, help="Days of the month for which a balance of every holding is known, carried forward or not."
    )
    days = fields.Integer(readonly=True, help="Days of the month, up to the day of the computation while it runs.")
    is_provisional = fields.Boolean(
        string="Provisional",
        compute="_compute_is_provisional",
        search="_search_is_provisional",
        help="Fewer than 20 days are covered: the figures never lower a tier.",
    )
    joint_policy = fields.Selection(
        selection=JOINT_POLICIES,
        string="Joint Holdings",
        required=True,
        readonly=True,
        default="share",
    )
    rule_version = fields.Char(readonly=True)
    computed_at = fields.Datetime(string="Computed", readonly=True)

    _partner_month_uniq = models.UniqueIndex("(partner_id, month)", "The customer has figures of this month already.")
    _company_month_idx = models.Index("(company_id, month)")
    _month_check = models.Constraint("CHECK(EXTRACT(DAY FROM month) = 1)", "Month: give the first day of the month.")

    @api.depends("partner_id", "month")
    def _compute_display_name(self):
        for figures in self:
            figures.display_name = f"{figures.partner_id.display_name} {figures.month:%Y-%m}" if figures.month else ""

    @api.depends("coverage_days")
    def _compute_is_provisional(self):
        for figures in self:
            figures.is_provisional = figures.coverage_days < COVERED_DAYS

    def _search_is_provisional(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("coverage_days", "<", COVERED_DAYS)

    # ------------------------------------------------------------------
    # Computation
    # ------------------------------------------------------------------

    @api.model
    def _compute_months(self, partner_ids, months, run=None):
        """Compute the figures of customers in months from balances and postings, and write the rows that differ.

        Set-based and repeatable: the second time nothing is written. Months that are over are closed by it; an amount
        of a closed month that changes leaves a ``bank.figure.correction``. Months in the future, and the running one
        before it has a day, are left out.

        :param partner_ids: ids of ``res.partner``; who is no customer is left out
        :param months: first days of months, as dates
        :param run: the ``bank.run`` that asks, if any
        :return: number of rows that were inserted or changed
        :raises ValueError: a month does not begin on its first day
        """
        months = [fields.Date.to_date(month) for month in months]
        if any(month.day != 1 for month in months):
            raise ValueError("months: give the first days of months")
        if not partner_ids or not months:
            return 0
        wanted = SQL(
            """SELECT DISTINCT partner_id, month, 'request' AS reason
                 FROM unnest(%s::int[]) AS partner(partner_id) CROSS JOIN unnest(%s::date[]) AS month(month)""",
            list(partner_ids),
            months,
        )
        return self._compute_wanted(wanted, run=run)

    @api.model
    def _compute_wanted(self, wanted, run=None):
        """Do the work of :meth:`_compute_months` for any set of customers' months.

        :param wanted: :class:`odoo.tools.SQL` of (partner_id, month, reason), each customer and month once; the reason
            is a code of ``bank.month.stale``, kept with corrections
        """
        with Steps(self.env.cr) as steps:
            self._stage_sums(steps, wanted)
            store.stage_figures(steps, store.CUSTOMERS)
            store.write_corrections(steps, self.env.uid, run.id if run else None)
            written = store.write_figures(steps, store.CUSTOMERS, self.env.uid)
            if written:
                self._note_written(steps)
        self.invalidate_model()
        return written

    @api.model
    def _note_written(self, steps):
        """Do what has to follow when figures were written, in the same transaction; for rooms to the right.

        :param steps: the steps of the computation: ``scope`` has ``subject_id``, ``company_id`` and ``month``
        """

    @api.model
    def _stage_sums(self, steps, wanted):
        """Stage the steps up to ``sums``: scope, owned, life, rate, sums."""
        for model, names in parts.SOURCES.items():
            self.env[model].flush_model(names)
        today = self.env["bank.run"]._today()
        parts.stage_scope(steps, wanted, today)
        parts.stage_owned(steps)
        parts.include_today(steps, today)
        parts.stage_lives(steps)
        days.stage_rates(steps)
        days.stage_sums(steps)

    # ------------------------------------------------------------------
    # Why
    # ------------------------------------------------------------------

    @api.model
    def _explain(self, partner_id, month):
        """Return what the figures of a customer's month are made of, from the facts of now.

        :param partner_id: id of a customer
        :param month: first day of the month
        :return: list of dictionaries, one for each holding: ``holding_id``, ``product_id``, ``product_class``,
            ``is_aum``, ``is_held_away``, ``factor`` (the customer's part, 0 to 1), ``currency_id`` of the holding,
            ``days`` of the month, ``covered`` days, ``average`` and ``at_end`` of his part in his currency, and
            ``spans``: list of ``balance_id``, ``date``, ``amount``, ``rate``, ``from_on``, ``to_on`` (last day),
            ``days``, ``value`` (amount × rate), ``average`` (value × days × factor ÷ days of the month). Amounts are
            exact decimals: the averages of the holdings that count in AUM sum to ``adb_aum`` before its rounding.
        """
        wanted = SQL(
            "SELECT %s::int AS partner_id, %s::date AS month, 'late_balance' AS reason",
            partner_id,
            fields.Date.to_date(month),
        )
        with Steps(self.env.cr) as steps:
            self._stage_sums(steps, wanted)
            lives = self.env.execute_query_dict(
                SQL(
                    """
                    SELECT life.id, holding_id, product_id, product_class, is_aum, is_held_away, factor, currency_id,
                           last_on - month + 1 AS days, sums.covered,
                           sums.weighted * factor / (last_on - month + 1) AS average, sums.at_end * factor AS at_end
                      FROM %s life JOIN %s sums ON sums.life_id = life.id
                     ORDER BY is_aum DESC, product_class, holding_id
                    """,
                    steps.life,
                    steps.sums,
                )
            )
            spans = self.env.execute_query_dict(
                SQL(
                    """
                    SELECT life.id AS life_id, span.id AS balance_id, span.date, span.amount, span.rate, span.from_on,
                           span.until_on - 1 AS to_on, span.days, span.value,
                           span.value * span.days * life.factor / (life.last_on - life.month + 1) AS average
                      FROM %s life CROSS JOIN LATERAL (%s) AS span ORDER BY life.id, span.from_on
                    """,
                    steps.life,
                    days.spans(steps),
                )
            )
        for life in lives:
            life_id = life.pop("id")
            life["spans"] = [span for span in spans if span["life_id"] == life_id]
        return lives

    def action_explain(self):
        """Open the list of holdings and balances that make these figures."""
        self.ensure_one()
        explanation = self.env["bank.month.explanation"]._make(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why This Total"),
            "res_model": explanation._name,
            "res_id": explanation.id,
            "view_mode": "form",
        }
