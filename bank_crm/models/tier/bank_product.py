from odoo import fields, models


class BankProduct(models.Model):
    _inherit = "bank.product"

    tier_ids = fields.Many2many(
        comodel_name="bank.tier", string="Exclusive to", help="Empty means that customers of every tier may have it."
    )
