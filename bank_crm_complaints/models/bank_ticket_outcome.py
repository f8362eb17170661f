from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .bank_ticket import STAFF

REASONED = {"upheld", "partly", "not_upheld", "out_of_scope"}


class BankTicket(models.Model):
    """How a ticket was decided, and what the customer says to it."""

    _inherit = "bank.ticket"

    acceptance_ids = fields.One2many(
        comodel_name="bank.ticket.acceptance", inverse_name="ticket_id", string="Reactions", groups=STAFF
    )

    # ------------------------------------------------------------------
    # Outcome
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets.filtered("outcome")._check_reasons()
        return tickets

    def write(self, vals):
        if "outcome" not in vals:
            return super().write(vals)
        before = {ticket.id: ticket.outcome or None for ticket in self}
        result = super().write(vals)
        self._check_reasons()
        changed = self.filtered(lambda ticket: (ticket.outcome or None) != before[ticket.id])
        changed._log("outcome", data=lambda ticket: {"from": before[ticket.id], "to": ticket.outcome or None})
        return result

    def _check_reasons(self):
        """Whoever decides a complaint says why; server code that takes over decisions of others need not.

        :raises ValidationError: ``[reasons_missing]``
        """
        if self.env.su or self._is_unguarded():
            return
        for ticket in self:
            reasons = (ticket.outcome_reason or "").strip()
            if ticket.kind == "complaint" and ticket.outcome in REASONED and not reasons:
                raise ValidationError(
                    self.env._(
                        "[reasons_missing] Reasons: %(number)s is decided without them. Write the facts found, the "
                        "rules they were measured by, and the reasons.",
                        number=ticket.number,
                    )
                )

    # ------------------------------------------------------------------
    # Reaction of the customer
    # ------------------------------------------------------------------

    def _record_acceptance(self, decision, channel, form, at=None, note=None):
        """Record that the customer accepts the answer, or rejects it: then it is investigated again.

        :param decision: ``accepted`` or ``rejected``
        :param channel: by which he told it, a value of ``bank.ticket.acceptance.channel``
        :param form: ``oral`` or ``written``
        :param at: when, naive UTC, default now; not before the receipt
        :param note: his words or how they were noted
        :raises UserError: ``[ticket_closed]``; a closed ticket is opened again instead
        :raises ValidationError: when ``at`` cannot be true
        """
        self._check_is_open()
        at = self._moment(at)
        self._check_reaction_time(at)
        # sudo: bank.ticket.acceptance - nobody creates them directly; the caller may write the tickets or owns them
        reactions = self.env["bank.ticket.acceptance"].sudo().create(
            [
                {
                    "ticket_id": ticket.id,
                    "decision": decision,
                    "channel": channel,
                    "form": form,
                    "accepted_at": at,
                    "noted_by_id": self.env.uid,
                    "note": self._mask_texts([note])[0] if note else False,
                }
                for ticket in self
            ]
        )
        self._log(decision, at=at, data={"channel": channel, "form": form})
        if decision == "accepted":
            self._fire("accepted", at=at)
        else:
            self.filtered(lambda ticket: ticket.state == "responded")._set_state("investigating")
        return reactions

    def _check_reaction_time(self, at):
        if at > fields.Datetime.now():
            raise ValidationError(self.env._("When: this lies in the future. Enter when the customer told the bank."))
        if early := self.filtered(lambda ticket: at < ticket.received_at)[:1]:
            raise ValidationError(
                self.env._("When: this was before %(number)s was received.", number=early.number)
            )
