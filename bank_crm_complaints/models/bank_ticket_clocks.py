from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

STAFF = "base.group_user"


class BankTicket(models.Model):
    """The deadlines of a ticket: its regimes, its clocks, its pauses, and what is late."""

    _inherit = "bank.ticket"

    regime_ids = fields.Many2many(
        comodel_name="bank.ticket.regime",
        relation="bank_ticket_regime_rel",
        string="Regimes",
        groups=STAFF,
        help="Whose deadlines hold for the ticket. Empty at registration: those of the branch's country.",
    )
    materials_completed_at = fields.Datetime(
        string="Materials Complete",
        copy=False,
        groups=STAFF,
        help="When the customer had handed in what was missing; some deadlines count from then.",
    )
    clock_ids = fields.One2many(
        comodel_name="bank.ticket.clock",
        inverse_name="ticket_id",
        string="Deadlines",
        groups=STAFF,
        # Whoever sees a ticket sees its clocks: a search of tickets by their clocks asks the tickets' rule alone.
        bypass_search_access=True,
    )
    pause_ids = fields.One2many(
        comodel_name="bank.ticket.pause", inverse_name="ticket_id", string="Pauses", groups=STAFF
    )
    is_paused = fields.Boolean(string="Paused", compute="_compute_is_paused", search="_search_is_paused", groups=STAFF)
    is_breached = fields.Boolean(
        string="Answered Late",
        compute="_compute_is_breached",
        search="_search_is_breached",
        groups=STAFF,
        help="A legal deadline was or is missed.",
    )

    _open_service_idx = models.Index("(company_id, next_service_due_at) WHERE is_open IS TRUE")
    _open_state_due_idx = models.Index("(company_id, state, next_statutory_due_at) WHERE is_open IS TRUE")

    @api.depends("clock_ids.state", "clock_ids.due_at")
    def _compute_is_breached(self):
        late = self.search([("id", "in", self.ids), ("is_breached", "=", True)])
        for ticket in self:
            ticket.is_breached = ticket in late

    def _search_is_breached(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("clock_ids", "any", [("kind", "=", "statutory"), ("is_breached", "=", True)])

    @api.depends("pause_ids.to_at")
    def _compute_is_paused(self):
        for ticket in self:
            ticket.is_paused = any(not pause.to_at for pause in ticket.pause_ids)

    def _search_is_paused(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("pause_ids", "any", [("to_at", "=", False)])

    @api.model
    def _guarded_fields(self):
        return {*super()._guarded_fields(), "materials_completed_at", "clock_ids", "pause_ids"}

    # ------------------------------------------------------------------
    # Regimes
    # ------------------------------------------------------------------

    @api.model
    def _prepare_registrations(self, vals_list):
        vals_list = super()._prepare_registrations(vals_list)
        unnamed = [vals for vals in vals_list if "regime_ids" not in vals]
        regimes = self.env["bank.ticket.regime"]._default_for(unnamed)
        for vals, regime_ids in zip(unnamed, regimes, strict=True):
            vals["regime_ids"] = [(6, 0, regime_ids)]
        return vals_list

    def write(self, vals):
        follows = {"regime_ids", "severity"} & vals.keys()
        # sudo: bank.ticket - what the deadlines follow from, before and after
        before = {ticket.id: (ticket.regime_ids, ticket.severity) for ticket in self.sudo()} if follows else {}
        result = super().write(vals)
        if follows:
            self.sudo()._follow_change(before)
        return result

    def _follow_change(self, before):
        """Let the clocks follow other regimes, and service clocks another severity; pauses stay with the ticket."""
        clocks = self.env["bank.ticket.clock"]
        moved = self.filtered(lambda ticket: ticket.regime_ids != before[ticket.id][0])
        if moved:
            moved._log(
                "regimes",
                data=lambda ticket: {
                    "from": before[ticket.id][0].mapped("code"), "to": ticket.regime_ids.mapped("code")
                },
            )
            clocks._on_regimes_changed(moved)
        graver = self.filtered(lambda ticket: ticket.severity != before[ticket.id][1])
        if graver:
            domain = [("ticket_id", "in", graver.ids), ("is_open", "=", True), ("kind", "=", "service")]
            clocks.search(domain)._count_anew(self.env._("Severity changed"))

    # ------------------------------------------------------------------
    # Pauses
    # ------------------------------------------------------------------

    def _pause(self, reason, ends_on_message=True):
        """Let the service clocks of the tickets wait from now on; legal clocks only where their rule says so.

        :param reason: text for the ledger
        :param ends_on_message: a message of the customer ends the pause
        :raises UserError: ``[already_paused]``, ``[ticket_closed]``
        """
        self.check_access("write")
        if closed := self.filtered(lambda ticket: not ticket.is_open)[:1]:
            raise UserError(
                self.env._("[ticket_closed] %(number)s is closed and cannot be paused.", number=closed.number)
            )
        if paused := self.filtered("is_paused")[:1]:
            raise UserError(
                self.env._("[already_paused] %(number)s waits already. Let it go on first.", number=paused.number)
            )
        now = fields.Datetime.now()
        # sudo: bank.ticket.pause - nobody writes the ledger directly; the user may write the tickets
        self.env["bank.ticket.pause"].sudo()._unguarded().create(
            [
                {
                    "ticket_id": ticket.id,
                    "reason": reason,
                    "from_at": now,
                    "ends_on_message": ends_on_message,
                    "user_id": self.env.uid,
                }
                for ticket in self
            ]
        )
        self.env["bank.ticket.clock"]._pause(self, now)
        self._log("paused", at=now, data={"reason": reason})

    def action_resume(self):
        """End the pause: the clocks run on."""
        self.check_access("write")
        now = fields.Datetime.now()
        # sudo: bank.ticket.pause - see _pause
        pauses = self.env["bank.ticket.pause"].sudo().search([("ticket_id", "in", self.ids), ("to_at", "=", False)])
        pauses._unguarded().write({"to_at": now})
        self.env["bank.ticket.clock"]._resume(self)
        self.filtered(lambda ticket: ticket in pauses.ticket_id)._log("resumed", at=now)

    # ------------------------------------------------------------------
    # Dates that only people know
    # ------------------------------------------------------------------

    def _record_date(self, event, at):
        """Keep when something happened that no letter and no message tells, and let the clocks know.

        :param event: ``forwarded``, ``materials_completed``, ``review_received``, ``determination`` or ``corrected``
        :param at: naive UTC, not in the future
        """
        self.check_access("write")
        names = {"forwarded": "forwarded_at", "materials_completed": "materials_completed_at"}
        if event in names:
            self._unguarded().write({names[event]: at})
        self._log(event, at=at)
        self._fire(event, at=at)
