from odoo import fields, models


class BankPointsAllocation(models.Model):
    """From which lot an entry took how many points; negative where it gave them back.

    Sealed: what a reversal gives back are rows of its own. So a cancellation restores exactly the lots that were used.
    """

    _name = "bank.points.allocation"
    _description = "Points Allocation"
    _inherit = ["bank.sealed.mixin"]
    _order = "id"
    _rec_name = "lot_id"

    debit_id = fields.Many2one(
        comodel_name="bank.points.entry", string="Used by", required=True, readonly=True, index=True,
        ondelete="restrict",
    )  # fmt: skip
    lot_id = fields.Many2one(
        comodel_name="bank.points.entry", required=True, readonly=True, index=True, ondelete="restrict"
    )
    entry_id = fields.Many2one(
        comodel_name="bank.points.entry", string="Booked with", required=True, readonly=True, index=True,
        ondelete="restrict", help="The entry itself, a reversal, or the earning that paid a debt.",
    )  # fmt: skip
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, index=True)
    points = fields.Integer(required=True, readonly=True)
    booked_at = fields.Datetime(required=True, readonly=True)
    expires_on = fields.Date(related="lot_id.expires_on", string="Lot until")
