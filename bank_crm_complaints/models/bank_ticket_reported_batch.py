from odoo import api, fields, models

from odoo.addons.bank_crm.models.exchange.feed import convert
from odoo.addons.bank_crm.models.exchange.feed.problems import Refusal
from odoo.addons.bank_crm.models.exchange.feed.schema import Schema

from ..tools.registration.convert import moment, to_utc
from ..tools.registration.problems import TicketProblems
from ..tools.registration.schema import LONGEST_REFERENCE

# Before the bank has answered.
UNANSWERED = ("new", "ack", "investigating", "decision")
FLAGS = ("in_time", "in_progress", "closed")


class BankTicket(models.Model):
    """Answers that another system gave to many customers, recorded at once."""

    _inherit = "bank.ticket"

    @api.model
    def record_response_batch(self, values):
        """Record many answers in one transaction; how many queries it takes does not depend on their number.

        Example (JSON-2)::

            POST /json/2/bank.ticket/record_response_batch
            {"values": {"on_error": "skip_row", "rows": [
                {"external_ref": "CC-2026-000123", "in_time": true, "outcome": "upheld", "relief": "monetary",
                 "closed": true},
                {"external_ref": "CC-2026-000124", "in_time": true, "in_progress": true, "rule_code": "response"}]}}

        :param values: ``rows``: list of at most 5,000 objects as for :meth:`record_response`, with ``in_time``
            required; besides, ``in_progress`` (the customer was told that the matter takes longer: the deadline ends,
            the ticket stays open, no ``outcome``) and ``closed`` (the other system has closed the matter).  Without
            ``responded_at`` it stays unknown when the answer was given.  ``on_error``: ``reject_batch`` (default: one
            wrong row and nothing is recorded) or ``skip_row``
        :return: ``{"state", "received", "recorded", "unchanged", "rejected", "errors"}``; ``unchanged`` counts the
            answers that were recorded before
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: ``[invalid_argument]``, ``[unknown_field]``
        """
        self._check_may_register()
        rows, on_error = self._check_batch(values)
        problems = TicketProblems(self.env)
        answers = self._read_answers(rows, problems)
        fresh = self._fresh_answers(answers, problems)
        unchanged = len(answers) - len(fresh) - sum(number in problems.rows for number in answers)
        if problems.rows and on_error == "reject_batch":
            fresh, unchanged = {}, 0
        for answer, ticket_ids in self._group_answers(fresh).items():
            # sudo: bank.ticket - operations register and do not work on tickets; whether they may is checked above
            self.browse(ticket_ids).sudo()._take_answers(dict(answer))
        return {
            "state": "done" if not problems.rows else "partial" if on_error == "skip_row" else "rejected",
            "received": len(rows),
            "recorded": len(fresh),
            "unchanged": unchanged,
            "rejected": len(rows) - len(fresh) - unchanged,
            "errors": problems.as_answer(),
        }

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------

    @api.model
    def _read_answers(self, rows, problems):
        """Return ``{row number: (ticket, answer)}`` of the rows that are right; ``problems`` has the others."""
        schema = self._answer_schema()
        converted = {}
        for number, row in enumerate(rows, 1):
            if (values := schema.convert(self._without_nothing_of_batch(row), number, problems)) is not None:
                converted[number] = values
        tickets = self._find_answered(converted.values())
        zones = self._time_zones({ticket.branch_id.id for ticket in tickets.values()})
        answers = {}
        for number, values in converted.items():
            key = next((values[name] for name in ("external_ref", "number") if values.get(name)), None)
            ticket = tickets.get(key)
            if not key:
                problems.add(number, "external_ref", "no_reference")
            elif not ticket:
                problems.add(number, "external_ref", "unknown_ticket")
            elif bool(values.get("outcome")) == bool(values.get("in_progress")):
                problems.add(number, "outcome", "outcome_or_progress")
            elif self._add_moment(number, values, ticket, zones, problems):
                answers[number] = (ticket, self._as_answer(values))
        return answers

    @api.model
    def _answer_schema(self):
        reference = convert.text(LONGEST_REFERENCE, trimmed=True)
        return Schema(
            {
                "number": reference,
                "external_ref": reference,
                "outcome": convert.choice(self._fields["outcome"].get_values(self.env)),
                "relief": convert.choice(self._fields["relief"].get_values(self.env)),
                "responded_at": moment(),
                "in_time": convert.boolean(),
                "rule_code": reference,
                "in_progress": convert.boolean(),
                "closed": convert.boolean(),
            },
            required=("in_time",),
        )

    @api.model
    def _without_nothing_of_batch(self, row):
        """Return a row with null for false, as XML-RPC clients leave a value out, but in yes-or-no values."""
        if not isinstance(row, dict):
            return row
        return {key: None if value is False and key not in FLAGS else value for key, value in row.items()}

    @api.model
    def _find_answered(self, rows):
        """Return ``{reference or number: ticket}`` as the user sees them, in one query."""
        references = [row["external_ref"] for row in rows if row.get("external_ref")]
        numbers = [row["number"] for row in rows if row.get("number") and not row.get("external_ref")]
        tickets = self.search_fetch(
            [
                ("company_id", "=", self.env.company.id),
                "|",
                ("external_ref", "in", references),
                ("number", "in", numbers),
            ],
            ["number", "external_ref", "branch_id", "received_at", "state", "outcome", "relief"],
        )
        by_number = {ticket.number: ticket for ticket in tickets}
        return by_number | {ticket.external_ref: ticket for ticket in tickets if ticket.external_ref}

    @api.model
    def _add_moment(self, number, values, ticket, zones, problems):
        """Turn the time of the answer into UTC; tell whether it is possible."""
        if not values.get("responded_at"):
            return True
        try:
            at = to_utc(values["responded_at"], zones[ticket.branch_id.id], fields.Datetime.now())
        except Refusal as refusal:
            problems.refuse(number, "responded_at", refusal)
            return False
        if at < ticket.received_at:
            problems.add(number, "responded_at", "before_receipt")
            return False
        values["responded_at"] = at
        return True

    @api.model
    def _as_answer(self, values):
        names = ("outcome", "relief", "responded_at", "in_time", "rule_code", "in_progress", "closed")
        return {name: values.get(name) or False for name in names}

    @api.model
    def _fresh_answers(self, answers, problems):
        """Return the answers that were not recorded before; an answer that contradicts an earlier one is a problem."""
        waiting = self.browse(ticket.id for ticket, answer in answers.values() if answer["in_progress"])
        reported = self._with_reported_deadline(waiting)
        fresh = {}
        for number, (ticket, answer) in answers.items():
            if answer["in_progress"]:
                is_known = ticket.id in reported
            else:
                is_known = (ticket.outcome, ticket.relief) == (answer["outcome"], answer["relief"])
                is_known = is_known and ticket.state not in UNANSWERED
            if is_known:
                continue
            if ticket.state in UNANSWERED:
                fresh[number] = (ticket, answer)
            else:
                problems.add(number, "outcome", "already_answered")
        return fresh

    @api.model
    def _with_reported_deadline(self, tickets):
        """Return the ids of those tickets of which another system has reported a result already."""
        # sudo: bank.ticket.clock - whether a result was reported, of tickets that the user sees
        clocks = self.env["bank.ticket.clock"].sudo()
        return set(clocks.search([("ticket_id", "in", tickets.ids), ("is_reported", "=", True)]).ticket_id.ids)

    @api.model
    def _group_answers(self, fresh):
        """Return ``{answer as a tuple of pairs: ids of tickets}``: the same answer is recorded at once."""
        groups = {}
        for ticket, answer in fresh.values():
            groups.setdefault(tuple(answer.items()), []).append(ticket.id)
        return groups

    # ------------------------------------------------------------------
    # Work
    # ------------------------------------------------------------------

    def _take_answers(self, answer):
        """Record the same answer for all these tickets."""
        at = answer["responded_at"] or False
        if at:
            self._remember_answer(at)
        self._log(
            "response_reported",
            data={"outcome": answer["outcome"] or "in_progress", "in_time": answer["in_time"]},
        )
        if answer["in_progress"]:
            self._report_deadlines(answer, at)
            self.filtered(lambda ticket: ticket.state in ("new", "ack"))._set_state("investigating")
            return
        self._unguarded().write({"outcome": answer["outcome"], "relief": answer["relief"]})
        self._report_deadlines(answer, at)
        self._set_state("responded")
        if answer["closed"]:
            self._check_may_close()
            self._set_state("closed", by="other_system")

    def _report_deadlines(self, answer, at):
        clocks = self.env["bank.ticket.clock"]
        codes = [answer["rule_code"]]
        if not answer["rule_code"]:
            duties = clocks.search([("ticket_id", "in", self.ids), ("is_open", "=", True), ("kind", "=", "statutory")])
            codes = sorted(set(duties.rule_id.mapped("code")))
        for code in codes:
            clocks._report_result(self, code, answer["in_time"], responded_at=at)
