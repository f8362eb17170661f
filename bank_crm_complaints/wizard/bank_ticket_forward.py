from odoo import fields, models


class BankTicketForward(models.TransientModel):
    """Another respondent is responsible for the matter."""

    _name = "bank.ticket.forward"
    _description = "Pass Tickets On"
    _inherit = ["bank.ticket.step.mixin"]

    respondent_id = fields.Many2one(comodel_name="res.partner", string="Passed On To", required=True)

    def action_apply(self):
        """Pass on; complaints wait for their notice."""
        self.ensure_one()
        passed = self.ticket_ids._forward(self.respondent_id, self.reason)
        if passed == self.ticket_ids:
            return {"type": "ir.actions.act_window_close"}
        text = self.env._("Write the “Notice of Forwarding” and send it: the ticket is passed on with it.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info", "message": text, "next": {"type": "ir.actions.act_window_close"}},
        }
