from odoo import fields, models


class BankTicketReaction(models.TransientModel):
    """Staff note what the customer says to the bank's answer."""

    _name = "bank.ticket.reaction"
    _description = "Customer's Reaction"
    _inherit = ["bank.ticket.step.mixin"]

    decision = fields.Selection(
        selection=lambda self: self._selection_of("decision"), string="Answer", required=True, default="accepted"
    )
    channel = fields.Selection(
        selection=lambda self: self._selection_of("channel"), string="Told By", required=True, default="phone"
    )
    form = fields.Selection(selection=lambda self: self._selection_of("form"), required=True, default="oral")
    accepted_at = fields.Datetime(string="When", required=True, default=fields.Datetime.now)
    note = fields.Text(string="In His Words")

    def _selection_of(self, name):
        return self.env["bank.ticket.acceptance"]._fields[name]._description_selection(self.env)

    def action_apply(self):
        """Record it."""
        self.ensure_one()
        self.ticket_ids._check_may_work()
        self.ticket_ids._record_acceptance(self.decision, self.channel, self.form, self.accepted_at, self.note)
        return {"type": "ir.actions.act_window_close"}
