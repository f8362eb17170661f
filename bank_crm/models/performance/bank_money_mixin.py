from odoo import fields, models


class BankMoneyMixin(models.AbstractModel):
    """What all pre-computed totals have in common: whose they are.

    A total belongs to the branch and the manager who had the customers when the figures were computed. Users read the
    totals of their own book or branches only (``security/money_rules.xml``), so a row must never hold customers of
    two books. Customers whose processing is restricted are in no total. Written by the run ``boards`` alone.
    """

    _name = "bank.money.mixin"
    _description = "Pre-computed Totals"
    _log_access = False  # many narrow rows; the run says when they were written

    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True)
    branch_id = fields.Many2one(comodel_name="bank.branch", readonly=True, index="btree_not_null", ondelete="restrict")
    relationship_manager_id = fields.Many2one(
        comodel_name="res.users", readonly=True, index="btree_not_null", ondelete="restrict"
    )
