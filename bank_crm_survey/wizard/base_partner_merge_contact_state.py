from odoo import models

TIMES = ("claimed_at", "last_invited_at", "last_answered_at", "last_refused_at")


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_bank_rows(self, sources, target):
        """One row of survey contacts remains, with the latest of each time: merging is no way to be asked again."""
        # sudo: bank.survey.contact.state - who merges contacts need not run surveys
        states = self.env["bank.survey.contact.state"].sudo().search([("partner_id", "in", (sources | target).ids)])
        if states:
            keeper = states.filtered(lambda state: state.partner_id == target) or states[:1]
            values = {name: max(filter(None, states.mapped(name)), default=False) for name in TIMES}
            (states - keeper).unlink()
            keeper.write({**values, "partner_id": target.id})
            self.env.flush_all()
        return super()._merge_bank_rows(sources, target)
