from odoo import fields, models


class BankTicketMergeUndo(models.TransientModel):
    """A merge was wrong."""

    _name = "bank.ticket.merge.undo"
    _description = "Undo a Merge"

    ticket_id = fields.Many2one(comodel_name="bank.ticket", required=True, readonly=True)
    target_id = fields.Many2one(related="ticket_id.merged_into_id", related_sudo=False, string="Merged Into")
    reason = fields.Text(required=True)

    def action_apply(self):
        """Take the ticket out of the other one and show it."""
        self.ensure_one()
        self.ticket_id._unmerge(self.reason)
        return self.env["bank.ticket.step.mixin"]._show(self.ticket_id)
