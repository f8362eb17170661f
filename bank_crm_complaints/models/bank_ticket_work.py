from odoo import api, fields, models


class BankTicket(models.Model):
    """Tasks for other departments and partners."""

    _inherit = "bank.ticket"

    task_ids = fields.One2many(
        comodel_name="bank.ticket.task", inverse_name="ticket_id", string="Tasks", groups="base.group_user"
    )
    open_task_count = fields.Integer(compute="_compute_open_task_count", groups="base.group_user")

    @api.depends("task_ids.is_open")
    def _compute_open_task_count(self):
        counts = dict(
            self.env["bank.ticket.task"]._read_group(
                [("ticket_id", "in", self.ids), ("is_open", "=", True)], ["ticket_id"], ["__count"]
            )
        )
        for ticket in self:
            ticket.open_task_count = counts.get(ticket, 0)

    def action_view_tasks(self):
        """Open the tasks of this ticket."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tasks"),
            "res_model": "bank.ticket.task",
            "views": [(False, "list"), (False, "form")],
            "domain": [("ticket_id", "=", self.id)],
            "context": {"default_ticket_id": self.id},
        }
