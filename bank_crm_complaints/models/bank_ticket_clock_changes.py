from odoo import api, fields, models
from odoo.exceptions import UserError

from .bank_ticket_clock_events import Occasion


class BankTicketClock(models.Model):
    """Pauses, and what people decide about clocks: each with a reason and an entry in the ticket's history."""

    _inherit = "bank.ticket.clock"

    # ------------------------------------------------------------------
    # Pauses
    # ------------------------------------------------------------------

    @api.model
    def _pause(self, tickets, at):
        """Let the clocks wait whose rule allows it; one that is late already does not wait any more."""
        if not tickets:
            return self.browse()
        # sudo: bank.ticket.clock - deadlines follow from a pause that the user was allowed to make
        clocks = self.sudo().search(
            [("ticket_id", "in", tickets.ids), ("state", "=", "running"), ("is_pausable", "=", True)]
        )
        clocks = clocks.filtered(lambda clock: clock.due_at >= at)
        clocks._unguarded().write({"state": "paused"})
        self.sudo()._update_tickets(tickets.sudo())
        return clocks

    @api.model
    def _resume(self, tickets):
        """Let the clocks run on that waited; the ledger of pauses says by how much they moved."""
        # sudo: bank.ticket.clock - see _pause
        clocks = self.sudo().search([("ticket_id", "in", tickets.ids), ("state", "=", "paused")])
        clocks._unguarded().write({"state": "running"})
        clocks._recount()
        self.sudo()._update_tickets(tickets.sudo())
        return clocks

    @api.model
    def _on_customer_message(self, tickets, by_ticket, occasion):
        """A pause that waits for the customer ends when he writes."""
        pauses = self.env["bank.ticket.pause"].search(
            [("ticket_id", "in", tickets.ids), ("to_at", "=", False), ("ends_on_message", "=", True)]
        )
        if not pauses:
            return
        for pause in pauses:
            pause._unguarded().write({"to_at": max(occasion.moment(pause.ticket_id), pause.from_at)})
            occasion.tell(pause.ticket_id.id, "resumed", pause.reason)
        self._resume(pauses.ticket_id)

    # ------------------------------------------------------------------
    # Notices of extensions
    # ------------------------------------------------------------------

    @api.model
    def _on_letter_sent(self, tickets, by_ticket, occasion):
        """An extension that was granted takes effect when its notice is sent."""
        lines = self.env["bank.ticket.clock.extension"].search(
            [("ticket_id", "in", tickets.ids), ("state", "=", "approved"), ("clock_id.is_open", "=", True)]
        )
        letters = occasion.letters
        lines = lines.filtered(lambda line: line.ticket_id.id in letters)
        told = lines.filtered(lambda line: line.rule_id.notice_kind_id == letters[line.ticket_id.id].kind_id)
        told._take_effect(
            {line.ticket_id.id: (occasion.moment(line.ticket_id), letters[line.ticket_id.id]) for line in told}
        )

    # ------------------------------------------------------------------
    # Counting anew by the rules of today
    # ------------------------------------------------------------------

    @api.model
    def _rebase(self, tickets, reason):
        """Count the open clocks of tickets anew from the tickets' own dates, which were corrected; the terms stay.

        :param reason: text for the history
        """
        # sudo: bank.ticket.clock - deadlines of tickets whose dates the user may correct
        clocks = self.sudo().search([("ticket_id", "in", tickets.ids), ("is_open", "=", True)])
        clocks._count_anew(reason, by_rules_of_today=False)

    def _count_anew(self, reason, by_rules_of_today=True):
        """Count open clocks anew from the ticket's own dates and by the holidays known today.

        :param reason: text for the history
        :param by_rules_of_today: by the rule that applies today, the only way in which a change of a rule reaches a
            clock that runs; else by the terms that each clock has
        :raises UserError: ``[clock_ended]``
        """
        clocks = self.sudo()  # sudo: bank.ticket.clock - nobody writes clocks directly; callers check the right
        if ended := clocks.filtered(lambda clock: not clock.is_open)[:1]:
            raise UserError(
                self.env._(
                    "[clock_ended] %(clock)s: this clock has ended and is not counted anew.", clock=ended.display_name
                )
            )
        facts = self.env["bank.ticket.clock.rule"]._all_facts()
        before = {clock.id: clock.due_at for clock in clocks}
        if by_rules_of_today:
            clocks._take_rules_of_today(facts)
        for clock in clocks:
            start = clock._start_by_ticket(clock.ticket_id, facts[clock.rule_id.id])
            clock._unguarded().write({"started_at": start, "breached_at": False})
        clocks._recount()
        clocks._update_tickets(clocks.ticket_id)
        clocks._log_changes("clock_rebased", before, reason)

    def _take_rules_of_today(self, facts):
        rules = self.env["bank.ticket.clock.rule"]
        pairs = [(clock.ticket_id, clock._rule_today(facts)) for clock in self]
        for clock, (_ticket, rule), place in zip(self, pairs, rules._places(pairs), strict=True):
            clock._unguarded().write(
                {
                    "rule_id": rule.id,
                    "rule_version": rule.version,
                    "is_pausable": rule.counting.is_pausable,
                    "terms": self._make_terms(rule.counting, *place),
                }
            )

    def _rule_today(self, facts):
        """Return the rule about the same matter that applies to the ticket today; its own where none does."""
        self.ensure_one()
        own = facts[self.rule_id.id]
        same = [rule for rule in facts.values() if rule.key == own.key]
        now = fields.Datetime.now()
        pairs = self.env["bank.ticket.clock.rule"]._applicable(self.ticket_id, same, lambda ticket: now)
        return pairs[0][1] if pairs else own

    def _start_by_ticket(self, ticket, rule):
        """Return the start by the ticket's dates as they are now; other starts are facts of their own."""
        self.ensure_one()
        if self.inherited_from_id:
            return min(self.started_at, ticket.received_at)
        if rule.count_from != "event":
            return self._start_of(ticket, rule, self.started_at)
        if rule.start_event == "received":
            return ticket.received_at
        if rule.start_event == "forwarded" and ticket.forwarded_at:
            return max(ticket.forwarded_at, ticket.materials_completed_at or ticket.forwarded_at)
        return self.started_at

    def _log_changes(self, kind, before, reason):
        now = fields.Datetime.now()
        rows = [
            (
                clock.ticket_id.id,
                kind,
                {
                    "clock": clock._label(),
                    "from": fields.Datetime.to_string(before[clock.id]),
                    "to": fields.Datetime.to_string(clock.due_at),
                    "reason": reason,
                },
                now,
            )
            for clock in self
        ]
        self.env["bank.ticket.event"]._append(rows)

    # ------------------------------------------------------------------
    # Extending
    # ------------------------------------------------------------------

    def _due_with(self, extension_rule):
        """Return when this clock would be due with one more extension, naive UTC."""
        self.ensure_one()
        self.check_access("read")
        clock = self.sudo()  # sudo: bank.ticket.pause - the ledger of a ticket whose clock the user sees
        ledger = self.env["bank.ticket.pause"].sudo()._ledger(clock.ticket_id).get(clock.ticket_id.id, ())
        extensions = [(line.unit, line.length) for line in clock.extension_ids if line.state == "effective"]
        extensions.append((extension_rule.unit, extension_rule.length))
        return self._count(clock.terms, clock.started_at, ledger, extensions).due_at

    def action_extend(self):
        """Open the wizard that asks for an extension."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Extend"),
            "res_model": "bank.ticket.clock.extend",
            "view_mode": "form",
            "target": "new",
            "context": {"default_clock_id": self.id},
        }

    def action_correct(self):
        """Open the wizard that counts anew or cancels."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct"),
            "res_model": "bank.ticket.clock.correct",
            "view_mode": "form",
            "target": "new",
            "context": {"default_clock_ids": self.ids},
        }

    # ------------------------------------------------------------------
    # Cancelling
    # ------------------------------------------------------------------

    def _cancel(self, reason, code="decided"):
        """Cancel open clocks that should not have run; the reason stays on the clock and in the history."""
        # sudo: bank.ticket.clock - deadlines follow from what the user was allowed to do with the ticket
        clocks = self.sudo().filtered("is_open")
        occasion = Occasion("cancelled", fields.Datetime.now(), {})
        clocks._cancel_as(code, occasion, reason)
        clocks._finish(clocks.ticket_id, occasion)
        return self

    # ------------------------------------------------------------------
    # Changes of the ticket
    # ------------------------------------------------------------------

    @api.model
    def _on_converted(self, tickets, by_ticket, occasion):
        """The kind changed: the regimes of the new kind apply, and their clocks count from the receipt."""
        vals_list = [
            {
                "company_id": ticket.company_id.id,
                "branch_id": ticket.branch_id.id,
                "kind": ticket.kind,
                "received_at": ticket.received_at,
            }
            for ticket in tickets
        ]
        defaults = dict(zip(tickets.ids, self.env["bank.ticket.regime"]._default_for(vals_list), strict=True))
        wanted = {}
        for ticket in tickets:
            kept = ticket.regime_ids.filtered(lambda regime, kind=ticket.kind: regime.applies_to in ("all", kind))
            regimes = frozenset([*kept.ids, *defaults[ticket.id]])
            wanted.setdefault(regimes, []).append(ticket.id)
        for regimes, ids in wanted.items():
            tickets.browse(ids).write({"regime_ids": [(6, 0, sorted(regimes))]})
        by_ticket.update(self._by_ticket(tickets))
        self._follow_regimes(tickets, by_ticket, occasion)

    @api.model
    def _follow_regimes(self, tickets, by_ticket, occasion):
        """Cancel clocks whose regime or kind is no longer the ticket's; start those that it has now."""
        rules = self.env["bank.ticket.clock.rule"]._all_facts()
        gone = self.browse()
        for ticket in tickets:
            for clock in by_ticket[ticket.id].filtered("is_open"):
                rule = rules[clock.rule_id.id]
                is_kind = rule.ticket_kind in (False, ticket.kind)
                if rule.regime_id not in ticket.regime_ids.ids or not is_kind:
                    gone |= clock
        gone._cancel_as("regime", occasion, self.env._("The regime no longer applies to the ticket"))
        for event, dated in (("received", tickets), ("forwarded", tickets.filtered("forwarded_at"))):
            self._start_on_event(dated, by_ticket, Occasion(event, occasion.at, {}, occasion.starts, occasion.news))
        completed = tickets.filtered("materials_completed_at")
        former = Occasion("materials_completed", occasion.at, {}, occasion.starts, occasion.news)
        self._start_anew(completed, by_ticket, former)

    @api.model
    def _on_regimes_changed(self, tickets):
        """The regimes of tickets were changed by hand; see :meth:`_follow_regimes`."""
        # sudo: bank.ticket.clock - see _on_event
        clocks, tickets = self.sudo(), tickets.sudo()
        clocks._lock(tickets)
        occasion = Occasion("regimes", fields.Datetime.now(), {})
        clocks._follow_regimes(tickets, clocks._by_ticket(tickets), occasion)
        clocks._finish(tickets, occasion)
