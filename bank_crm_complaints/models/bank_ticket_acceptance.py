from odoo import fields, models


class BankTicketAcceptance(models.Model):
    """What the customer says to the bank's answer: that he accepts it, or that he does not.

    Nothing else ends the three business days in which a complaint counts as resolved to the customer's satisfaction
    (United Kingdom: DISP 1.5); so the record is sealed and says by which channel and who noted it.
    """

    _name = "bank.ticket.acceptance"
    _description = "Customer's Reaction to the Answer"
    _inherit = ["bank.sealed.mixin"]
    _order = "ticket_id, accepted_at, id"
    _rec_name = "decision"

    ticket_id = fields.Many2one(
        comodel_name="bank.ticket", required=True, readonly=True, index=True, ondelete="restrict"
    )
    decision = fields.Selection(
        selection=[("accepted", "Accepted"), ("rejected", "Rejected")], required=True, readonly=True
    )
    channel = fields.Selection(
        selection=[
            ("portal", "Portal"),
            ("mail", "Email"),
            ("branch", "Branch"),
            ("phone", "Phone"),
            ("letter", "Letter"),
            ("api", "Other System"),
        ],
        required=True,
        readonly=True,
    )
    form = fields.Selection(selection=[("oral", "Oral"), ("written", "Written")], required=True, readonly=True)
    accepted_at = fields.Datetime(string="When", required=True, readonly=True)
    noted_by_id = fields.Many2one(
        comodel_name="res.users", required=True, readonly=True, ondelete="restrict"
    )
    note = fields.Text(readonly=True)
