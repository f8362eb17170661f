from odoo import fields, models

from ..models.bank_ticket import KINDS


class BankTicketConvert(models.TransientModel):
    """Tickets turn out to be of another kind."""

    _name = "bank.ticket.convert"
    _description = "Convert Tickets"
    _inherit = ["bank.ticket.step.mixin"]

    kind = fields.Selection(selection=KINDS, string="Becomes", required=True, default="complaint")

    def action_apply(self):
        """Convert; the receipt stays."""
        self.ensure_one()
        self.ticket_ids._convert(self.kind, self.reason)
        return {"type": "ir.actions.act_window_close"}
