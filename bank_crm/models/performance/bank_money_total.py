from odoo import fields, models

# Columns of bank.customer.month that are summed up, in the company's currency.
AMOUNTS = (
    "eop_aum",
    "eop_deposit",
    "eop_wealth",
    "eop_loan",
    "eop_net_assets",
    "adb_aum",
    "adb_deposit",
    "adb_fund",
    "adb_wealth",
    "adb_insurance",
    "adb_metal",
    "adb_other",
    "contribution",
    "inflow",
    "outflow",
)
KEYS = ("branch_id", "relationship_manager_id", "tier_id")


class BankMoneyTotal(models.Model):
    """The sums of ``bank.customer.month`` of one month, branch, manager and tier: what the Money Board reads.

    ``tier_id`` is the tier with which the customers left the month. Amounts are in the company's currency at the rate
    of the month's last day, of the month that runs at today's.
    """

    _name = "bank.money.total"
    _description = "Total of a Month"
    _inherit = ["bank.money.mixin"]
    _log_access = False
    _order = "month desc, id"
    _rec_name = "month"

    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    tier_id = fields.Many2one(comodel_name="bank.tier", readonly=True, ondelete="restrict")
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    customers = fields.Integer(string="Number of Customers", readonly=True)
    eop_aum = fields.Monetary(string="AUM at the End", readonly=True)
    eop_deposit = fields.Monetary(string="Deposits at the End", readonly=True)
    eop_wealth = fields.Monetary(string="Investments at the End", readonly=True)
    eop_loan = fields.Monetary(string="Debts at the End", readonly=True)
    eop_net_assets = fields.Monetary(string="Net Assets at the End", readonly=True)
    adb_aum = fields.Monetary(string="Average AUM", readonly=True)
    adb_deposit = fields.Monetary(string="Average Deposits", readonly=True)
    adb_fund = fields.Monetary(string="Average Funds", readonly=True)
    adb_wealth = fields.Monetary(string="Average Wealth Management", readonly=True)
    adb_insurance = fields.Monetary(string="Average Insurance", readonly=True)
    adb_metal = fields.Monetary(string="Average Precious Metals", readonly=True)
    adb_other = fields.Monetary(string="Average Other Assets", readonly=True)
    contribution = fields.Monetary(readonly=True)
    inflow = fields.Monetary(readonly=True)
    outflow = fields.Monetary(readonly=True)
    transaction_count = fields.Integer(string="Postings", readonly=True)

    _group_uniq = models.UniqueIndex(
        "(company_id, month, COALESCE(branch_id, 0), COALESCE(relationship_manager_id, 0), COALESCE(tier_id, 0))",
        "There is a total of this group already.",
    )
