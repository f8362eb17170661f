from odoo import api, fields, models
from odoo.tools import SQL


class BankGroup(models.Model):
    _inherit = "bank.group"

    month_ids = fields.One2many(comodel_name="bank.group.month", inverse_name="group_id", string="Months")
    # What a user may not see of the months, he does not see here either: computed with his own rights.
    last_month = fields.Date(string="Figures of", compute="_compute_last_figures")
    last_adb_aum = fields.Monetary(string="Average AUM", compute="_compute_last_figures")
    last_eop_aum = fields.Monetary(string="AUM at the End", compute="_compute_last_figures")
    last_net_assets = fields.Monetary(string="Net Assets", compute="_compute_last_figures")
    are_totals_hidden = fields.Boolean(compute="_compute_last_figures")

    @api.depends("month_ids")
    @api.depends_context("uid")
    def _compute_last_figures(self):
        months = self.env["bank.group.month"].search([("group_id", "in", self.ids)], order="month desc")
        last = {}
        for figures in months:
            last.setdefault(figures.group_id, figures)
        # sudo: bank.group.month - only whether there are any
        groups = self.env["bank.group.month"].sudo()._read_group([("group_id", "in", self.ids)], ["group_id"])
        known = {group.id for (group,) in groups}
        for group in self:
            figures = last.get(group, months.browse())
            group.last_month = figures.month
            group.last_adb_aum = figures.adb_aum
            group.last_eop_aum = figures.eop_aum
            group.last_net_assets = figures.eop_net_assets
            group.are_totals_hidden = group.id in known and not figures

    def _figures_changed(self):
        result = super()._figures_changed()
        if self.ids:
            self.env["bank.group.month"].flush_model()
            self.env.execute_query(
                SQL("UPDATE bank_group_month SET computed_at = NULL WHERE group_id IN %s RETURNING 1", tuple(self.ids))
            )
            self.env["bank.group.month"].invalidate_model(["computed_at"])
        return result

    def action_view_months(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_group_month_action")
        return {**action, "domain": [("group_id", "=", self.id)]}
