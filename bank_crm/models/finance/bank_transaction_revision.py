from odoo import api, fields, models
from odoo.exceptions import AccessError

from .bank_transaction import KINDS


class BankTransactionRevision(models.Model):
    """What a posting was before a correction of it. The posting itself, or the next revision, says what it became.

    Written by the feed only. ``changed_fields`` names the fields of the posting that the correction changed.
    """

    _name = "bank.transaction.revision"
    _description = "Corrected Transaction"
    _inherit = ["bank.sealed.mixin"]
    _order = "revised_at desc, id desc"
    _rec_name = "booked_on"

    transaction_id = fields.Many2one(
        comodel_name="bank.transaction", required=True, readonly=True, index=True, ondelete="cascade"
    )
    revised_at = fields.Datetime(string="Corrected", required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Sent By",
        required=True,
        readonly=True,
        default=lambda self: self.env.uid,
        ondelete="restrict",
    )
    changed_fields = fields.Char(readonly=True, help="Names of the fields that the correction changed.")
    changed_labels = fields.Char(string="What Changed", compute="_compute_changed_labels")

    # What it was before
    holding_id = fields.Many2one(
        comodel_name="bank.holding", required=True, readonly=True, index=True, ondelete="cascade"
    )
    booked_on = fields.Date(string="Booked", required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True, aggregator=None)
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    kind = fields.Selection(selection=KINDS, required=True, readonly=True)
    text = fields.Char(readonly=True)
    counterparty = fields.Char(readonly=True)
    channel = fields.Char(readonly=True)
    balance_after = fields.Monetary(readonly=True, aggregator=None)
    has_balance_after = fields.Boolean(string="Balance Known", readonly=True)

    @api.depends("changed_fields")
    def _compute_changed_labels(self):
        labels = self.env["bank.transaction"].fields_get(attributes=["string"])
        for revision in self:
            names = (revision.changed_fields or "").split(",")
            revision.changed_labels = ", ".join(labels[name]["string"] for name in names if name in labels)

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list and not self._is_unsealed():
            raise AccessError(
                self.env._(
                    "[sealed_record] %(model)s: only the exchange writes these records, when a posting is corrected.",
                    model=self._description,
                )
            )
        return super().create(vals_list)
