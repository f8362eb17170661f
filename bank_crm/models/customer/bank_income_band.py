from odoo import fields, models


class BankIncomeBand(models.Model):
    """A band of yearly income, from ``min_amount`` up to the next band's."""

    _name = "bank.income.band"
    _description = "Income Band"
    _order = "min_amount, id"

    name = fields.Char(required=True, translate=True)
    min_amount = fields.Monetary(string="From Amount", required=True, help="Yearly income from which the band begins.")
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    company_id = fields.Many2one(comodel_name="res.company", index=True)

    _min_amount_check = models.Constraint("CHECK(min_amount >= 0)", "From Amount: an income cannot be negative.")
