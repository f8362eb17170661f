from odoo import fields, models

from ..tier.bank_customer_value import CLASSES

SCOPES = ("abc_bank", "abc_branch", "abc_book")
KEYS = ("branch_id", "relationship_manager_id", *SCOPES)


class BankMoneyConcentration(models.Model):
    """How many customers are A, B and C, and what they bring; of the newest ``bank.customer.value``."""

    _name = "bank.money.concentration"
    _description = "Concentration of the Contribution"
    _inherit = ["bank.money.mixin"]
    _log_access = False
    _order = "id"

    abc_bank = fields.Selection(selection=CLASSES, string="Class in the Bank", readonly=True)
    abc_branch = fields.Selection(selection=CLASSES, string="Class in the Branch", readonly=True)
    abc_book = fields.Selection(selection=CLASSES, string="Class in the Book", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    customers = fields.Integer(string="Number of Customers", readonly=True)
    amount = fields.Monetary(string="Contribution, 12 Months", readonly=True)

    _group_uniq = models.UniqueIndex(
        "(company_id, COALESCE(branch_id, 0), COALESCE(relationship_manager_id, 0),"
        " COALESCE(abc_bank, ''), COALESCE(abc_branch, ''), COALESCE(abc_book, ''))",
        "There is a count of this class already.",
    )
