from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.bank_crm.models.exchange.feed import convert
from odoo.addons.bank_crm.models.exchange.feed.problems import Refusal

from ..tools.registration.convert import moment, to_utc
from ..tools.registration.problems import TicketProblems
from ..tools.registration.schema import LONGEST_REFERENCE


class BankTicket(models.Model):
    """State and answer of tickets that another system works on or asks about."""

    _inherit = "bank.ticket"

    @api.model
    @api.readonly
    def status(self, values):
        """Return what the caller may know of one ticket.

        Example (JSON-2)::

            POST /json/2/bank.ticket/status
            {"values": {"external_ref": "CC-2026-000123"}}

        :param values: ``number`` or ``external_ref``
        :return: ``number``, ``external_ref``, ``kind``, ``state``, ``is_open``, ``outcome``, ``relief``,
            ``customer_number``, ``product_code``, ``cause_code``, ``channel_code``, ``branch_code``, ``handler``
            (login), ``received_at``, ``registered_at``, ``closed_at``, ``next_due_at``, ``is_overdue`` and
            ``deadlines``: list of ``{regime, rule, kind, due_at, state, is_late}``. Times are ISO 8601 in UTC; what is
            empty is False
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: ``[unknown_ticket]``, and one line for each error of ``values``
        """
        ticket, _values = self._read_delivery(values, {}, (), needs_key=False)
        return ticket._prepare_status()

    def _prepare_status(self):
        self.ensure_one()
        now = fields.Datetime.now()
        next_due_at = self._next_due_at()
        return {
            **{
                name: self[name] or False
                for name in ("number", "external_ref", "kind", "state", "is_open", "outcome", "relief")
            },
            "customer_number": self.partner_id.customer_number or False,
            "product_code": self.product_taxon_id.code or False,
            "cause_code": self.cause_taxon_id.code or False,
            "channel_code": self.channel_id.code or False,
            "branch_code": self.branch_id.code or False,
            "handler": self.user_id.login or False,
            **{name: self._iso_moment(self[name]) for name in ("received_at", "registered_at", "closed_at")},
            "next_due_at": self._iso_moment(next_due_at),
            "is_overdue": bool(next_due_at and next_due_at < now),
            "deadlines": self._prepare_deadlines(),
        }

    def _prepare_deadlines(self):
        return [
            {
                "regime": clock.regime_id.code,
                "rule": clock.rule_id.code,
                "kind": clock.kind,
                "due_at": self._iso_moment(clock.due_at),
                "state": clock.state,
                "is_late": clock.is_breached,
            }
            for clock in self.env["bank.ticket.clock"].search([("ticket_id", "=", self.id)])
        ]

    @api.model
    def record_response(self, values):
        """Record the answer that another system gave to the customer.

        Example (JSON-2)::

            POST /json/2/bank.ticket/record_response
            {"values": {"external_ref": "CC-2026-000123", "outcome": "upheld", "relief": "monetary",
                        "responded_at": "2026-11-24T10:00:00Z", "in_time": true}}

        The ticket is answered by it, and its legal deadlines end: as reported by the other system with ``in_time``,
        else by comparing ``responded_at`` with each deadline.

        :param values: required: ``number`` or ``external_ref``, ``outcome`` (upheld, partly, not_upheld, withdrawn,
            out_of_scope, forwarded, duplicate, no_response). Optional: ``relief`` (monetary, non_monetary,
            explanation, none), ``responded_at`` (default: now), ``in_time``, ``rule_code`` (of the one deadline that
            it is about)
        :return: as :meth:`status`, with ``replayed``: true when the same answer was recorded before
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: ``[already_answered]``, ``[unknown_ticket]``, one line for each error of ``values``
        """
        ticket_fields = self._fields
        ticket, values = self._read_delivery(
            values,
            {
                "outcome": convert.choice(ticket_fields["outcome"].get_values(self.env)),
                "relief": convert.choice(ticket_fields["relief"].get_values(self.env)),
                "responded_at": moment(),
                "in_time": convert.boolean(),
                "rule_code": convert.text(LONGEST_REFERENCE, trimmed=True),
            },
            ("outcome",),
            needs_key=False,
        )
        ticket._lock_rows()
        at = ticket._response_time(values)
        if is_new := ticket._is_new_response(values):
            # sudo: bank.ticket - operations register and do not work on tickets; whether they may is checked above
            ticket.sudo()._take_response(values, at)
            ticket.invalidate_recordset()
        return {**ticket._prepare_status(), "replayed": not is_new}

    def _response_time(self, values):
        """Return when the other system answered, naive UTC: between the receipt and now."""
        now = fields.Datetime.now()
        if not values.get("responded_at"):
            return now
        problems = TicketProblems(self.env)
        at = now
        try:
            at = to_utc(values["responded_at"], self._time_zones({self.branch_id.id})[self.branch_id.id], now)
        except Refusal as refusal:
            problems.refuse(1, "responded_at", refusal)
        if at < self.received_at:
            problems.add(1, "responded_at", "before_receipt")
        if problems.rows:
            raise ValidationError(problems.as_text())
        return at

    def _is_new_response(self, values):
        """Tell whether an answer is to be recorded; the one that was recorded already is none."""
        if self.state in ("new", "ack", "investigating", "decision"):
            return True
        if self.outcome == values["outcome"] and (self.relief or None) == values.get("relief"):
            return False
        raise ValidationError(
            self.env._(
                "[already_answered] outcome: %(number)s has been answered otherwise. Have it opened again first.",
                number=self.number,
            )
        )

    def _take_response(self, values, at):
        self.ensure_one()
        self._unguarded().write({"outcome": values["outcome"], "relief": values.get("relief") or False})
        self._remember_answer(at)
        self._log("response_reported", at=at, data={"outcome": values["outcome"], "in_time": values.get("in_time")})
        clocks = self.env["bank.ticket.clock"]
        duties = clocks.search([("ticket_id", "=", self.id), ("is_open", "=", True), ("kind", "=", "statutory")])
        for code in [values["rule_code"]] if values.get("rule_code") else sorted(set(duties.rule_id.mapped("code"))):
            clocks._report_result(self, code, values.get("in_time"), responded_at=at)
        self._set_state("responded")
