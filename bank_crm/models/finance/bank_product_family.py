from odoo import fields, models

PRODUCT_CLASSES = [
    ("deposit", "Deposit"),
    ("loan", "Loan"),
    ("card", "Card"),
    ("fund", "Fund"),
    ("wealth", "Wealth Management"),
    ("insurance", "Insurance"),
    ("metal", "Precious Metal"),
    ("other", "Other"),
]


class BankProductFamily(models.Model):
    """Products that belong together in the range of the bank, such as all time deposits."""

    _name = "bank.product.family"
    _description = "Product Family"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    product_class = fields.Selection(selection=PRODUCT_CLASSES, string="Class", required=True, default="deposit")
    product_ids = fields.One2many(comodel_name="bank.product", inverse_name="family_id", string="Products")

    _code_uniq = models.Constraint("UNIQUE(code)", "A product family with this code exists already.")
