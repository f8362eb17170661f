from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.clocks import ClockRule, Extension, Pause, deadline
from .bank_ticket_clock_rule import COUNTING

STATES = [
    ("running", "Running"),
    ("paused", "Paused"),
    ("met", "In Time"),
    ("breached", "Late"),
    ("lapsed", "Lapsed"),
    ("cancelled", "Cancelled"),
]
OPEN_STATES = ("running", "paused")


class BankTicketClock(models.Model):
    """A deadline of a ticket: when it started, when it is due and why, what stopped it.

    ``state`` tells what was found when the clock stopped.  A clock that is open and past ``due_at`` is breached from
    that second on, whether or not anything ran in between: :attr:`is_breached` compares, in searches too.
    ``breached_at`` is only the note of it that the scheduled job leaves.

    ``terms`` are the rule's terms of counting when the clock started, with the calendar and the time zone: pauses and
    extensions are computed by them whatever becomes of the rule.  ``trace`` is the explanation day by day (see
    ``tools/clocks/trace.py``).

    Clocks are made and moved by :meth:`_on_event` and by the methods of this model, never by hand.
    """

    _name = "bank.ticket.clock"
    _description = "Deadline"
    _inherit = ["bank.guarded.mixin"]
    _order = "due_at, id"
    _rec_name = "rule_id"

    ticket_id = fields.Many2one(
        comodel_name="bank.ticket", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="ticket_id.company_id")
    rule_id = fields.Many2one(
        comodel_name="bank.ticket.clock.rule",
        string="Clock",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    regime_id = fields.Many2one(
        comodel_name="bank.ticket.regime", required=True, readonly=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(
        selection=[("statutory", "Legal"), ("service", "Service"), ("option", "Option")], required=True, readonly=True
    )
    rule_version = fields.Integer(readonly=True)
    terms = fields.Json(readonly=True, export_string_translation=False)
    trace = fields.Json(string="Why Then", readonly=True)

    # Course
    started_at = fields.Datetime(string="Started", required=True, readonly=True)
    due_at = fields.Datetime(string="Due", required=True, readonly=True)
    stopped_at = fields.Datetime(string="Stopped", readonly=True)
    state = fields.Selection(selection=STATES, required=True, readonly=True, default="running")
    is_open = fields.Boolean(string="Open", compute="_compute_is_open", store=True)
    is_breached = fields.Boolean(string="Late", compute="_compute_is_breached", search="_search_is_breached")
    breached_at = fields.Datetime(string="Late Since", readonly=True)
    is_pausable = fields.Boolean(string="Can Be Paused", readonly=True)
    is_extendable = fields.Boolean(string="Can Be Extended", compute="_compute_is_extendable")
    is_reported = fields.Boolean(
        string="Reported", readonly=True, help="Whether it was in time was told by another system."
    )
    share_used = fields.Float(
        string="Time Used", compute="_compute_share_used", help="Part of the time from start to deadline that is over."
    )

    # Evidence
    start_letter_id = fields.Many2one(
        comodel_name="bank.ticket.letter", string="Started by", readonly=True, index="btree_not_null"
    )
    stop_letter_id = fields.Many2one(
        comodel_name="bank.ticket.letter", string="Stopped by", readonly=True, index="btree_not_null"
    )
    accepted_at = fields.Datetime(string="Accepted", readonly=True)
    cancel_code = fields.Char(readonly=True, export_string_translation=False)
    cancel_reason = fields.Char(readonly=True)
    extension_ids = fields.One2many(
        comodel_name="bank.ticket.clock.extension", inverse_name="clock_id", string="Extensions"
    )
    inherited_from_id = fields.Many2one(
        comodel_name="bank.ticket.clock",
        string="Taken Over From",
        readonly=True,
        index="btree_not_null",
        help="Clock of the ticket that was merged into this one.",
    )
    own_started_at = fields.Datetime(readonly=True, help="Start before another ticket was merged into this one.")

    _open_due_idx = models.Index("(state, due_at) WHERE is_open IS TRUE")
    _breached_idx = models.Index("(ticket_id) WHERE state = 'breached'")  # the other half of `is_breached`
    _open_rule_uniq = models.UniqueIndex(
        "(ticket_id, rule_id) WHERE is_open", "This clock runs for the ticket already."
    )

    @api.model
    def _guarded_fields(self):
        return {name for name, field in self._fields.items() if field.store and name not in models.MAGIC_COLUMNS}

    @api.depends("rule_id", "ticket_id.number")
    def _compute_display_name(self):
        for clock in self:
            clock.display_name = f"{clock.ticket_id.number} {clock.rule_id.name}"

    @api.depends("state")
    def _compute_is_open(self):
        for clock in self:
            clock.is_open = clock.state in OPEN_STATES

    @api.depends("state", "kind", "due_at")
    def _compute_is_breached(self):
        now = fields.Datetime.now()
        for clock in self:
            is_late = clock.state == "running" and clock.kind != "option" and clock.due_at and clock.due_at < now
            clock.is_breached = clock.state == "breached" or bool(is_late)

    def _search_is_breached(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "=", "breached") | self._domain_overdue()

    @api.model
    def _domain_overdue(self):
        """Return the domain of the duties that are still open and past their deadline at this moment."""
        return (
            Domain("is_open", "=", True)
            & Domain("state", "=", "running")
            & Domain("due_at", "<", fields.Datetime.now())
            & Domain("kind", "!=", "option")
        )

    @api.depends("started_at", "due_at", "stopped_at")
    def _compute_share_used(self):
        now = fields.Datetime.now()
        for clock in self:
            if not clock.started_at or not clock.due_at:
                clock.share_used = 0.0
                continue
            whole = (clock.due_at - clock.started_at).total_seconds()
            used = ((clock.stopped_at or now) - clock.started_at).total_seconds()
            clock.share_used = max(used / whole, 0.0) if whole > 0 else 1.0

    @api.depends("state", "due_at", "rule_id.extension_rule_ids")
    def _compute_is_extendable(self):
        for clock in self:
            clock.is_extendable = bool(clock.is_open and not clock.is_breached and clock.rule_id.extension_rule_ids)

    # ------------------------------------------------------------------
    # Counting
    # ------------------------------------------------------------------

    @api.model
    def _make_terms(self, counting, calendar_id, tz_name):
        """Return the terms of counting as a clock keeps them."""
        return {**{name: getattr(counting, name) for name in COUNTING}, "calendar_id": calendar_id, "tz": tz_name}

    @api.model
    def _count(self, terms, start, pauses=(), extensions=()):
        """Return the :class:`Deadline` under ``terms`` (see :attr:`terms`) from ``start``.

        :param pauses: pairs of moments, the second empty while a pause goes on
        :param extensions: pairs of unit and length
        """
        rule = ClockRule(**{name: terms[name] for name in COUNTING})
        calendar = self.env["resource.calendar"]._bank_work_calendar(terms.get("calendar_id"), terms.get("tz"))
        return deadline(
            rule,
            start,
            calendar,
            [Pause(since, to or None) for since, to in pauses],
            [Extension(unit, length) for unit, length in extensions],
        )

    def _recount(self, until=None):
        """Compute deadlines and explanations anew from start, pauses and extensions, by the terms of each clock.

        :param until: {ticket id: moment at which a pause that goes on is taken as over}
        """
        if not self:
            return
        pauses = self.env["bank.ticket.pause"]._ledger(self.ticket_id, until or {})
        for clock in self:
            extensions = [(line.unit, line.length) for line in clock.extension_ids if line.state == "effective"]
            found = self._count(clock.terms, clock.started_at, pauses.get(clock.ticket_id.id, ()), extensions)
            clock._unguarded().write({"due_at": found.due_at, "trace": found.trace})

    def _update_tickets(self, tickets):
        """Write the earliest deadlines of ``tickets`` on them: one statement for any number."""
        if not tickets:
            return
        self.flush_model(["ticket_id", "due_at", "state", "kind", "is_open"])
        tickets.flush_recordset(["next_statutory_due_at", "next_service_due_at"])
        self.env.cr.execute(
            """
            UPDATE bank_ticket ticket
               SET next_statutory_due_at = next.statutory, next_service_due_at = next.service
              FROM (SELECT wanted.id,
                           MIN(clock.due_at) FILTER (WHERE clock.kind = 'statutory') AS statutory,
                           MIN(clock.due_at) FILTER (WHERE clock.kind = 'service' AND clock.state = 'running')
                               AS service
                      FROM unnest(%s::int[]) AS wanted(id)
                      LEFT JOIN bank_ticket_clock clock ON clock.ticket_id = wanted.id AND clock.is_open
                     GROUP BY wanted.id) AS next
             WHERE ticket.id = next.id
               AND (ticket.next_statutory_due_at, ticket.next_service_due_at)
                   IS DISTINCT FROM (next.statutory, next.service)
            """,
            [tickets.ids],
        )
        tickets.invalidate_recordset(["next_statutory_due_at", "next_service_due_at", "clock_ids"], flush=False)
