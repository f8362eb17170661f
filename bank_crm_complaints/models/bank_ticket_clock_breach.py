from odoo import api, fields, models
from odoo.fields import Domain

from .bank_ticket_clock_events import Occasion

BATCH = 500


class BankTicketClock(models.Model):
    """Notes of what time alone brings about, and results that other systems report."""

    _inherit = "bank.ticket.clock"

    @api.model
    def _domain_to_note(self):
        """Return the domain of late duties that nobody noted, and of options that are over."""
        overdue = self._domain_overdue() & Domain("breached_at", "=", False)
        over = Domain("is_open", "=", True) & Domain("state", "=", "running") & Domain("kind", "=", "option")
        return overdue | (over & Domain("due_at", "<", fields.Datetime.now()))

    @api.model
    def _cron_note_breaches(self, batch_size=BATCH):
        """Write what deadlines that passed mean into the histories; searches do not wait for it."""
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=self.search_count(self._domain_to_note()))
        while clocks := self.search(self._domain_to_note(), limit=batch_size, order="due_at, id"):
            clocks = clocks.try_lock_for_update(allow_referencing=True)
            clocks._note_breaches()
            if not clocks or not progress(len(clocks)):
                break

    def _note_breaches(self):
        occasion = Occasion("deadline", fields.Datetime.now(), {})
        for clock in self:
            if clock.kind == "option":
                clock._unguarded().write({"state": "lapsed", "stopped_at": clock.due_at})
                occasion.tell(clock.ticket_id.id, "lapsed", clock._label())
            else:
                clock._unguarded().write({"breached_at": clock.due_at})
                occasion.tell(clock.ticket_id.id, "breached", clock._label())
        self._finish(self.ticket_id, occasion)

    @api.model
    def _report_result(self, tickets, rule_code, in_time, responded_at=None):
        """Take over the result of a clock that another system worked on (an authority's record, a complaints system).

        The clocks of that code end with it; telling the same result twice changes nothing.

        :param rule_code: ``code`` of the rule, e.g. ``response``
        :param in_time: whether the other system found the answer in time, whatever the clock would have found; None
            when it does not say: then ``responded_at`` decides
        :param responded_at: naive UTC; empty when only the result is known
        :return: the clocks
        """
        # sudo: bank.ticket.clock - called by server code for tickets that the caller may answer
        clocks = self.sudo().search([("ticket_id", "in", tickets.ids), ("rule_id.code", "=", rule_code)])
        responded_at = fields.Datetime.to_datetime(responded_at) or False
        found = {clock: clock._reported_state(in_time, responded_at) for clock in clocks}
        changed = clocks.filtered(
            lambda clock: (clock.is_reported, clock.state, clock.stopped_at) != (True, found[clock], responded_at)
        )
        occasion = Occasion("reported", fields.Datetime.now(), {})
        for clock in changed:
            clock._unguarded().write(
                {
                    "state": found[clock],
                    "stopped_at": responded_at,
                    "is_reported": True,
                    "breached_at": clock.due_at if found[clock] == "breached" else False,
                }
            )
            occasion.tell(clock.ticket_id.id, found[clock], clock._label())
        if changed:
            self.sudo()._finish(changed.ticket_id, occasion)
        return clocks

    def _reported_state(self, in_time, responded_at):
        self.ensure_one()
        if in_time is None:
            in_time = (responded_at or fields.Datetime.now()) <= self.due_at
        return "met" if in_time else "breached"
