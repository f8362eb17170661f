from odoo import api, fields, models


class BankTicketPause(models.Model):
    """A time in which a ticket waits for somebody outside the bank, mostly for the customer.

    Pauses belong to the ticket; each clock whose rule allows it reads them, in its own unit, and so they survive a
    change of severity or of the rule.  Legal clocks do not wait.
    """

    _name = "bank.ticket.pause"
    _description = "Pause"
    _inherit = ["bank.guarded.mixin"]
    _order = "from_at desc, id desc"
    _rec_name = "reason"

    ticket_id = fields.Many2one(
        comodel_name="bank.ticket", required=True, readonly=True, index=True, ondelete="restrict"
    )
    reason = fields.Char(required=True, readonly=True)
    from_at = fields.Datetime(string="From", required=True, readonly=True)
    to_at = fields.Datetime(string="To", readonly=True)
    ends_on_message = fields.Boolean(
        string="Until the Customer Writes", readonly=True, help="A message of the customer ends the pause."
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="By", required=True, readonly=True, default=lambda self: self.env.uid
    )

    _open_uniq = models.UniqueIndex("(ticket_id) WHERE to_at IS NULL", "The ticket is paused already.")
    _order_check = models.Constraint(
        "CHECK(to_at IS NULL OR to_at >= from_at)", "A pause cannot end before it begins."
    )

    @api.model
    def _guarded_fields(self):
        return {"ticket_id", "reason", "from_at", "to_at", "ends_on_message", "user_id"}

    @api.model
    def _ledger(self, tickets, until=None):
        """Return ``{ticket id: [(from, to)]}``; ``to`` is empty while a pause goes on.

        :param until: {ticket id: moment at which a pause that goes on is taken as over}
        """
        ledger = {}
        for pause in self.search([("ticket_id", "in", tickets.ids)]):
            to_at = pause.to_at or (until or {}).get(pause.ticket_id.id) or None
            ledger.setdefault(pause.ticket_id.id, []).append((pause.from_at, to_at))
        return ledger
