from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

BATCH = 200


class BankTicket(models.Model):
    """Keeping customers informed: open tickets on which the bank has not written for too long.

    How long is too long is the shortest of what the ticket's regimes say, else the company's setting.  Which tickets
    are silent follows from dates alone; the nightly run only reminds their handlers.
    """

    _inherit = "bank.ticket"

    is_silent = fields.Boolean(
        string="Silent",
        compute="_compute_is_silent",
        search="_search_is_silent",
        groups="base.group_user",
        help="The customer has not heard from the bank for longer than the rules allow.",
    )

    _last_staff_message_idx = models.Index("(last_staff_message_at) WHERE is_open IS TRUE")

    @api.depends("is_open", "last_staff_message_at", "received_at", "regime_ids", "company_id")
    def _compute_is_silent(self):
        now = fields.Datetime.now()
        for ticket in self:
            # sudo: res.company, bank.ticket.regime - settings
            days = [regime.silence_days for regime in ticket.sudo().regime_ids if regime.silence_days]
            limit = min(days) if days else ticket.sudo().company_id.ticket_silence_days
            last = ticket.last_staff_message_at or ticket.received_at
            ticket.is_silent = bool(limit and ticket.is_open and last and last <= now - timedelta(days=limit))

    @api.model
    def _search_is_silent(self, operator, value):
        if operator != "in":
            return NotImplemented
        silent = self._silent_domain()
        if set(value) == {True}:
            return silent
        return ~silent if set(value) == {False} else Domain(bool(value))

    @api.model
    def _silent_domain(self):
        # sudo: res.company, bank.ticket.regime - settings
        regimes = (
            self.env["bank.ticket.regime"].sudo().with_context(active_test=False).search([("silence_days", ">", 0)])
        )
        companies = self.env["res.company"].sudo().search([("ticket_silence_days", ">", 0)])
        domain = Domain.FALSE
        for days, group in regimes.grouped("silence_days").items():
            domain |= Domain("regime_ids", "in", group.ids) & self._quiet_since(days)
        for days, group in companies.grouped("ticket_silence_days").items():
            own = Domain("company_id", "in", group.ids) & Domain("regime_ids", "not in", regimes.ids)
            domain |= own & self._quiet_since(days)
        return Domain("is_open", "=", True) & domain

    @api.model
    def _quiet_since(self, days):
        limit = fields.Datetime.now() - timedelta(days=days)
        return Domain("last_staff_message_at", "<=", limit) | (
            Domain("last_staff_message_at", "=", False) & Domain("received_at", "<=", limit)
        )

    @api.model
    def _cron_silence(self, batch=BATCH):
        """Remind the handlers of silent tickets, once until they have written or ticked the reminder off."""
        activity_type = self.env.ref("bank_crm_complaints.mail_activity_type_silence")
        domain = self._silent_domain() & Domain("user_id", "!=", False)
        domain &= Domain("activity_ids", "not any", [("activity_type_id", "=", activity_type.id)])
        crons = self.env["ir.cron"]
        crons._commit_progress(remaining=self.search_count(domain))
        last_id = 0
        while tickets := self.search(domain & Domain("id", ">", last_id), order="id", limit=batch):
            last_id = tickets[-1].id
            tickets._remind_of_silence(activity_type)
            if not crons._commit_progress(len(tickets)):
                break

    def _remind_of_silence(self, activity_type):
        model_id = self.env["ir.model"]._get_id(self._name)
        # A reminder is on the handler's list; a mail about each would be noise.
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        activities.create(
            [
                {
                    "activity_type_id": activity_type.id,
                    "res_model_id": model_id,
                    "res_id": ticket.id,
                    "user_id": ticket.user_id.id,
                    "summary": ticket.with_context(lang=ticket.user_id.lang).env._(
                        "Tell the customer where the matter stands"
                    ),
                    "date_deadline": fields.Date.context_today(self),
                }
                for ticket in self
                if ticket.user_id.active
            ]
        )
        self._log("silence")

    def _remember_answer(self, at, by_person=True):
        # Whoever has written has done what he was reminded of.
        result = super()._remember_answer(at, by_person=by_person)
        activity_type = self.env.ref("bank_crm_complaints.mail_activity_type_silence", raise_if_not_found=False)
        if activity_type:
            domain = [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", activity_type.id),
            ]
            # sudo: mail.activity - the reminder may be a colleague's
            self.env["mail.activity"].sudo().search(domain).action_done()
        return result
