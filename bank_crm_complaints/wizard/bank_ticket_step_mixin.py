from odoo import Command, api, fields, models


class BankTicketStepMixin(models.AbstractModel):
    """What a person decides about tickets, and why: opened from a ticket, or for those ticked in the list."""

    _name = "bank.ticket.step.mixin"
    _description = "Step in the Life of Tickets"

    ticket_ids = fields.Many2many(comodel_name="bank.ticket", string="Tickets", required=True, readonly=True)
    ticket_id = fields.Many2one(comodel_name="bank.ticket", compute="_compute_ticket_id")
    reason = fields.Text(help="Kept in the history: no names, no numbers.")

    @api.model
    def default_get(self, fields):
        """Take the tickets from which the wizard was opened."""
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "bank.ticket" and not values.get("ticket_ids"):
            values["ticket_ids"] = [Command.set(self.env.context.get("active_ids") or [])]
        return values

    @api.depends("ticket_ids")
    def _compute_ticket_id(self):
        for step in self:
            step.ticket_id = step.ticket_ids[:1]._origin if len(step.ticket_ids) == 1 else False

    def _show(self, tickets):
        """Return the action that shows tickets: one as a form, several as a list."""
        action = {"type": "ir.actions.act_window", "res_model": "bank.ticket", "target": "current"}
        if len(tickets) == 1:
            return {**action, "views": [(False, "form")], "res_id": tickets.id}
        return {
            **action,
            "name": self.env._("Tickets"),
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", tickets.ids)],
        }
