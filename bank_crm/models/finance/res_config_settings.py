from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    bank_joint_policy = fields.Selection(related="company_id.bank_joint_policy", readonly=False, required=True)
    bank_balance_carry_days = fields.Integer(related="company_id.bank_balance_carry_days", readonly=False)
    bank_months_back = fields.Integer(related="company_id.bank_months_back", readonly=False)
