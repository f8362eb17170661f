from odoo import api, models


class BankTicketClock(models.Model):
    """What satisfies clocks, and what takes that back."""

    _inherit = "bank.ticket.clock"

    @api.model
    def _stop_satisfied(self, tickets, by_ticket, occasion):
        rules = self.env["bank.ticket.clock.rule"]._all_facts()
        ends = []
        for ticket in tickets:
            moment, letter = occasion.moment(ticket), occasion.letters.get(ticket.id)
            for clock in by_ticket[ticket.id]:
                rule = rules[clock.rule_id.id]
                if not clock.is_open or moment < clock.started_at:
                    continue
                if self._is_satisfied(rule, occasion.event, letter):
                    ends.append((clock, moment, letter))
                elif rule.needs_acceptance:
                    ends += clock._gather_evidence(rule, occasion.event, moment, letter)
        self._stop(ends, occasion)

    @api.model
    def _is_satisfied(self, rule, event, letter):
        """Tell whether ``event`` alone satisfies ``rule``: a letter of a kind that it names, or the act it names.

        A letter that a person wrote is an answer of a person; an automatic acknowledgement is not.
        """
        if rule.needs_acceptance:
            return False
        if event == "letter_sent" and letter:
            is_answer = rule.stop_event == "staff_message" and not letter.kind_id.is_automatic
            return letter.kind_id.id in rule.stop_kind_ids or is_answer
        return event == rule.stop_event and event != "letter_sent"

    def _gather_evidence(self, rule, event, moment, letter):
        """Keep one of the two things that satisfy a clock, letter and acceptance; return the end when both are there.

        The later of the two is the moment at which it stopped.
        """
        self.ensure_one()
        if event == "letter_sent" and letter and letter.kind_id.id in rule.stop_kind_ids:
            self._unguarded().write({"stop_letter_id": letter.id})
        elif event == "accepted":
            self._unguarded().write({"accepted_at": moment})
        else:
            return []
        if not (self.stop_letter_id and self.accepted_at):
            return []
        return [(self, max(self.stop_letter_id.sent_at or moment, self.accepted_at), self.stop_letter_id)]

    @api.model
    def _stop(self, ends, occasion):
        """Stop clocks: in time or late is decided here, once, by the moment of the evidence.

        :param ends: list of tuples ``(clock, moment, letter or None)``
        """
        rules = self.env["bank.ticket.clock.rule"]._all_facts()
        if not ends:
            return
        paused = [(clock, moment) for clock, moment, _letter in ends if clock.state == "paused"]
        self.browse([clock.id for clock, _moment in paused])._recount(
            {clock.ticket_id.id: moment for clock, moment in paused}
        )
        also = []
        for clock, moment, letter in ends:
            rule = rules[clock.rule_id.id]
            in_time = moment <= clock.due_at
            late = "lapsed" if clock.kind == "option" else "breached"
            state = "met" if in_time else late
            clock._unguarded().write(
                {
                    "state": state,
                    "stopped_at": moment,
                    "stop_letter_id": letter.id if letter else False,
                    "breached_at": clock.due_at if state == "breached" else False,
                }
            )
            occasion.tell(clock.ticket_id.id, state, rule.label)
            if in_time and rule.satisfies_ids:
                also += [(clock, moment, letter, rule.satisfies_ids)]
        self._stop_also_satisfied(also, occasion)

    @api.model
    def _stop_also_satisfied(self, also, occasion):
        """Stop the clocks that need nothing more since another one was met."""
        if not also:
            return
        tickets = self.browse([clock.id for clock, *_rest in also]).ticket_id
        others = self.search([("ticket_id", "in", tickets.ids), ("is_open", "=", True)]).grouped("ticket_id")
        ends = []
        for clock, moment, letter, rule_ids in also:
            mine = others.get(clock.ticket_id, self.browse())
            ends += [(other, moment, letter) for other in mine if other.rule_id.id in rule_ids and other != clock]
        self._stop(ends, occasion)

    # ------------------------------------------------------------------
    # Letters that come back
    # ------------------------------------------------------------------

    @api.model
    def _on_letter_bounced(self, tickets, by_ticket, occasion):
        """What the letter had ended runs again from its old start, and is late from its old deadline; what it had
        started never began; an extension of which it was the notice has no effect."""
        bounced = {letter.id for letter in occasion.letters.values()}
        again, void = self.browse(), self.browse()
        for ticket in tickets:
            for clock in by_ticket[ticket.id]:
                if clock.start_letter_id.id in bounced and clock.state != "cancelled":
                    void |= clock
                elif clock.stop_letter_id.id in bounced:
                    again |= clock
        again._run_again(occasion)
        void._cancel_as("bounced", occasion, self.env._("The letter that started it came back"))
        self.env["bank.ticket.clock.extension"]._withdraw_notice(bounced, occasion)
        again._stop_by_other_letters(bounced, occasion)

    def _run_again(self, occasion):
        """Open clocks again that had stopped: with their start, their deadline and their terms.

        Where a new clock of the same rule began meanwhile, that one stands for the matter.
        """
        if not self:
            return
        successors = self.search(
            [("ticket_id", "in", self.ticket_id.ids), ("rule_id", "in", self.rule_id.ids), ("is_open", "=", True)]
        )
        taken = {(clock.ticket_id.id, clock.rule_id.id) for clock in successors}
        for clock in self:
            if not clock.is_open and (clock.ticket_id.id, clock.rule_id.id) in taken:
                continue
            clock._unguarded().write(
                {"state": "running", "stopped_at": False, "stop_letter_id": False, "breached_at": False}
            )
            occasion.tell(clock.ticket_id.id, "reopened", clock._label())
        pauses = self.env["bank.ticket.pause"]
        waiting = pauses.search([("ticket_id", "in", self.ticket_id.ids), ("to_at", "=", False)])
        self._pause(waiting.ticket_id, occasion.at)

    def _stop_by_other_letters(self, bounced, occasion):
        """Stop what another letter satisfies that was sent and did not come back."""
        rules = self.env["bank.ticket.clock.rule"]._all_facts()
        waiting = self.filtered("is_open")
        if not waiting:
            return
        letters = self.env["bank.ticket.letter"].search(
            [
                ("ticket_id", "in", waiting.ticket_id.ids),
                ("state", "=", "sent"),
                ("sent_at", "!=", False),
                ("id", "not in", list(bounced)),
            ],
            order="sent_at, id",
        )
        ends = []
        for clock in waiting:
            rule = rules[clock.rule_id.id]
            for letter in letters.filtered(lambda letter, clock=clock: letter.ticket_id == clock.ticket_id):
                if letter.sent_at < clock.started_at or letter.kind_id.id not in rule.stop_kind_ids:
                    continue
                if not rule.needs_acceptance:
                    ends.append((clock, letter.sent_at, letter))
                else:
                    ends += clock._gather_evidence(rule, "letter_sent", letter.sent_at, letter)
                break
        self._stop(ends, occasion)

    # ------------------------------------------------------------------
    # Ends of tickets
    # ------------------------------------------------------------------

    @api.model
    def _on_closed(self, tickets, by_ticket, occasion):
        """Promises of service end with the ticket. Legal clocks are over by then or the ticket could not be closed;
        times that are open to the customer go on."""
        self._open_of(by_ticket, {"service"})._cancel_as("closed", occasion, self.env._("The ticket was closed"))

    @api.model
    def _on_withdrawn(self, tickets, by_ticket, occasion):
        """The procedure ends on the day on which the withdrawal is received (CBIRC Order 2020 No. 3, art. 15)."""
        clocks = self._open_of(by_ticket, {"statutory", "service", "option"})
        clocks._cancel_as("withdrawn", occasion, self.env._("The customer withdrew"))

    @api.model
    def _open_of(self, by_ticket, kinds):
        ids = [clock.id for clocks in by_ticket.values() for clock in clocks if clock.is_open and clock.kind in kinds]
        return self.browse(ids)

    def _cancel_as(self, code, occasion, reason):
        """Cancel clocks that are open: they are neither met nor late; one that was late by then stays late.

        Not what is late now counts: a withdrawal may be entered days after it was received.
        """
        for clock in self:
            was_late = clock.state == "running" and clock.kind != "option" and clock.due_at < occasion.at
            if was_late and code in ("closed", "withdrawn", "forwarded"):
                values = {"state": "breached", "breached_at": clock.due_at}
            else:
                values = {"state": "cancelled"}
            clock._unguarded().write(
                {**values, "stopped_at": occasion.at, "cancel_code": code, "cancel_reason": reason}
            )
            occasion.tell(clock.ticket_id.id, values["state"], clock._label())

    def _label(self):
        self.ensure_one()
        return self.env["bank.ticket.clock.rule"]._all_facts()[self.rule_id.id].label
