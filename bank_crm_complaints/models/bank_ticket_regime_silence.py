from odoo import fields, models


class BankTicketRegime(models.Model):
    """How often a regime wants complainants to hear from the bank."""

    _inherit = "bank.ticket.regime"

    silence_days = fields.Integer(
        string="Days Without News",
        help="Open tickets on which the bank has not written for this many days are silent. 0: the company's setting.",
    )

    _silence_days_check = models.Constraint(
        "CHECK(silence_days >= 0)", "Days Without News: a number of days cannot be negative."
    )
