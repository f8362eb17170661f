from odoo import fields, models


class BankBranchService(models.Model):
    """A service that a branch offers on its premises, such as safe deposit boxes or a VIP lounge."""

    _name = "bank.branch.service"
    _description = "Branch Service"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)

    _code_uniq = models.Constraint("UNIQUE(code)", "A branch service with this code exists already.")
