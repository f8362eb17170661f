from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .bank_ticket import STAFF

NOTICE_KIND = "forwarding"  # the letter that tells the customer who answers him from now on


class BankTicket(models.Model):
    """Ends without a decision of the bank: the customer withdraws, or another respondent is responsible."""

    _inherit = "bank.ticket"

    forward_to_id = fields.Many2one(
        comodel_name="res.partner",
        string="Passed On To",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=STAFF,
        help="The respondent who is responsible for the matter.",
    )

    @api.model
    def _guarded_fields(self):
        return {*super()._guarded_fields(), "forward_to_id"}

    # ------------------------------------------------------------------
    # Withdrawal
    # ------------------------------------------------------------------

    def _withdraw(self, reason, at=None):
        """End tickets that the customer withdraws, on the moment his withdrawal was received.

        Their clocks are cancelled as of that moment (China: Order 2020 No. 3, art. 15).

        :param reason: what the customer says, or how the withdrawal came in
        :param at: when it was received, naive UTC, default now; not before the ticket itself, not in the future
        :raises UserError: ``[ticket_closed]``, ``[reason_missing]``
        :raises ValidationError: when ``at`` cannot be true
        """
        self._lock_rows()
        self._check_is_open()
        reason = self._check_reason(reason)
        at = self._moment(at)
        self._check_withdrawal_time(at)
        tickets = self.sudo()  # sudo: bank.ticket - the caller may write the tickets, or they are his own
        tickets._unguarded().write({"outcome": "withdrawn", "outcome_reason": reason})
        return self._set_state_as_caller("withdrawn", at=at)

    def _set_state_as_caller(self, state, at=None, **data):
        # sudo: bank.ticket - a customer ends his own ticket without the right to write it
        return self.sudo()._set_state(state, at=at, **data).with_env(self.env)

    def _check_withdrawal_time(self, at):
        if at > fields.Datetime.now():
            raise ValidationError(
                self.env._("Withdrawn: this lies in the future. Enter when the withdrawal reached the bank.")
            )
        if early := self.filtered(lambda ticket: at < ticket.received_at)[:1]:
            raise ValidationError(
                self.env._("Withdrawn: this was before %(number)s was received.", number=early.number)
            )

    # ------------------------------------------------------------------
    # Passing on
    # ------------------------------------------------------------------

    def _forward(self, respondent, reason):
        """Pass tickets on to the respondent who is responsible.

        A complaint ends when the written notice has gone to the customer (United Kingdom: DISP 1.7): this remembers
        the respondent, and sending the letter of the kind "Notice of Forwarding" passes it on.  What is no complaint,
        and what came from nobody known, is passed on at once.

        :param respondent: ``res.partner``, no customer of the ticket itself
        :param reason: why the other is responsible
        :return: the tickets that are passed on now; the others wait for their letter
        :raises UserError: ``[ticket_closed]``, ``[reason_missing]``, ``[own_respondent]``
        """
        self._check_may_work()
        self._check_is_open()
        reason = self._check_reason(reason)
        respondent.ensure_one().check_access("read")
        # sudo: res.company - is it one of the bank's own
        own = self.env["res.company"].sudo().search([("partner_id", "=", respondent.id)], limit=1).partner_id
        if respondent in own or respondent in self.partner_id:
            raise UserError(
                self.env._(
                    "[own_respondent] Passed On To: this is the bank itself or the customer. Choose who is "
                    "responsible for the matter."
                )
            )
        values = {"forward_to_id": respondent.id, "outcome": "forwarded", "outcome_reason": reason}
        self._unguarded().write(values)
        self._log("forwarding", data={"to": respondent.id})
        at_once = self.filtered(lambda ticket: not ticket._needs_forwarding_notice())
        at_once._set_state("forwarded")
        (self - at_once)._draft_forwarding_notice(reason)
        return at_once

    def _draft_forwarding_notice(self, reason):
        """Write the drafts of the notices, for somebody to read and send."""
        if not self:
            return
        kind = self.env.ref("bank_crm_complaints.letter_kind_forwarding")
        self.env["bank.ticket.letter"].create(
            [{"ticket_id": ticket.id, "kind_id": kind.id, "reasons": reason} for ticket in self]
        )

    def _after_state(self, state, before):
        result = super()._after_state(state, before)
        if state == "forwarded":
            # sudo: bank.ticket.clock - deadlines follow from what the user was allowed
            clocks = self.env["bank.ticket.clock"].sudo()
            still_open = clocks.search([("ticket_id", "in", self.ids), ("is_open", "=", True)])
            still_open._cancel(self.env._("Passed on to the respondent who is responsible"), code="forwarded")
        return result

    def _needs_forwarding_notice(self):
        self.ensure_one()
        return self.kind == "complaint" and bool(self.partner_id or self.contact_email or self.contact_name)

    def _on_letter_sent(self, letter):
        result = super()._on_letter_sent(letter)
        notices = letter.filtered(lambda record: record.kind_id.code == NOTICE_KIND)
        # sudo: bank.ticket - only whether a respondent is named
        tickets = notices.ticket_id.filtered(lambda ticket: ticket.is_open and ticket.sudo().forward_to_id)
        if tickets:
            tickets._set_state("forwarded", at=max(notices.mapped("sent_at")))
        return result

    def action_keep_ticket(self):
        """The bank answers the matter itself after all: forget the respondent who was chosen."""
        self._check_may_work()
        self._check_is_open()
        waiting = self.filtered("forward_to_id")
        waiting._unguarded().write({"forward_to_id": False, "outcome": False, "outcome_reason": False})
        waiting._log("forwarding_dropped")
        return True
