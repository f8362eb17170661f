from odoo import api, fields, models


class BankTicketReopen(models.TransientModel):
    """Closed matters are taken up again: the tickets themselves, or follow-ups where it is too late for that."""

    _name = "bank.ticket.reopen"
    _description = "Reopen Tickets"
    _inherit = ["bank.ticket.step.mixin"]

    late_ids = fields.Many2many(
        comodel_name="bank.ticket", string="Closed Too Long Ago", compute="_compute_late_ids",
        help="These stay closed; a new ticket, received now, refers to each.",
    )

    @api.depends("ticket_ids")
    def _compute_late_ids(self):
        for step in self:
            step.late_ids = step.ticket_ids.filtered(lambda ticket: not ticket._is_within_reopen_days())

    def action_apply(self):
        """Reopen, and show the tickets on which work goes on."""
        self.ensure_one()
        return self._show(self.ticket_ids._reopen(self.reason))

    def action_follow_up(self):
        """Leave the tickets closed and register new ones that refer to them."""
        self.ensure_one()
        return self._show(self.ticket_ids._follow_up_by_hand(self.reason))
