from odoo import fields, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_bank_rows(self, sources, target):
        """The target keeps its owner; without one it takes the first source's. The history of all moves with them."""
        primaries = (sources | target).assignment_ids.filtered(
            lambda assignment: assignment.role == "primary" and not assignment.date_to
        )
        keeper = primaries.filtered(lambda assignment: assignment.partner_id == target) or primaries[:1]
        (primaries - keeper)._end(fields.Date.context_today(self))
        self.env.flush_all()
        return super()._merge_bank_rows(sources, target)

    def _after_bank_merge(self, target):
        result = super()._after_bank_merge(target)
        target._mirror_primary_owner()
        self.env.flush_all()
        return result
