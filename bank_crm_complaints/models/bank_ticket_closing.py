import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .bank_ticket import FINAL_STATES, STAFF

CLOSED_PER_BATCH = 500


class BankTicket(models.Model):
    """The closings of a ticket, and the answered tickets that close by themselves."""

    _inherit = "bank.ticket"

    closure_ids = fields.One2many(
        comodel_name="bank.ticket.closure", inverse_name="ticket_id", string="Closings", groups=STAFF
    )
    responded_at = fields.Datetime(string="Answered", readonly=True, copy=False, groups=STAFF)

    _answered_idx = models.Index("(company_id, responded_at) WHERE state = 'responded' AND kind <> 'complaint'")

    @api.model
    def _guarded_fields(self):
        return {*super()._guarded_fields(), "responded_at"}

    def _after_state(self, state, before):
        result = super()._after_state(state, before)
        if state == "responded":
            self._unguarded().write({"responded_at": fields.Datetime.now()})
        if state in FINAL_STATES:
            self._record_closures()
        else:
            self.filtered(lambda ticket: before[ticket.id] in FINAL_STATES)._end_closures()
        return result

    def _record_closures(self):
        # sudo: bank.ticket.closure - nobody creates them directly, they follow from what the user was allowed
        closures = self.env["bank.ticket.closure"].sudo()
        closures.create(
            [
                {
                    "ticket_id": ticket.id,
                    "state": ticket.state,
                    "closed_at": ticket.closed_at,
                    "closed_by_id": self.env.uid,
                    "outcome": ticket.outcome,
                    "outcome_reason": ticket.outcome_reason,
                    "relief": ticket.relief,
                }
                for ticket in self.sudo()
            ]
        )

    def _end_closures(self, reason=False):
        """Write into the last closing of each ticket that it is open again; the first reason stays."""
        if not self:
            return
        # sudo: bank.ticket.closure - the second half of the row, which only this method writes
        closures = self.env["bank.ticket.closure"].sudo()._unsealed()
        closures.search([("ticket_id", "in", self.ids), ("reopened_at", "=", False)]).write(
            {"reopened_at": fields.Datetime.now(), "reopened_by_id": self.env.uid, "reopen_reason": reason}
        )

    def action_close(self):
        if ended := self.filtered(lambda ticket: not ticket.is_open)[:1]:
            raise UserError(
                self.env._("[ticket_closed] %(number)s is closed already. Leave it out.", number=ended.number)
            )
        return super().action_close()

    # ------------------------------------------------------------------
    # Tickets that close by themselves
    # ------------------------------------------------------------------

    @api.model
    def _domain_closing_by_itself(self, company):
        """Return the domain of the answered tickets of a company whose customers have been silent long enough.

        Never a complaint: that is closed after its final letter, by somebody.
        """
        until = fields.Datetime.now() - datetime.timedelta(days=company.bank_ticket_auto_close_days)
        silent = Domain("last_customer_message_at", "=", False) | Domain("last_customer_message_at", "<=", until)
        return (
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "responded")
            & Domain("kind", "!=", "complaint")
            & Domain("responded_at", "<=", until)
            & Domain("next_statutory_due_at", "=", False)
            & silent
        )

    @api.model
    def _cron_close_answered(self):
        """Close answered tickets that are no complaints, batch after batch; a killed run goes on where it was."""
        commit_progress = self.env["ir.cron"]._commit_progress
        domains = [self._domain_closing_by_itself(company) for company in self.env["res.company"].search([])]
        domain = Domain.OR(domains)
        remaining = self.search_count(domain)
        if not commit_progress(remaining=remaining):
            return
        while batch := self.search(domain, limit=CLOSED_PER_BATCH, order="id"):
            batch._set_state("closed", by="silence")
            if not commit_progress(processed=len(batch)):
                break
