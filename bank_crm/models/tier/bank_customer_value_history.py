from odoo import fields, models

from .bank_customer_value import CLASSES


class BankCustomerValueHistory(models.Model):
    """Each change of a customer's class in the bank, with the figures that made it.

    A row is written where the class differs from the one before, not each month: the class at the end of a month is
    that of the last row up to it. A month that was corrected has a second row.
    """

    _name = "bank.customer.value.history"
    _description = "Value Class History"
    _inherit = ["bank.sealed.mixin"]
    _order = "month desc, id desc"
    _rec_name = "to_class"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, ondelete="restrict"
    )  # indexed by _partner_month_idx
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, index=True)
    branch_id = fields.Many2one(comodel_name="bank.branch", readonly=True, help="At the time of the change.")
    month = fields.Date(required=True, readonly=True, index=True)
    from_class = fields.Selection(selection=CLASSES, string="Former Class", readonly=True)
    to_class = fields.Selection(
        selection=CLASSES, string="New Class", readonly=True, help="Empty: no figures any more."
    )
    contribution = fields.Monetary(readonly=True)
    rank_bank = fields.Integer(string="Rank in the Bank", readonly=True, aggregator="min")
    cumulative_bank = fields.Float(string="Cumulative %", digits=(6, 3), readonly=True, aggregator="max")
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    policy_id = fields.Many2one(
        comodel_name="bank.value.policy", string="By the Rules of", readonly=True, ondelete="restrict"
    )

    _partner_month_idx = models.Index("(partner_id, month DESC, id DESC)")
