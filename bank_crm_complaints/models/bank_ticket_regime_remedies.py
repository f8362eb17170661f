from odoo import fields, models


class BankTicketRegime(models.Model):
    _inherit = "bank.ticket.regime"

    remedies = fields.Text(
        string="What Else the Customer May Do",
        translate=True,
        help="Printed on receipts: to whom a complainant may turn who is not satisfied, and until when.",
    )
