from odoo import api, models
from odoo.fields import Domain

from ..tools.clocks import strictest_start


class BankTicketClock(models.Model):
    """Tickets that become one: the clocks of the sources stop, the target takes over the strictest."""

    _inherit = "bank.ticket.clock"

    @api.model
    def _on_merged(self, tickets, by_ticket, occasion):
        """Cancel the clocks of ``tickets`` and let those into which they were merged inherit them.

        The earliest start governs each matter; nothing that is late becomes punctual by merging.
        """
        moving = [clock for clocks in by_ticket.values() for clock in clocks if clock.is_open]
        masters = {ticket.id: ticket.merged_into_id or ticket.duplicate_of_id for ticket in tickets}
        targets = self.env["bank.ticket"].union(*masters.values()).filtered("is_open")
        clocks_of = self._by_ticket(targets)
        for clock in moving:
            if (target := masters[clock.ticket_id.id]) in targets:
                self._inherit_clock(clock, target, clocks_of, occasion)
        self.browse([clock.id for clock in moving])._unguarded().write(
            {
                "state": "cancelled",
                "stopped_at": occasion.at,
                "cancel_code": "merged",
                "cancel_reason": self.env._("The ticket was merged into another one"),
            }
        )
        for clock in moving:
            occasion.tell(clock.ticket_id.id, "cancelled", clock._label())
        self._update_tickets(targets)

    @api.model
    def _inherit_clock(self, clock, target, clocks_of, occasion):
        """Let ``target`` take over ``clock``: its own clock about the matter starts as early, or a copy runs on."""
        rules = self.env["bank.ticket.clock.rule"]._all_facts()
        key, label = rules[clock.rule_id.id].key, clock._label()
        mine = [other for other in clocks_of[target.id] if rules[other.rule_id.id].key == key and other.is_open]
        if not mine:
            inherited = self._create_clocks([{**clock._inheritance(), "ticket_id": target.id}])
            clocks_of[target.id] |= inherited
            occasion.tell(target.id, "inherited", label)
            return
        own = mine[0]
        start = strictest_start(own.started_at, clock.started_at)
        if start < own.started_at:
            own._unguarded().write(
                {
                    "own_started_at": own.own_started_at or own.started_at,
                    "started_at": start,
                    "inherited_from_id": clock.id,
                }
            )
            own._recount()
            occasion.tell(target.id, "inherited", label)

    def _inheritance(self):
        """Return what a ticket takes over from this clock when it has none of its own about the matter."""
        self.ensure_one()
        facts = ("started_at", "due_at", "state", "accepted_at", "trace")
        terms = ("kind", "rule_version", "terms", "is_pausable")
        values = {name: self[name] for name in (*facts, *terms)}
        if not self.is_open:
            values["state"] = "running"
        return {**values, "rule_id": self.rule_id.id, "regime_id": self.regime_id.id, "inherited_from_id": self.id}

    @api.model
    def _on_unmerged(self, tickets, by_ticket, occasion):
        """Undo :meth:`_on_merged`: the sources' clocks run again, the target gives back what it had taken over."""
        self._revive(by_ticket, {"merged"}, occasion)

    @api.model
    def _on_reopened(self, tickets, by_ticket, occasion):
        """A ticket that is opened again has its first receipt: what ended by a withdrawal, by passing on, or because
        it was taken for a duplicate, runs again from its old start."""
        self._revive(by_ticket, {"merged", "withdrawn", "forwarded"}, occasion)

    @api.model
    def _revive(self, by_ticket, codes, occasion):
        """Let clocks run again that were cancelled for one of the reasons ``codes``."""
        stopped = self.browse(
            [clock.id for clocks in by_ticket.values() for clock in clocks if clock.cancel_code in codes]
        )
        if not stopped:
            return
        taken = self.search([("inherited_from_id", "in", stopped.ids), ("is_open", "=", True)])
        own = taken.filtered("own_started_at")
        for clock in own:
            clock._unguarded().write(
                {"started_at": clock.own_started_at, "own_started_at": False, "inherited_from_id": False}
            )
        own._recount()
        (taken - own)._cancel_as("unmerged", occasion, self.env._("The merge was undone"))
        stopped._run_again(occasion)
        stopped._unguarded().write({"cancel_code": False, "cancel_reason": False})
        self._inherit_from_others(taken.ticket_id, by_ticket, occasion)
        self._update_tickets(taken.ticket_id)

    @api.model
    def _inherit_from_others(self, targets, by_ticket, occasion):
        """Let ``targets`` take over again what other tickets left to them that are still part of them."""
        if not targets:
            return
        domain = Domain("ticket_id.merged_into_id", "in", targets.ids)
        domain |= Domain("ticket_id.duplicate_of_id", "in", targets.ids)
        domain &= Domain("cancel_code", "=", "merged") & Domain("ticket_id", "not in", list(by_ticket))
        clocks_of = self._by_ticket(targets)
        for clock in self.search(domain):
            master = clock.ticket_id.merged_into_id or clock.ticket_id.duplicate_of_id
            self._inherit_clock(clock, master, clocks_of, occasion)
