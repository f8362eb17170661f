from odoo import models


class BankTicketLetter(models.Model):
    """Who answers the customer from now on, for the notice of forwarding."""

    _inherit = "bank.ticket.letter"

    def _own_values(self):
        # sudo: res.partner - the respondent's address is told to the customer
        respondent = self.ticket_id.sudo().forward_to_id
        contact = [respondent.email, respondent.phone, respondent.website]
        return {
            **super()._own_values(),
            "respondent": respondent.name or None,
            "respondent_contact": ", ".join(filter(None, contact)) or None,
        }
