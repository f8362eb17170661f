from odoo import fields, models


class BankTicketWithdraw(models.TransientModel):
    """The customer withdraws."""

    _name = "bank.ticket.withdraw"
    _description = "Withdraw Tickets"
    _inherit = ["bank.ticket.step.mixin"]

    withdrawn_at = fields.Datetime(
        string="Received", required=True, default=fields.Datetime.now, help="When the withdrawal reached the bank."
    )

    def action_apply(self):
        """End the procedure."""
        self.ensure_one()
        self.ticket_ids._check_may_work()
        self.ticket_ids._withdraw(self.reason, self.withdrawn_at)
        return {"type": "ir.actions.act_window_close"}
