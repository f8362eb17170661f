from odoo import fields, models


class BankExchangeError(models.Model):
    """Why a row of a batch was refused."""

    _name = "bank.exchange.error"
    _description = "Exchange Error"
    _order = "batch_id desc, row, id"
    _rec_name = "message"

    batch_id = fields.Many2one(
        comodel_name="bank.exchange.batch", required=True, readonly=True, index=True, ondelete="cascade"
    )
    source = fields.Char(related="batch_id.source")
    kind = fields.Selection(related="batch_id.kind")
    row = fields.Integer(readonly=True, aggregator=None, help="Counted from 1; 0 is the batch itself.")
    field = fields.Char(readonly=True)
    code = fields.Char(readonly=True, index=True)
    message = fields.Text(readonly=True)
    row_data = fields.Json(
        readonly=True,
        export_string_translation=False,
        help="The keys of the row; only codes and dates have their values.",
    )
    row_text = fields.Char(string="Data (masked)", compute="_compute_row_text")

    def _compute_row_text(self):
        for error in self:
            error.row_text = ", ".join(f"{key}: {value}" for key, value in (error.row_data or {}).items())
