from odoo import api, fields, models


class BankTicketClockExtend(models.TransientModel):
    """Ask for more time: under which condition of the law, and why.

    Whoever may approve approves by asking; others' requests wait for an approver.  The deadline moves when the notice
    was sent.
    """

    _name = "bank.ticket.clock.extend"
    _description = "Extend a Deadline"

    clock_id = fields.Many2one(comodel_name="bank.ticket.clock", required=True, readonly=True)
    clock_rule_id = fields.Many2one(related="clock_id.rule_id", related_sudo=False, string="Rule")
    due_at = fields.Datetime(related="clock_id.due_at", related_sudo=False, string="Due")
    rule_id = fields.Many2one(
        comodel_name="bank.ticket.clock.extension.rule",
        string="Condition",
        required=True,
        domain="[('rule_id', '=', clock_rule_id)]",
    )
    new_due_at = fields.Datetime(string="Would Be Due", compute="_compute_new_due_at")
    notice_kind_id = fields.Many2one(related="rule_id.notice_kind_id")
    approver_group_id = fields.Many2one(related="rule_id.approver_group_id")
    is_approver = fields.Boolean(compute="_compute_new_due_at")
    reason = fields.Text(required=True)

    @api.depends("rule_id", "clock_id")
    @api.depends_context("uid")
    def _compute_new_due_at(self):
        for wizard in self:
            group = wizard.rule_id.approver_group_id
            wizard.is_approver = not group or group in self.env.user.all_group_ids
            is_complete = wizard.rule_id and wizard.clock_id
            wizard.new_due_at = wizard.clock_id._due_with(wizard.rule_id) if is_complete else False

    def action_extend(self):
        """Ask for the extension."""
        self.ensure_one()
        self.clock_id.ticket_id.check_access("write")
        reason = self.env["bank.ticket"]._check_reason(self.reason)
        self.env["bank.ticket.clock.extension"]._request(self.clock_id, self.rule_id, reason)
        return {"type": "ir.actions.act_window_close"}
