from datetime import timedelta

from odoo import api, fields, models


class BankTicket(models.Model):
    """Service requests: the steps to the end, which the customer follows in the portal."""

    _inherit = "bank.ticket"

    service_id = fields.Many2one(
        comodel_name="bank.ticket.service", index="btree_not_null", ondelete="restrict"
    )
    progress_ids = fields.One2many(comodel_name="bank.ticket.progress", inverse_name="ticket_id")
    progress_percent = fields.Integer(compute="_compute_progress_percent", string="Progress (%)")

    @api.depends("progress_ids.state")
    def _compute_progress_percent(self):
        for ticket in self:
            lines = ticket.progress_ids
            done = lines.filtered(lambda line: line.state != "todo")
            ticket.progress_percent = round(100 * len(done) / len(lines)) if lines else 0

    def _after_registration(self):
        result = super()._after_registration()
        self.filtered("service_id")._plan_progress()
        return result

    def _plan_progress(self):
        """Write the steps of the services, planned on the working hours of the teams."""
        vals_list = []
        for ticket in self.sudo():  # sudo: bank.ticket.progress - lines follow from the service that was asked for
            planned = ticket.received_at
            for step in ticket.service_id.step_ids:
                planned = ticket._working_hours_later(planned, step.working_hours)
                vals_list.append(
                    {
                        "ticket_id": ticket.id,
                        "step_id": step.id,
                        "sequence": step.sequence,
                        "planned_at": planned,
                    }
                )
        self.env["bank.ticket.progress"].sudo()._unguarded().create(vals_list)  # sudo: see above

    def _working_hours_later(self, at, hours):
        calendar = self.team_id.calendar_id or self.company_id.resource_calendar_id
        planned = calendar.plan_hours(hours, at, compute_leaves=True) if calendar else None
        return planned or at + timedelta(hours=hours)

    def _follow_progress(self):
        """The state follows the steps: begun with the first, answered with the last one.

        The customer reads each step in the portal: it is news from the bank, for clocks and silence alike.
        """
        now = fields.Datetime.now()
        self._remember_answer(now)
        self._fire("staff_message", at=now)
        begun = self.filtered(lambda ticket: "todo" in ticket.progress_ids.mapped("state"))
        begun.filtered(lambda ticket: ticket.state in ("new", "ack"))._set_state("investigating")
        unanswered = ("new", "ack", "investigating", "decision")
        (self - begun).filtered(lambda ticket: ticket.state in unanswered)._set_state("responded")
