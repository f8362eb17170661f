from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_bank_rows(self, sources, target):
        """Two customers become one: their months are added up again, and movers that both are would appear twice."""
        # sudo: bank.money.month, bank.money.mover - pre-computed rows, nobody may write them by hand
        self.env["bank.money.month"].sudo()._mark_of_customers((sources | target).ids)
        self.env["bank.money.mover"].sudo().search([("partner_id", "in", (sources | target).ids)]).unlink()
        return super()._merge_bank_rows(sources, target)
