from odoo import fields, models

MOST = 10  # customers of each kind, book and month: enough for the first ten of any branches together
KEYS = ("kind", "partner_id")


class BankMoneyMover(models.Model):
    """The customers of a book who gained or lost most in a month, and the largest ones about to lose their tier.

    The first ten of any number of books are among the first ten of each of them, so these rows answer for a manager,
    a branch and the whole bank.
    """

    _name = "bank.money.mover"
    _description = "Customer Who Moved Most"
    _inherit = ["bank.money.mixin"]
    _log_access = False
    _order = "month desc, kind, id"
    _rec_name = "partner_id"

    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        selection=[("gain", "Gained"), ("loss", "Lost"), ("risk", "At Risk of a Downgrade")],
        required=True,
        readonly=True,
    )
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    amount = fields.Monetary(string="Change", readonly=True, help="Against the AUM at the end of the month before.")
    aum = fields.Monetary(string="AUM", readonly=True, help="At the end of the month.")
    tier_id = fields.Many2one(comodel_name="bank.tier", readonly=True, ondelete="restrict")

    _month_idx = models.Index("(company_id, month, kind)")
