from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    bank_branch_id = fields.Many2one(
        comodel_name="bank.branch",
        string="Home Branch",
        help="Customers who are given to this user and have no branch yet come to this branch.",
    )
    managed_branch_ids = fields.One2many(
        comodel_name="bank.branch", inverse_name="manager_id", string="Managed Branches"
    )
