from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from .bank_ticket import FINAL_STATES

# What may follow a state. A final state is left by opening the ticket again only.
FOLLOWERS = {
    "new": {"ack", "investigating", "decision", "responded", *FINAL_STATES},
    "ack": {"investigating", "decision", "responded", *FINAL_STATES},
    "investigating": {"decision", "responded", *FINAL_STATES},
    "decision": {"investigating", "responded", *FINAL_STATES},
    "responded": {"investigating", *FINAL_STATES},
    "closed": {"investigating"},
    "withdrawn": {"investigating"},
    "forwarded": {"investigating"},
}
# Letters that answer a ticket, by the code of their kind, and what clocks learn besides that a letter was sent.
ANSWERS = {"summary_resolution", "final", "decision", "determination"}
DERIVED_EVENTS = {"final": "decision_sent", "decision": "decision_sent", "determination": "determination"}
CUSTOMER_EVENTS = {"closed": "ticket.closed", "withdrawn": "ticket.withdrawn", "forwarded": "ticket.forwarded"}
CLOCK_EVENTS = {"closed": "closed", "withdrawn": "withdrawn", "forwarded": "closed"}


class BankTicket(models.Model):
    """The legal life of a ticket: its state, what may follow, and what follows from it."""

    _inherit = "bank.ticket"

    def _set_state(self, state, at=None, **data):
        """Lead the tickets into ``state``: entry in the history, timeline of the customer, clocks, closing time.

        The number of queries does not depend on the number of tickets; those already there are left alone.

        :param state: a value of ``state``
        :param at: when it happened, naive UTC, default now; a withdrawal ends the procedure when it was received
        :param data: more for the entry in the history: codes, no texts of customers
        :raises ValidationError: ``[state_not_allowed]``
        """
        moved = self.filtered(lambda ticket: ticket.state != state)
        moved._check_state_may_follow(state)
        before = {ticket.id: ticket.state for ticket in moved}
        at = at or fields.Datetime.now()
        closed_at = at if state in FINAL_STATES else False
        moved._unguarded().write({"state": state, "closed_at": closed_at})
        moved._log("state", at=at, data=lambda ticket: {"from": before[ticket.id], "to": state, **data})
        if state in CUSTOMER_EVENTS:
            moved._tell_customers(CUSTOMER_EVENTS[state])
        if state in CLOCK_EVENTS:
            moved._fire(CLOCK_EVENTS[state], at=at)
        moved._after_state(state, before)
        return moved

    def _after_state(self, state, before):
        """What else follows from a change of state; topics of the addon extend it.

        :param before: {ticket id: state before}
        """

    def _check_state_may_follow(self, state):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for ticket in self:
            if state not in FOLLOWERS[ticket.state]:
                raise ValidationError(
                    self.env._(
                        "[state_not_allowed] %(number)s: “%(new)s” cannot follow “%(old)s”.",
                        number=ticket.number,
                        new=labels[state],
                        old=labels[ticket.state],
                    )
                )

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_investigate(self):
        """Begin the investigation, or take it up again after an answer that did not satisfy."""
        self._check_may_work()
        self._set_state("investigating")
        return True  # XML-RPC has no word for nothing

    def action_decide(self):
        """The facts are clear: the decision is being written."""
        self._check_may_work()
        self._set_state("decision")
        return True  # XML-RPC has no word for nothing

    def action_respond(self):
        """An inquiry, a suggestion, a compliment or a service request was answered; complaints are by a letter.

        :raises UserError: ``[letter_missing]`` for complaints
        """
        self._check_may_work()
        if complaint := self.filtered(lambda ticket: ticket.kind == "complaint")[:1]:
            raise UserError(
                self.env._(
                    "[letter_missing] %(number)s: a complaint is answered by a letter. Write the final letter and "
                    "send it.",
                    number=complaint.number,
                )
            )
        self._set_state("responded")
        return True  # XML-RPC has no word for nothing

    def action_close(self):
        """Close the tickets.

        :raises UserError: ``[clock_running]`` or ``[outcome_missing]`` where one may not be closed
        """
        self._check_may_work()
        self._check_may_close()
        self._set_state("closed")
        return True

    def _check_may_work(self):
        self.check_access("write")

    def _check_may_close(self):
        """A ticket is never closed while a legal deadline runs, a complaint never without an outcome.

        :raises UserError: says what is missing
        """
        for ticket in self:
            if ticket.kind == "complaint" and not ticket.outcome:
                raise UserError(
                    self.env._(
                        "[outcome_missing] Outcome: %(number)s is a complaint. Enter how it was decided, and why.",
                        number=ticket.number,
                    )
                )
            if ticket.next_statutory_due_at:
                raise UserError(
                    self.env._(
                        "[clock_running] %(number)s: a legal deadline still runs. Send the letter that ends it before "
                        "closing.",
                        number=ticket.number,
                    )
                )
            if ticket.kind == "complaint" and not ticket._is_answered():
                raise UserError(
                    self.env._(
                        "[letter_missing] %(number)s: a complaint is closed after its final answer. Write the final "
                        "letter and send it.",
                        number=ticket.number,
                    )
                )

    def _is_answered(self):
        """Tell whether the customer has the bank's answer."""
        self.ensure_one()
        return self.state == "responded"

    # ------------------------------------------------------------------
    # Letters
    # ------------------------------------------------------------------

    def _on_letter_sent(self, letter):
        """Letters went out, one for each of these tickets: states follow, clocks that they satisfy stop.

        :param letter: ``bank.ticket.letter`` records that were sent
        """
        by_code = letter.grouped(lambda record: record.kind_id.code)
        for code, letters in by_code.items():
            tickets = letters.ticket_id
            at = max(letters.mapped("sent_at"))
            tickets._log("letter_sent", at=at, data={"kind": code})
            tickets._remember_answer(at, by_person=not all(letters.mapped("is_automatic")))
            tickets._fire("letter_sent", at=at, letter=letters)
            if code == "acknowledgement":
                tickets.filtered(lambda ticket: ticket.state == "new")._set_state("ack")
            if code in ANSWERS:
                tickets.filtered(lambda ticket: ticket.is_open)._set_state("responded")
            if code in DERIVED_EVENTS:
                tickets._fire(DERIVED_EVENTS[code], at=at, letter=letters)

    def _on_letter_bounced(self, letter):
        """Letters came back: what they had ended runs again, and an answer that did not arrive is none."""
        for code, letters in letter.grouped(lambda record: record.kind_id.code).items():
            tickets = letters.ticket_id
            tickets._log("letter_bounced", data={"kind": code})
            tickets._fire("letter_bounced", letter=letters)
            if code in ANSWERS:
                tickets.filtered(lambda ticket: ticket.state == "responded")._set_state("investigating")
