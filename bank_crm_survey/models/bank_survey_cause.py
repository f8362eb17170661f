from odoo import fields, models


class BankSurveyCause(models.Model):
    """Why a customer was not satisfied, as the bank found out when it called him; one closes a follow-up."""

    _name = "bank.survey.cause"
    _description = "Root Cause of Dissatisfaction"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE(code)", "Code: another cause has it. Choose a code of its own.")
