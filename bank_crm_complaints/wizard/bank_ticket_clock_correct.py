from odoo import Command, api, fields, models


class BankTicketClockCorrect(models.TransientModel):
    """What a lead or compliance decides about clocks that run: counted anew by the rules of today, or cancelled."""

    _name = "bank.ticket.clock.correct"
    _description = "Correct Deadlines"

    clock_ids = fields.Many2many(comodel_name="bank.ticket.clock", string="Deadlines", required=True, readonly=True)
    decision = fields.Selection(
        selection=[("rebase", "Count anew by the rules of today"), ("cancel", "Cancel")],
        required=True,
        default="rebase",
    )
    reason = fields.Text(required=True)

    @api.model
    def default_get(self, fields):
        """Take the deadlines from which the wizard was opened."""
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "bank.ticket.clock" and not values.get("clock_ids"):
            values["clock_ids"] = [Command.set(self.env.context.get("active_ids") or [])]
        return values

    def action_apply(self):
        """Do what was decided.

        :raises AccessError: ``[not_yours]`` for others than leads and compliance
        """
        self.ensure_one()
        tickets = self.clock_ids.ticket_id
        tickets.check_access("write")
        tickets._check_may_correct()
        reason = self.env["bank.ticket"]._check_reason(self.reason)
        if self.decision == "rebase":
            self.clock_ids._count_anew(reason)
        else:
            self.clock_ids._cancel(reason)
        return {"type": "ir.actions.act_window_close"}
