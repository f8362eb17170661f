from odoo import api, fields, models


class BankTicketDuplicateMark(models.TransientModel):
    """A matter was brought twice: which ticket answers for it."""

    _name = "bank.ticket.duplicate.mark"
    _description = "Mark as Duplicate"
    _inherit = ["bank.ticket.step.mixin"]

    candidate_ids = fields.Many2many(
        comodel_name="bank.ticket",
        string="May Be the Same Matter",
        compute="_compute_candidate_ids",
        help="Tickets of the same customer with a similar text, the most similar first.",
    )
    original_id = fields.Many2one(
        comodel_name="bank.ticket",
        string="Duplicate Of",
        required=True,
        domain="[('is_open', '=', True), ('id', 'not in', ticket_ids)]",
    )

    @api.depends("ticket_ids")
    def _compute_candidate_ids(self):
        for step in self:
            tickets = step.ticket_ids._origin
            found = [ticket._duplicate_candidates() for ticket in tickets]
            step.candidate_ids = self.env["bank.ticket"].union(*found) - tickets

    def action_apply(self):
        """Close them as duplicates and show the one that answers."""
        self.ensure_one()
        self.ticket_ids._mark_duplicate_of(self.original_id, self.reason)
        return self._show(self.original_id)
