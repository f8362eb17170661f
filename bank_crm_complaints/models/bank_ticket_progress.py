from odoo import api, fields, models
from odoo.exceptions import UserError


class BankTicketProgress(models.Model):
    """Where a service request stands: one line for each step, done in their order."""

    _name = "bank.ticket.progress"
    _description = "Progress of a Service Request"
    _inherit = ["bank.guarded.mixin"]
    _order = "ticket_id, sequence, id"
    _rec_name = "step_id"

    ticket_id = fields.Many2one(comodel_name="bank.ticket", required=True, index=True, ondelete="cascade")
    step_id = fields.Many2one(
        comodel_name="bank.ticket.service.step", required=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer()
    customer_text = fields.Char(compute="_compute_customer_text", string="What the Customer Reads")
    state = fields.Selection(
        selection=[("todo", "To Do"), ("done", "Done"), ("skipped", "Not Needed")],
        required=True,
        readonly=True,
        default="todo",
    )
    planned_at = fields.Datetime(string="Planned", readonly=True)
    done_at = fields.Datetime(string="Done On", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="By", readonly=True, groups="base.group_user")

    @api.depends("step_id")
    @api.depends_context("lang")
    def _compute_customer_text(self):
        for line in self:
            # sudo: bank.ticket.service.step - the words that are written for the customer
            step = line.step_id.sudo()
            line.customer_text = step.customer_text or step.name

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"planned_at", "done_at", "user_id", "ticket_id", "step_id"}

    def action_done(self):
        """The step is done; what was planned before it and is still open was not needed.

        :raises UserError: the ticket is closed
        """
        return self._finish("done")

    def action_skip(self):
        """The step is not needed for this customer."""
        return self._finish("skipped")

    def _finish(self, state):
        self.ticket_id.check_access("write")
        if closed := self.ticket_id.filtered(lambda ticket: not ticket.is_open)[:1]:
            raise UserError(
                self.env._("State: %(number)s is closed. Open it again to go on with it.", number=closed.number)
            )
        open_lines = self.filtered(lambda line: line.state == "todo")
        values = {"state": state, "done_at": fields.Datetime.now(), "user_id": self.env.uid}
        open_lines.sudo()._unguarded().write(values)  # sudo: bank.ticket.progress - lines change by these buttons only
        steps = {ticket: lines.step_id.ids for ticket, lines in open_lines.grouped("ticket_id").items()}
        tickets = open_lines.ticket_id
        tickets._log("progress", data=lambda ticket: {"state": state, "steps": steps[ticket]})
        tickets._follow_progress()
        return True  # None is a fault over XML-RPC
