from odoo import fields, models


class BankTicketHold(models.TransientModel):
    """A ticket waits for somebody outside the bank: its service clocks stand still, and the ledger says why."""

    _name = "bank.ticket.hold"
    _description = "Pause Tickets"
    _inherit = ["bank.ticket.step.mixin"]

    ends_on_message = fields.Boolean(string="Until the Customer Writes", default=True)

    def action_apply(self):
        """Pause the tickets."""
        self.ensure_one()
        reason = self.env["bank.ticket"]._check_reason(self.reason)
        self.ticket_ids._pause(reason, ends_on_message=self.ends_on_message)
        return {"type": "ir.actions.act_window_close"}
