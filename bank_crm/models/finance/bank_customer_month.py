from odoo import api, fields, models

ASSET_CLASSES = ("deposit", "fund", "wealth", "insurance", "metal", "other")
DEBT_CLASSES = ("loan", "card")


class BankCustomerMonth(models.Model):
    """The figures of a customer in one month, computed from balances and postings.

    ``adb_*`` are average daily balances: the sum of the balances at the end of each day of the month, divided by the
    number of its days; a day without a balance carries the last one forward (CCB's rule of the monthly average with
    the real length of the month). ``eop_*`` are balances at the end of the month. Amounts are in ``currency_id``, the
    customer's, converted at the rate of the day of each balance. The month that runs is computed up to yesterday or
    to the newest balance and stays ``open``.
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
    joint_policy = fields.Selection(
        selection=[
            ("share", "By Share"),
            ("full", "In Full to Each Owner"),
            ("first", "To the First Owner"),
        ],
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
