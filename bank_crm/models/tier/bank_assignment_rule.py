from odoo import fields, models
from odoo.tools import SQL


class BankAssignmentRule(models.Model):
    _inherit = "bank.assignment.rule"

    tier_ids = fields.Many2many(comodel_name="bank.tier", string="Tiers", help="Empty: any tier.")

    def _match_conditions(self):
        conditions = super()._match_conditions()
        if self.tier_ids:
            conditions.append(SQL("partner.tier_id = ANY(%s)", self.tier_ids.ids))
        return conditions
