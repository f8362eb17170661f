from odoo import api, fields, models
from odoo.fields import Domain


class BankTicket(models.Model):
    """Deadlines on the ticket: overdue by the dates themselves, urgency for the boards, reminders."""

    _inherit = "bank.ticket"

    escalation_ids = fields.One2many(
        comodel_name="bank.ticket.escalation", inverse_name="ticket_id", string="Escalations", groups="base.group_user"
    )
    is_overdue = fields.Boolean(string="Overdue", compute="_compute_urgency", search="_search_is_overdue")
    urgency = fields.Selection(
        selection=[
            ("breached", "Breach"),
            ("late", "Late"),
            ("today", "Today"),
            ("soon", "Within Three Days"),
            ("calm", "Later"),
        ],
        compute="_compute_urgency",
    )

    @api.depends("next_statutory_due_at", "next_service_due_at", "is_open")
    def _compute_urgency(self):
        now = fields.Datetime.now()
        for ticket in self:
            due_at = ticket._next_due_at()
            left = (due_at - now).total_seconds() / 3600 if due_at and ticket.is_open else None
            ticket.is_overdue = left is not None and left < 0
            if ticket.is_overdue and ticket.next_statutory_due_at and ticket.next_statutory_due_at < now:
                ticket.urgency = "breached"
            elif ticket.is_overdue:
                ticket.urgency = "late"
            else:
                ticket.urgency = "calm" if left is None or left >= 72 else "today" if left < 24 else "soon"

    def _search_is_overdue(self, operator, value):
        """Decided by the dates at this moment: a scheduler that stands still hides nothing."""
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        return Domain("is_open", "=", True) & (
            Domain("next_statutory_due_at", "<", now) | Domain("next_service_due_at", "<", now)
        )

    def _remind_handlers(self):
        """Put the deadlines among the handlers' activities, once each."""
        todo = self.env.ref("mail.mail_activity_data_todo")
        waiting = self.filtered(lambda ticket: ticket.user_id not in ticket.activity_ids.user_id)
        # Quick update: the message about the deadlines is enough, Odoo need not tell of the activities once more.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": ticket.id,
                    "activity_type_id": todo.id,
                    "date_deadline": ticket._next_due_at().date(),
                    "summary": self.env._("Deadline of %(number)s", number=ticket.number),
                    "user_id": ticket.user_id.id,
                }
                for ticket in waiting
                if ticket.user_id and ticket._next_due_at()
            ]
        )

    def _next_due_at(self):
        """Return the earliest deadline that still runs, by law or by promise."""
        self.ensure_one()
        return min(filter(None, (self.next_statutory_due_at, self.next_service_due_at)), default=False)
