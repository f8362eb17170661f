from dataclasses import dataclass, field
from datetime import datetime

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from ..tools.clock_rules import ONCE
from .bank_ticket_clock_rule import EVENTS

EVENT_NAMES = {name for name, _label in EVENTS}


@dataclass
class Occasion:
    """One event and what follows from it for the clocks of all its tickets; written to the database at the end."""

    event: str
    at: datetime
    letters: dict
    starts: list = field(default_factory=list)
    news: dict = field(default_factory=dict)

    def moment(self, ticket):
        """Return when the event happened to the ticket: by its own dates, by its letter, else as the caller says."""
        if self.event == "received":
            return ticket.received_at
        if self.event == "forwarded":
            return ticket.forwarded_at or self.at
        if self.event == "materials_completed":
            return ticket.materials_completed_at or self.at
        letter = self.letters.get(ticket.id)
        if letter and self.event != "letter_bounced":
            return letter.sent_at or self.at
        return self.at

    def tell(self, ticket_id, what, label):
        """Remember for the ticket's history that clock ``label`` was started, met, …"""
        self.news.setdefault(ticket_id, {}).setdefault(what, []).append(label)


class BankTicketClock(models.Model):
    """What events do to clocks: the one entrance for all channels and all topics of the addon."""

    _inherit = "bank.ticket.clock"

    @api.model
    def _on_event(self, tickets, event, at=None, letter=None):
        """Tell the clocks of ``tickets`` that something happened: start those whose rule starts on it, stop those that
        it satisfies, start anew, cancel.

        The number of queries does not depend on the number of tickets.  Telling the same event twice changes nothing
        the second time.  Of two transactions that tell events of one ticket at the same time the second is tried again
        by Odoo, and then finds what the first one did.

        :param tickets: ``bank.ticket``
        :param event: one of ``EVENTS`` of ``bank.ticket.clock.rule``
        :param at: naive UTC, default now. ``received``, ``forwarded`` and ``materials_completed`` count from the
            tickets' own dates, events of letters from ``sent_at``
        :param letter: ``bank.ticket.letter`` records, one for each ticket, for events of letters
        :raises ValueError: the event is unknown
        """
        if event not in EVENT_NAMES:
            raise ValueError(f"event: {event!r} is unknown, use one of {', '.join(sorted(EVENT_NAMES))}")
        if not tickets:
            return
        # sudo: bank.ticket.clock - deadlines run for every ticket, whoever (a customer, too) does what moves them
        clocks, tickets = self.sudo(), tickets.sudo()
        if event != "received":  # (new tickets are this transaction's own)
            clocks._lock(tickets)
        at = fields.Datetime.to_datetime(at) or fields.Datetime.now()
        letters = {record.ticket_id.id: record for record in letter.sudo()} if letter else {}
        occasion = Occasion(event, at.replace(microsecond=0), letters)
        by_ticket = clocks._by_ticket(tickets)
        handler = getattr(clocks, f"_on_{event}", None)
        if handler:
            handler(tickets, by_ticket, occasion)
        clocks._stop_satisfied(tickets, by_ticket, occasion)
        clocks._start_anew(tickets, by_ticket, occasion)
        clocks._start_on_event(tickets, by_ticket, occasion)
        clocks._finish(tickets, occasion)

    @api.model
    def _lock(self, tickets):
        """Let one transaction at a time move the clocks of a ticket."""
        self.env.execute_query(
            SQL("SELECT id FROM bank_ticket WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", tickets.ids)
        )

    @api.model
    def _by_ticket(self, tickets):
        """Return ``{ticket id: clocks}``, ended ones too."""
        found = self.search([("ticket_id", "in", tickets.ids)])
        grouped = found.grouped("ticket_id")
        return {ticket.id: grouped.get(ticket, self.browse()) for ticket in tickets}

    # ------------------------------------------------------------------
    # Starting
    # ------------------------------------------------------------------

    @api.model
    def _start_on_event(self, tickets, by_ticket, occasion):
        rules = self.env["bank.ticket.clock.rule"]._all_facts().values()
        starting = [rule for rule in rules if rule.start_event == occasion.event]
        self._plan_starts(tickets, starting, by_ticket, occasion)

    @api.model
    def _plan_starts(self, tickets, rules, by_ticket, occasion):
        """Plan the clocks of ``rules`` that apply to the tickets and do not run yet."""
        if not rules:
            return
        matcher = self.env["bank.ticket.clock.rule"]
        for ticket, rule in matcher._applicable(tickets, rules, occasion.moment):
            letter = occasion.letters.get(ticket.id)
            if rule.start_event == "letter_sent" and not (letter and letter.kind_id.id in rule.start_kind_ids):
                continue
            start = self._start_of(ticket, rule, occasion.moment(ticket))
            if not self._is_known(by_ticket[ticket.id], rule, start):
                occasion.starts.append((ticket, rule, start, letter))

    @api.model
    def _start_of(self, ticket, rule, moment):
        if rule.count_from == "received":
            return ticket.received_at
        if rule.count_from == "forwarded":
            return ticket.forwarded_at or ticket.received_at
        return moment

    @api.model
    def _is_known(self, clocks, rule, start):
        """Tell whether the matter's clock runs, or has run from that very start (or at all, where that is once)."""
        for clock in clocks:
            if (clock.regime_id.id, clock.rule_id.code) != rule.key or clock.state == "cancelled":
                continue
            if clock.is_open or clock.started_at == start or rule.start_event in ONCE:
                return True
        return False

    # ------------------------------------------------------------------
    # Starting anew
    # ------------------------------------------------------------------

    @api.model
    def _start_anew(self, tickets, by_ticket, occasion):
        """Let clocks count from ``occasion`` again whose rule says so; where none ran yet it starts.

        A service clock that is late stays late: a customer who writes again does not make the bank punctual.
        """
        rules = self.env["bank.ticket.clock.rule"]._all_facts()
        moved = self.browse()
        for ticket in tickets:
            moment = occasion.moment(ticket)
            for clock in by_ticket[ticket.id]:
                rule = rules[clock.rule_id.id]
                is_late = rule.kind == "service" and clock.due_at < moment
                if not clock.is_open or rule.restart_event != occasion.event or is_late or clock.started_at >= moment:
                    continue
                clock._unguarded().write({"started_at": moment})
                occasion.tell(ticket.id, "restarted", rule.label)
                moved |= clock
        moved._recount()
        waiting = [rule for rule in rules.values() if rule.restart_event == occasion.event]
        waiting = [rule for rule in waiting if rule.start_event in ONCE and rule.start_event != occasion.event]
        self._plan_starts(tickets, waiting, by_ticket, occasion)

    # ------------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------------

    @api.model
    def _finish(self, tickets, occasion):
        """Create what was planned, bring the tickets' dates up to date, write the history."""
        self._create_planned(occasion)
        self._update_tickets(tickets)
        self._write_history(occasion)

    @api.model
    def _create_planned(self, occasion):
        if not occasion.starts:
            return self.browse()
        places = self.env["bank.ticket.clock.rule"]._places([(start[0], start[1]) for start in occasion.starts])
        tickets = self.env["bank.ticket"].browse({ticket.id for ticket, *_rest in occasion.starts})
        pauses = self.env["bank.ticket.pause"]._ledger(tickets)
        vals_list, labels, counted = [], [], {}
        for (ticket, rule, start, letter), place in zip(occasion.starts, places, strict=True):
            ledger = pauses.get(ticket.id, ()) if rule.counting.is_pausable else ()
            key = (rule.id, place, start, tuple(ledger))
            terms = self._make_terms(rule.counting, *place)
            if key not in counted:
                counted[key] = self._count(terms, start, ledger)
            found = counted[key]
            is_paused = rule.counting.is_pausable and any(not to for _since, to in ledger)
            vals_list.append(
                {
                    "ticket_id": ticket.id,
                    "rule_id": rule.id,
                    "regime_id": rule.regime_id,
                    "kind": rule.kind,
                    "rule_version": rule.version,
                    "is_pausable": rule.counting.is_pausable,
                    "terms": terms,
                    "started_at": start,
                    "due_at": found.due_at,
                    "trace": found.trace,
                    "state": "paused" if is_paused else "running",
                    "is_open": True,  # as computed: an UPDATE less
                    "start_letter_id": letter.id if letter else False,
                }
            )
            labels.append((ticket.id, f"{rule.label} {fields.Datetime.to_string(found.due_at)}"))
        clocks = self._create_clocks(vals_list)
        for ticket_id, label in labels:
            occasion.tell(ticket_id, "started", label)
        return clocks

    @api.model
    def _create_clocks(self, vals_list):
        try:
            with self.env.cr.savepoint():
                return self._unguarded().create(vals_list).with_env(self.env)
        except UniqueViolation as error:
            # Another transaction started them since this one began to read: try again, and find them.
            raise ConcurrencyError(str(error)) from error

    @api.model
    def _write_history(self, occasion):
        now = fields.Datetime.now()
        rows = [
            (ticket_id, "clocks", {"event": occasion.event, **news}, now) for ticket_id, news in occasion.news.items()
        ]
        self.env["bank.ticket.event"]._append(rows)
