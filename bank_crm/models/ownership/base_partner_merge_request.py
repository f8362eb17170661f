from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """What users merge in Odoo's wizard: contacts at once, customers after a second person agreed."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        partners = self.env["res.partner"].browse(partner_ids).exists()
        # sudo: res.partner - whether one of them is a customer, also one whom the user may not see
        if not self.env.context.get("bank_merge_by_user") or not any(partners.sudo().mapped("is_bank_customer")):
            return super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
        if self.env.context["bank_merge_by_user"] == "all" and not partners.has_access("read"):
            return None  # duplicates among customers of others are no business of the user
        target = dst_partner if dst_partner in partners else self._get_ordered_partner(partners.ids)[-1]
        reason = self.env._("Chosen in the wizard that merges contacts.")
        return self.env["bank.merge.request"]._request(partners, target, reason)

    def action_merge(self):
        # sudo: res.partner - see _merge
        customers = self.partner_ids.sudo().filtered("is_bank_customer")
        action = super(BasePartnerMergeAutomaticWizard, self.with_context(bank_merge_by_user="one")).action_merge()
        if customers:
            return self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_merge_request_action")
        return action

    def action_start_automatic_process(self):
        wizard = self.with_context(bank_merge_by_user="all")
        return super(BasePartnerMergeAutomaticWizard, wizard).action_start_automatic_process()

    def parent_migration_process_cb(self):
        wizard = self.with_context(bank_merge_by_user="all")
        return super(BasePartnerMergeAutomaticWizard, wizard).parent_migration_process_cb()
