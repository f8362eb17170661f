from odoo import fields, models


class BankBenefit(models.Model):
    """A service to which customers of a tier are entitled, such as a waived fee or an airport lounge."""

    _name = "bank.benefit"
    _description = "Tier Benefit"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True)
    tier_ids = fields.Many2many(comodel_name="bank.tier", string="Tiers")
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE(code)", "A benefit with this code exists already.")
