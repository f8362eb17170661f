from odoo import fields, models


class BankTicketIdentify(models.TransientModel):
    """It becomes known which customer a ticket is from."""

    _name = "bank.ticket.identify"
    _description = "Identify the Customer"
    _inherit = ["bank.ticket.step.mixin"]

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, domain=[("is_bank_customer", "=", True)]
    )

    def action_apply(self):
        """Set the customer."""
        self.ensure_one()
        self.ticket_ids._identify(self.partner_id)
        return {"type": "ir.actions.act_window_close"}
