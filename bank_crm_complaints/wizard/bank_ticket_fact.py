from odoo import fields, models
from odoo.exceptions import ValidationError


class BankTicketFact(models.TransientModel):
    """A date on which deadlines depend and which no letter and no message tells."""

    _name = "bank.ticket.fact"
    _description = "Record a Date"
    _inherit = ["bank.ticket.step.mixin"]

    event = fields.Selection(
        selection=[
            ("forwarded", "Sent to the bank by an authority"),
            ("materials_completed", "Missing materials received"),
            ("review_received", "Request for review received"),
            ("determination", "Error determined"),
            ("corrected", "Correction posted"),
        ],
        string="What Happened",
        required=True,
    )
    at = fields.Datetime(string="When", required=True, default=fields.Datetime.now)

    def action_apply(self):
        """Record the date; deadlines that it starts or ends follow."""
        self.ensure_one()
        if self.at > fields.Datetime.now():
            raise ValidationError(self.env._("When: this lies in the future. Enter when it happened."))
        if any(self.at < ticket.received_at for ticket in self.ticket_ids if self.event != "forwarded"):
            raise ValidationError(
                self.env._("When: this lies before the receipt of the ticket. Enter when it happened.")
            )
        self.ticket_ids._record_date(self.event, self.at)
        return {"type": "ir.actions.act_window_close"}
