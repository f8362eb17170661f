from odoo import api, models


class BankPointsProgram(models.Model):
    _inherit = "bank.points.program"

    @api.model
    def _default_program(self):
        """Return the first programme of the user's company, for new rules and campaigns."""
        return self.search([("company_id", "=", self.env.company.id)], limit=1)
