from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_bank_rows(self, sources, target):
        """One person is in a group once, heads it once and has one primary group; the target's own ones hold."""
        # sudo: bank.group.member - who merges contacts need not have a right to their groups
        members = (sources | target).sudo().group_member_ids
        members = members.sorted(lambda member: (member.partner_id != target, member.id))
        for doubles in members.filtered(lambda member: not member.date_to).grouped("group_id").values():
            keeper = doubles[0]
            others = doubles[1:]
            values = {
                "is_head": any(doubles.mapped("is_head")),
                "include_assets": any(doubles.mapped("include_assets")),
                # Consent of one record is no consent to what the other one brings; an objection holds for both.
                "has_consented": all(doubles.mapped("has_consented")),
                "objects_to_totals": any(doubles.mapped("objects_to_totals")),
                "date_from": min(doubles.mapped("date_from")),
            }
            others.unlink()
            keeper.write(values)
        primary = members.exists().filtered(lambda member: member.is_primary_group and not member.date_to)
        primary[1:].write({"is_primary_group": False})
        self.env.flush_all()
        return super()._merge_bank_rows(sources, target)
