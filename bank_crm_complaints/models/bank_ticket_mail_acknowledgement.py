from odoo import api, models

# Whoever is named as the sender without having written gets no letter of the bank's machines.
UNANSWERED = ("failed", "program", "employee")


class BankTicket(models.Model):
    """No automatic letter to programs and to people in whose name somebody else wrote."""

    _inherit = "bank.ticket"

    @api.model
    def _wants_acknowledgement(self, vals):
        return vals.get("sender_check") not in UNANSWERED and super()._wants_acknowledgement(vals)

    def _mail_may_answer_automatically(self):
        """Tell whether a machine may write to this ticket's contact; automatic letters ask this before they go out."""
        self.ensure_one()
        # sudo: bank.ticket - a flag of the staff
        return bool(self.contact_email) and self.sudo().sender_check not in UNANSWERED
