import re
import time

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.http import request

from ..tools import sealing

SHOWN_SECONDS = 60
IDENTITY_SECONDS = 10 * 60  # as long as Odoo's own check_identity trusts a session
SHORTEST_REASON = 6
DEFAULT_BUDGET = 20
_LONG_NUMBER = re.compile(r"\d{8,}")


class BankReveal(models.TransientModel):
    """Asks for the reason and shows a secret number in full for :data:`SHOWN_SECONDS`.

    The number is only ever in the answer of :meth:`show_number`: neither in this record nor in a log. The reason is
    not kept here either: somebody may type the number into it.
    """

    _name = "bank.reveal"
    _description = "Show a Number in Full"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    field_name = fields.Char(required=True, readonly=True)
    number_masked = fields.Char(string="Number", compute="_compute_number_masked")
    remaining = fields.Integer(string="Left Today", compute="_compute_remaining")

    @api.depends("res_model", "res_id", "field_name")
    def _compute_number_masked(self):
        for reveal in self:
            reveal.number_masked = reveal._target()[f"{reveal.field_name}_masked"]

    @api.depends_context("uid")
    def _compute_remaining(self):
        self.remaining = max(self._budget() - self.env["bank.reveal.log"]._seen_today(), 0)

    @api.model
    def _budget(self):
        """Return how many numbers a user may see in a day."""
        # sudo: ir.config_parameter - one figure of the configuration
        value = self.env["ir.config_parameter"].sudo().get_param("bank_crm.reveal_daily_budget", DEFAULT_BUDGET)
        return int(value)

    def _target(self):
        """Return the record whose secret is asked for, if the user may reveal it."""
        self.ensure_one()
        model = self.env.get(self.res_model)
        if model is None or self.field_name not in getattr(model, "_masked_fields", {}):
            raise ValidationError(self.env._("[unknown_field] This record has no secret number to show."))
        record = model.browse(self.res_id)
        record._check_may_reveal()
        return record

    def show_number(self, reason):
        """Log the look, then return the number.

        :param reason: who needs the number and what for; at least :data:`SHORTEST_REASON` letters, no long numbers
        :return: ``{"number": str, "seconds": int, "remaining": int}``
        :raises AccessError: ``[identity_check_required]``, ``[reveal_not_allowed]``, no access to the record
        :raises UserError: ``[reveal_reason_missing]``, ``[reveal_budget_exceeded]``, ``[reveal_nothing_stored]``,
            and the errors of a missing encryption key
        """
        self.ensure_one()
        self._check_identity_is_fresh()
        record = self._target()
        number = record._decrypt_secret(self.field_name)
        if not number:
            raise UserError(self.env._("[reveal_nothing_stored] Number: none is stored on this record."))
        reason = self._checked_reason(reason, number)
        logs, budget = self.env["bank.reveal.log"], self._budget()
        day_number = logs._seen_today() + 1
        if day_number > budget:
            logs._log_refused(record, self.field_name, reason)
            raise UserError(
                self.env._(
                    "[reveal_budget_exceeded] You have seen %(budget)s numbers in full today, which is the limit. "
                    "Compliance has been told. Try again tomorrow, or ask a colleague who has the right.",
                    budget=budget,
                )
            )
        logs._log_shown(record, self.field_name, reason, day_number, SHOWN_SECONDS)
        return {"number": number, "seconds": SHOWN_SECONDS, "remaining": budget - day_number}

    @api.model
    def _check_identity_is_fresh(self):
        """The same test as Odoo's check_identity, as an error: this method is no action."""
        checked_at = request.session.get("identity-check-last", 0) if request else 0
        if checked_at <= time.time() - IDENTITY_SECONDS:
            raise AccessError(
                self.env._(
                    "[identity_check_required] Your identity has not been checked lately. Close this window and press "
                    "the button again to enter your password."
                )
            )

    @api.model
    def _checked_reason(self, reason, number):
        reason = " ".join(reason.split()) if isinstance(reason, str) else ""
        if sum(character.isalnum() for character in reason) < SHORTEST_REASON:
            raise UserError(
                self.env._(
                    "[reveal_reason_missing] Reason: write at least %(count)s letters on who needs the number and "
                    "what for.",
                    count=SHORTEST_REASON,
                )
            )
        if sealing.normalize(number) in sealing.normalize(reason) or _LONG_NUMBER.search(reason):
            raise UserError(
                self.env._(
                    "[reveal_reason_missing] Reason: it has a long number in it, and reasons are read by others. "
                    "Write it without numbers of documents, accounts and telephones."
                )
            )
        return reason[:500]
