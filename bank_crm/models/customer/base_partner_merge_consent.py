from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_bank_rows(self, sources, target):
        """Of the decisions of one person the latest is current; who asked for restriction stays restricted."""
        # sudo: bank.consent, res.partner - who may merge contacts need not have a right to the ledger
        people = (sources | target).sudo()
        current = people.consent_ids.filtered("is_current").sorted(lambda row: (row.decided_at, row.id), reverse=True)
        for rows in current.grouped(lambda row: (row.purpose, row.channel)).values():
            rows[1:]._unsealed().write({"is_current": False})
        if any(people.mapped("is_restricted")):
            target.sudo().is_restricted = True  # sudo: res.partner - the mark is read-only
        self.env.flush_all()
        return super()._merge_bank_rows(sources, target)
