from odoo import fields, models

KEYS = ("branch_id", "relationship_manager_id", "from_tier_id", "to_tier_id", "state")
UPWARDS, DOWNWARDS, AT_RISK = ("upgraded",), ("downgraded",), ("below", "watch")


class BankMoneyMove(models.Model):
    """How many customers went from which tier to which in a month, and what they have: the migration matrix."""

    _name = "bank.money.move"
    _description = "Tier Migration"
    _inherit = ["bank.money.mixin"]
    _log_access = False
    _order = "month desc, id"
    _rec_name = "month"

    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    from_tier_id = fields.Many2one(
        comodel_name="bank.tier",
        readonly=True,
        ondelete="restrict",
        help="Empty: customers who had none before.",
    )
    to_tier_id = fields.Many2one(comodel_name="bank.tier", readonly=True, ondelete="restrict")
    state = fields.Selection(
        selection=lambda self: self.env["bank.tier.standing"]._fields["state"]._description_selection(self.env),
        required=True,
        readonly=True,
    )
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    customers = fields.Integer(string="Number of Customers", readonly=True)
    amount = fields.Monetary(string="AUM", readonly=True, help="Of these customers at the end of the month.")

    _group_uniq = models.UniqueIndex(
        "(company_id, month, COALESCE(branch_id, 0), COALESCE(relationship_manager_id, 0),"
        " COALESCE(from_tier_id, 0), COALESCE(to_tier_id, 0), state)",
        "There is a count of this move already.",
    )
