from odoo import fields, models


class BankGroupMonth(models.Model):
    """The figures of a group in one month; a holding that several members own counts once."""

    _name = "bank.group.month"
    _description = "Group Month"
    _order = "month desc, group_id"
    _rec_name = "month"

    group_id = fields.Many2one(comodel_name="bank.group", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, index=True)
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    adb_aum = fields.Monetary(string="Average AUM", readonly=True)
    adb_deposit = fields.Monetary(string="Average Deposits", readonly=True)
    adb_fund = fields.Monetary(string="Average Funds", readonly=True)
    adb_wealth = fields.Monetary(string="Average Wealth Management", readonly=True)
    adb_insurance = fields.Monetary(string="Average Insurance", readonly=True)
    adb_metal = fields.Monetary(string="Average Precious Metals", readonly=True)
    adb_other = fields.Monetary(string="Average Other Assets", readonly=True)
    adb_loan = fields.Monetary(string="Average Loans", readonly=True)
    adb_card = fields.Monetary(string="Average Card Debt", readonly=True)
    eop_aum = fields.Monetary(string="AUM at the End", readonly=True)
    eop_net_assets = fields.Monetary(string="Net Assets at the End", readonly=True)
    member_count = fields.Integer(string="Members", readonly=True)
    coverage_days = fields.Integer(readonly=True)
    computed_at = fields.Datetime(string="Computed", readonly=True)

    _group_month_uniq = models.UniqueIndex("(group_id, month)", "The group has figures of this month already.")
