from odoo import models


class BankTicketIntake(models.TransientModel):
    _name = "bank.ticket.intake"
    _inherit = ["bank.ticket.intake", "bank.ticket.suggestion.mixin"]
