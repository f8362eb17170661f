from odoo import fields, models


class BankTicketClosure(models.Model):
    """One closing of a ticket and, where it was opened again, when, by whom and why. Earlier closings stay.

    Of the two, the second half is written by the server when the ticket is opened again; nobody else changes a row.
    """

    _name = "bank.ticket.closure"
    _description = "Closing of a Ticket"
    _inherit = ["bank.sealed.mixin"]
    _order = "ticket_id, id"
    _rec_name = "closed_at"

    ticket_id = fields.Many2one(
        comodel_name="bank.ticket", required=True, readonly=True, index=True, ondelete="restrict"
    )
    state = fields.Selection(
        selection=[("closed", "Closed"), ("withdrawn", "Withdrawn"), ("forwarded", "Passed On")],
        string="How",
        required=True,
        readonly=True,
    )
    closed_at = fields.Datetime(string="Closed", required=True, readonly=True)
    closed_by_id = fields.Many2one(comodel_name="res.users", readonly=True, ondelete="restrict")
    outcome = fields.Selection(
        selection=lambda self: self.env["bank.ticket"]._fields["outcome"]._description_selection(self.env),
        readonly=True,
    )
    outcome_reason = fields.Text(string="Reasons", readonly=True)
    relief = fields.Selection(
        selection=lambda self: self.env["bank.ticket"]._fields["relief"]._description_selection(self.env),
        readonly=True,
    )
    reopened_at = fields.Datetime(string="Opened Again", readonly=True)
    reopened_by_id = fields.Many2one(
        comodel_name="res.users", string="Opened Again By", readonly=True, ondelete="restrict"
    )
    reopen_reason = fields.Text(string="Why Opened Again", readonly=True)

    _one_open_uniq = models.UniqueIndex(
        "(ticket_id) WHERE reopened_at IS NULL", "This ticket is closed already."
    )
