from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

# May take back that something is a complaint, and correct when it was received.
CORRECTORS = ("bank_crm_complaints.group_complaint_lead", "bank_crm.group_compliance")


class BankTicket(models.Model):
    """A ticket turns out to be of another kind. Its receipt stays, and the clocks of the new kind count from it."""

    _inherit = "bank.ticket"

    def _convert(self, kind, reason):
        """Make open tickets ones of another kind; their history says from which, to which and why.

        Whoever handles tickets makes a complaint of an inquiry; that a complaint is none is for a lead or for
        compliance to say, because its legal deadlines end with it.

        :param kind: a value of ``kind``
        :param reason: words of staff, kept in the history
        :raises AccessError: ``[not_yours]``
        :raises UserError: ``[ticket_closed]``, ``[reason_missing]``
        """
        self._check_may_work()
        moved = self.filtered(lambda ticket: ticket.kind != kind)
        moved._check_is_open()
        reason = self._check_reason(reason)
        if moved.filtered(lambda ticket: ticket.kind == "complaint"):
            self._check_may_correct()
        before = {ticket.id: ticket.kind for ticket in moved}
        for regime_ids, tickets in moved._regimes_as(kind).items():
            tickets._unguarded().write({"kind": kind, "regime_ids": [Command.set(regime_ids)]})
        moved._log("converted", data=lambda ticket: {"from": before[ticket.id], "to": kind, "reason": reason})
        moved._fire("converted")
        if kind == "complaint":
            # What was answered as an inquiry has not had the letter that a complaint ends with.
            moved.filtered(lambda ticket: ticket.state == "responded")._set_state("investigating")
        return moved

    def _regimes_as(self, kind):
        """Return ``{regime ids: tickets}``: what applies to the kind by itself, and what somebody chose besides."""
        regimes = self.env["bank.ticket.regime"]
        registrations = [
            {
                "company_id": ticket.company_id.id,
                "branch_id": ticket.branch_id.id,
                "kind": ticket.kind,
                "received_at": ticket.received_at,
            }
            for ticket in self
        ]
        former = regimes._default_for(registrations)
        wanted = regimes._default_for([{**vals, "kind": kind} for vals in registrations])
        by_regimes = {}
        for ticket, before, after in zip(self, former, wanted, strict=True):
            chosen = ticket.regime_ids.filtered(
                lambda regime, before=before: regime.id not in before and regime.applies_to in ("all", kind)
            )
            key = tuple(sorted({*after, *chosen.ids}))
            by_regimes[key] = by_regimes.get(key, self.browse()) | ticket
        return by_regimes

    # ------------------------------------------------------------------
    # Checks that several changes share
    # ------------------------------------------------------------------

    def _check_is_open(self):
        if closed := self.filtered(lambda ticket: not ticket.is_open)[:1]:
            raise UserError(
                self.env._(
                    "[ticket_closed] %(number)s is no longer open. Open it again first, or register a new ticket.",
                    number=closed.number,
                )
            )

    def _check_reason(self, reason):
        """Return the reason without numbers of cards, accounts and persons.

        :raises UserError: ``[reason_missing]``
        """
        if not (reason or "").strip():
            raise UserError(self.env._("[reason_missing] Reason: write why. It is kept in the history."))
        return self._mask_texts([reason.strip()])[0]

    def _check_may_correct(self):
        if not (self.env.su or any(self.env.user.has_group(group) for group in CORRECTORS)):
            raise AccessError(
                self.env._(
                    "[not_yours] Only a complaints lead or compliance changes what legal deadlines depend on. Ask one "
                    "of them."
                )
            )

    def _lock_rows(self):
        """Lock the tickets, so that two users do not end, merge or open one at the same time.

        The second transaction waits, and Odoo repeats its call; the check after the lock then finds what the first
        one did.
        """
        self.flush_recordset()
        self.env["bank.ticket.event"]._lock_heads(sorted(self.ids))

    @api.model
    def _moment(self, at):
        """Return a moment as naive UTC without microseconds, default now."""
        return (fields.Datetime.to_datetime(at) or fields.Datetime.now()).replace(microsecond=0)
