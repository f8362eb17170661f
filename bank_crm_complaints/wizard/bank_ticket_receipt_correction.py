from odoo import fields, models


class BankTicketReceiptCorrection(models.TransientModel):
    """The date of receipt was entered wrongly."""

    _name = "bank.ticket.receipt.correction"
    _description = "Correct the Receipt"
    _inherit = ["bank.ticket.step.mixin"]

    received_at = fields.Datetime(string="Received", required=True)

    def action_apply(self):
        """Correct the date and count the deadlines anew."""
        self.ensure_one()
        self.ticket_ids._correct_receipt(self.received_at, self.reason)
        return {"type": "ir.actions.act_window_close"}
