from odoo import api, fields, models

from ..finance.bank_product_family import PRODUCT_CLASSES


class BankTierPolicyWeight(models.Model):
    """How much an asset class counts in the weighted metric of a policy (1 where there is no record; 0 for debts)."""

    _name = "bank.tier.policy.weight"
    _description = "Weight of an Asset Class"
    _order = "policy_id, product_class"
    _rec_name = "product_class"

    policy_id = fields.Many2one(comodel_name="bank.tier.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id")
    product_class = fields.Selection(selection=PRODUCT_CLASSES, required=True)
    weight = fields.Float(
        digits=(6, 3), required=True, default=1, help="1 counts in full, 0.5 by half; debts count with -1 against him."
    )

    _class_uniq = models.UniqueIndex("(policy_id, product_class)", "The policy has a weight for this class already.")

    @api.model_create_multi
    def create(self, vals_list):
        weights = super().create(vals_list)
        weights.policy_id._check_draft()
        return weights

    def write(self, vals):
        self.policy_id._check_draft()
        result = super().write(vals)
        self.policy_id._check_draft()  # nor may it be moved to another policy
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_fixed(self):
        self.policy_id._check_draft()
