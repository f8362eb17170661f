from odoo import api, models


class BankErasure(models.AbstractModel):
    """Whoever was erased is in no total any more."""

    _inherit = "bank.erasure"

    @api.model
    def _finish(self, subjects, others):
        result = super()._finish(subjects, others)
        # sudo: bank.money.month, bank.money.mover - pre-computed rows, nobody may write them by hand
        self.env["bank.money.month"].sudo()._mark_of_customers(subjects.ids)
        self.env["bank.money.mover"].sudo().search([("partner_id", "in", subjects.ids)]).unlink()
        return result
