from odoo import api, fields, models
from odoo.tools import SQL

from .figures import days, groups, parts, store
from .figures.steps import Steps


class BankGroupMonth(models.Model):
    """The figures of a group in one month; a holding that several members own counts once.

    Who is a member on the last day of the month, and lets his assets count, is in it. Of a joint holding the members'
    shares together count, at most all of it; where joint holdings count in full, all of it once; where they count for
    the first owner, all of it if he is a member. ``computed_at`` is empty when the members have changed since.

    Who may see it: ``res.users._bank_group_figures_domain``.
    """

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
    days = fields.Integer(readonly=True, help="Days of the month, up to the day of the computation while it runs.")
    computed_at = fields.Datetime(string="Computed", readonly=True)

    _group_month_uniq = models.UniqueIndex("(group_id, month)", "The group has figures of this month already.")
    _company_month_idx = models.Index("(company_id, month)")

    @api.depends("group_id", "month")
    def _compute_display_name(self):
        for figures in self:
            figures.display_name = f"{figures.group_id.name} {figures.month:%Y-%m}" if figures.month else ""

    @api.model
    def _are_groups_late(self):
        """Return whether the members of any group of this company, or their figures, have changed since its months."""
        self.env["bank.group.member"].flush_model()
        groups_of_company = self.env["bank.group"].search([("company_id", "=", self.env.company.id)])
        query = SQL("SELECT EXISTS (%s)", groups.wanted(groups_of_company.ids))
        return self.env.execute_query(query)[0][0]

    @api.model
    def _compute_groups(self, group_ids):
        """Compute the months of groups whose members or their figures have changed; return the rows written.

        Set-based and repeatable, after the months of the customers.

        :param group_ids: ids of ``bank.group``
        """
        for model, names in {**parts.SOURCES, **groups.SOURCES}.items():
            self.env[model].flush_model(names)
        self.flush_model()
        today = self.env["bank.run"]._today()
        with Steps(self.env.cr) as steps:
            groups.stage_scope(steps, group_ids, today)
            groups.stage_owned(steps)
            parts.include_today(steps, today)
            parts.stage_lives(steps, by_month=True)
            days.stage_rates(steps)
            days.stage_sums(steps)
            store.stage_figures(steps, store.GROUPS)
            written = store.write_figures(steps, store.GROUPS, self.env.uid)
            groups.confirm(steps)
        self.invalidate_model()
        return written
