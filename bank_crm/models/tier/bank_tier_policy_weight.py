from odoo import fields, models

from ..finance.bank_product_family import PRODUCT_CLASSES


class BankTierPolicyWeight(models.Model):
    """How much an asset class counts in the weighted metric of a policy (1 where there is no record; 0 for debts)."""

    _name = "bank.tier.policy.weight"
    _description = "Weight of an Asset Class"
    _order = "policy_id, product_class"
    _rec_name = "product_class"

    policy_id = fields.Many2one(comodel_name="bank.tier.policy", required=True, index=True, ondelete="cascade")
    product_class = fields.Selection(selection=PRODUCT_CLASSES, required=True)
    weight = fields.Float(digits=(6, 3), required=True, default=1)

    _class_uniq = models.UniqueIndex("(policy_id, product_class)", "The policy has a weight for this class already.")
