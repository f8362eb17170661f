from odoo import api, fields, models
from odoo.tools import SQL

DETECTED_AT_ONCE = 500
DELIVERED_AT_ONCE = 200
# Who is told where nobody is found for a level.
HIGHER = {"handler": "lead", "branch_manager": "lead", "lead": "compliance", "chosen": "compliance"}


class BankTicketEscalation(models.Model):
    """Somebody is told that a deadline comes near or has passed: once for each clock and level.

    A level is noticed by comparing the clock's dates with now, so a scheduler that stood still makes up for it; what
    was found is delivered in the recipient's working hours, in one message about all of his tickets.
    """

    _name = "bank.ticket.escalation"
    _description = "Escalation"
    _inherit = ["bank.guarded.mixin"]
    _order = "reached_at desc, id desc"
    _rec_name = "level_id"

    clock_id = fields.Many2one(
        comodel_name="bank.ticket.clock", required=True, readonly=True, index=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(
        comodel_name="bank.ticket", required=True, readonly=True, index=True, ondelete="cascade"
    )
    level_id = fields.Many2one(
        comodel_name="bank.ticket.escalation.level", required=True, readonly=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(comodel_name="res.users", string="Told", readonly=True, index="btree_not_null")
    due_at = fields.Datetime(string="Deadline", readonly=True, required=True)
    reached_at = fields.Datetime(string="Reached", readonly=True, required=True)
    sent_at = fields.Datetime(string="Delivered", readonly=True, help="In the working hours of the recipient.")

    _once_uniq = models.UniqueIndex(
        "(clock_id, level_id, COALESCE(user_id, 0))", "This was escalated to this employee already."
    )
    _waiting_idx = models.Index("(user_id) WHERE sent_at IS NULL")

    @api.model
    def _guarded_fields(self):
        return {"clock_id", "ticket_id", "level_id", "user_id", "due_at", "reached_at", "sent_at"}

    # ------------------------------------------------------------------
    # Noticing
    # ------------------------------------------------------------------

    @api.model
    def _cron_escalate(self):
        """Notice what has come near or passed, then deliver what recipients at work have not been told."""
        progress = self.env["ir.cron"]._commit_progress
        while reached := self._reached(DETECTED_AT_ONCE):
            self._note(reached)
            if not progress(len(reached)):
                return
        self._deliver_all(progress)

    @api.model
    def _reached(self, limit):
        """Return ``[(clock id, level id, reached at)]`` of levels that running clocks reached and nobody noted."""
        self.env["bank.ticket.clock"].flush_model()
        self.env["bank.ticket.escalation.level"].flush_model()
        self.flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT * FROM (
                       SELECT clock.id AS clock_id, level.id AS level_id,
                              clock.started_at + (clock.due_at - clock.started_at) * level.percent / 100.0
                                  + COALESCE(level.hours_after, 0) * interval '1 hour' AS reached_at
                         FROM bank_ticket_clock AS clock
                         JOIN bank_ticket_escalation_level AS level
                           ON level.active AND level.clock_kind IN (clock.kind, 'any')
                        WHERE clock.is_open AND clock.state = 'running' AND clock.kind IN ('statutory', 'service')
                   ) AS moment
                  WHERE reached_at <= %s
                    AND NOT EXISTS (SELECT 1 FROM bank_ticket_escalation AS noted
                                     WHERE noted.clock_id = moment.clock_id AND noted.level_id = moment.level_id)
                  ORDER BY clock_id, level_id
                  LIMIT %s""",
                fields.Datetime.now(),
                limit,
            )
        )

    @api.model
    def _note(self, reached):
        """Write down whom to tell of what was reached."""
        clocks = self.env["bank.ticket.clock"].browse({row[0] for row in reached})
        levels = self.env["bank.ticket.escalation.level"].browse({row[1] for row in reached})
        # Not browse() for each of them: records of one set are read together.
        clock_of, level_of = ({record.id: record for record in records} for records in (clocks, levels))
        vals_list = []
        for clock_id, level_id, at in reached:
            clock, level = clock_of[clock_id], level_of[level_id]
            for user in self._recipients(clock.ticket_id, level, level.recipient) or [self.env["res.users"]]:
                vals_list.append(
                    {
                        "clock_id": clock_id,
                        "ticket_id": clock.ticket_id.id,
                        "level_id": level_id,
                        "user_id": user.id,
                        "due_at": clock.due_at,
                        "reached_at": at.replace(microsecond=0),
                    }
                )
        noted = self._unguarded().create(vals_list)
        late = noted.filtered(lambda line: line.level_id.percent == 100 and not line.level_id.hours_after)
        late.ticket_id._notify_webhooks("breached")

    @api.model
    def _recipients(self, ticket, level, recipient):
        """Return whom a level tells about a ticket: nobody who is complained of, nobody who may not see it."""
        found = self._candidates(ticket, level, recipient)
        found = found.filtered("active") - ticket.complained_user_ids
        if ticket.confidentiality in ("conduct", "whistle"):
            found &= self._members("bank_crm.group_compliance", "bank_crm_complaints.group_conduct") | ticket.user_id
        if not found and recipient in HIGHER:
            return self._recipients(ticket, level, HIGHER[recipient])
        return found

    @api.model
    def _candidates(self, ticket, level, recipient):
        if recipient == "handler":
            return ticket.user_id
        if recipient == "lead":
            return ticket.team_id.leader_id
        if recipient == "branch_manager":
            return ticket.branch_id.manager_id
        if recipient == "compliance":
            return level.user_ids or self._members("bank_crm.group_compliance")
        return level.user_ids

    @api.model
    def _members(self, *groups):
        return (
            self.env["res.users"]
            .union(*(self.env.ref(group).all_user_ids for group in groups))
            .filtered(lambda user: not user.share)
        )

    # ------------------------------------------------------------------
    # Delivery
    # ------------------------------------------------------------------

    @api.model
    def _deliver_all(self, progress):
        """Tell each recipient who is at work, in one message."""
        groups = self._read_group([("sent_at", "=", False), ("user_id", "!=", False)], ["user_id"])
        for (user,) in groups:
            if not self._is_at_work(user):
                continue
            waiting = self.search([("sent_at", "=", False), ("user_id", "=", user.id)], limit=DELIVERED_AT_ONCE)
            waiting._deliver(user)
            if not progress(len(waiting)):
                return

    @api.model
    def _is_at_work(self, user, at=None):
        """Tell whether this is a working hour of the user: by his own calendar, his branch's or the company's."""
        calendar = user.resource_calendar_id or user.bank_branch_id.calendar_id or user.company_id.resource_calendar_id
        work = self.env["resource.calendar"]._bank_work_calendar(calendar.id, calendar.tz or user.tz)
        at = at or fields.Datetime.now()
        return any(start <= at < end for start, end in work.spans(work.date_of(at)))

    def _deliver(self, user):
        """Send one message about these escalations; a clock that passed several levels is named once."""
        still = self.filtered(lambda line: line.clock_id.is_open)
        highest = {line.clock_id: line for line in still.sorted(lambda line: line.level_id.sequence)}
        lines = self.browse().union(*highest.values()).sorted("due_at")
        if lines:
            localised = self.with_context(lang=user.lang, tz=user.tz)
            self.env["mail.thread"].message_notify(
                partner_ids=user.partner_id.ids,
                subject=localised.env._("%(count)s deadlines need you", count=len(lines)),
                body=localised.env["ir.qweb"]._render(
                    "bank_crm_complaints.bank_ticket_escalation_message", {"lines": lines.with_env(localised.env)}
                ),
                email_layout_xmlid="mail.mail_notification_light",
            )
            lines.ticket_id.filtered(lambda ticket: ticket.user_id == user)._remind_handlers()
        self._unguarded().write({"sent_at": fields.Datetime.now()})
