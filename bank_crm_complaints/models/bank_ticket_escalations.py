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
            dates = [date for date in (ticket.next_statutory_due_at, ticket.next_service_due_at) if date]
            left = (min(dates) - now).total_seconds() / 3600 if dates and ticket.is_open else None
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

    def _remind_handler(self):
        """Put the deadline among the handler's activities, once."""
        self.ensure_one()
        if self.activity_ids.filtered(lambda activity: activity.user_id == self.user_id and not activity.date_done):
            return
        dates = [date for date in (self.next_statutory_due_at, self.next_service_due_at) if date]
        # Quick update: the message about the deadlines is enough, Odoo need not tell of the activity once more.
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=min(dates).date() if dates else False,
            summary=self.env._("Deadline of %(number)s", number=self.number),
            user_id=self.user_id.id,
        )

    def _notify_webhooks(self, event):
        """Tell other systems of an event of these tickets; the webhooks of the addon extend it."""
        notify = getattr(super(), "_notify_webhooks", None)
        return notify(event) if notify else None
