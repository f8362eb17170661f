from odoo import models


class BankTicket(models.Model):
    _name = "bank.ticket"
    _inherit = ["bank.ticket", "bank.ticket.suggestion.mixin"]
