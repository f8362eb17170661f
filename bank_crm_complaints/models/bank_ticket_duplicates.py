import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.trigrams import trigrams
from .bank_ticket import STAFF
from .bank_ticket_similarity import LONGEST, THRESHOLD

COMPARED = 80  # tickets of one customer; the newest ones


class BankTicket(models.Model):
    """One matter that was brought twice: each ticket keeps its receipt, the earliest one governs the deadlines."""

    _inherit = "bank.ticket"

    duplicate_of_id = fields.Many2one(
        comodel_name="bank.ticket",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        groups=STAFF,
    )
    duplicate_ids = fields.One2many(
        comodel_name="bank.ticket", inverse_name="duplicate_of_id", string="Duplicates", groups=STAFF
    )

    @api.model
    def _guarded_fields(self):
        return {*super()._guarded_fields(), "duplicate_of_id"}

    def _duplicate_candidates(self):
        """Return the tickets that may be about the same matter as this one, the most similar first.

        Same customer, or the same address where none is identified; received within the company's number of days
        around this one; 40 % of the groups of three letters in subject or text in common.  Found under the access
        rules of the user: what he may not see is not hinted at.
        """
        self.ensure_one()
        if not (self.partner_id or self.contact_email):
            return self.browse()
        found = self.search(self._domain_same_person(), limit=COMPARED)
        wanted = [trigrams((self[name] or "")[:LONGEST]) for name in ("subject", "description")]
        likeness = {ticket: ticket._likeness(wanted) for ticket in found}
        alike = [ticket for ticket in found if likeness[ticket] >= THRESHOLD]
        return self.browse().union(*sorted(alike, key=lambda ticket: -likeness[ticket]))

    def _domain_same_person(self):
        days = datetime.timedelta(
            days=self.company_id.sudo().bank_ticket_duplicate_days  # sudo: res.company - a setting
        )
        person = Domain("partner_id", "=", self.partner_id.id)
        if not self.partner_id:
            person = Domain("partner_id", "=", False) & Domain("contact_email", "=ilike", self.contact_email)
        return (
            person
            & Domain("id", "!=", self._origin.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("received_at", ">=", self.received_at - days)
            & Domain("received_at", "<=", self.received_at + days)
            & Domain("duplicate_of_id", "=", False)
            & Domain("merged_into_id", "=", False)
        )

    def _mark_duplicate_of(self, original, reason):
        """Close these tickets as duplicates of ``original``, which answers for all of them.

        :param original: open ticket of the same customer and company
        :param reason: words of staff
        :raises UserError: ``[other_customer]``, ``[not_identified]``, ``[other_company]``, ``[ticket_closed]``,
            ``[kind_differs]``, ``[already_merged]``, ``[duplicate_chain]``, ``[reason_missing]``
        """
        original.ensure_one()
        duplicates = self - original
        (duplicates | original)._check_may_work()
        reason = self._check_reason(reason)
        (duplicates | original)._lock_rows()
        duplicates._check_may_merge(original)
        if original.duplicate_of_id:
            raise UserError(
                self.env._(
                    "[duplicate_chain] %(number)s is itself a duplicate of %(original)s. Choose that one.",
                    number=original.number,
                    original=original.duplicate_of_id.number,
                )
            )
        duplicates._unguarded().write({"duplicate_of_id": original.id, "outcome": "duplicate"})
        duplicates._log("duplicate", data={"ticket": original.number, "reason": reason})
        original._log(
            "duplicate_received",
            data={
                "tickets": duplicates.mapped("number"),
                "received": [fields.Datetime.to_string(ticket.received_at) for ticket in duplicates],
            },
        )
        duplicates._fire("merged")
        duplicates._set_state("closed", duplicate_of=original.number)

    @api.model
    def _prepare_open_again(self):
        """A duplicate that is opened again is none."""
        return {**super()._prepare_open_again(), "duplicate_of_id": False}
