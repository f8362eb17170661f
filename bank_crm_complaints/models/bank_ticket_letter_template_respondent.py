from odoo import models

from .bank_ticket_letter_values import LETTER_NAMES


class BankTicketLetterTemplate(models.Model):
    """Templates may name the respondent to whom a ticket is passed on."""

    _inherit = "bank.ticket.letter.template"

    _text_names = LETTER_NAMES | {"respondent": None, "respondent_contact": None}
