from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.bank_crm.models.finance.bank_product_family import PRODUCT_CLASSES


class BankPointsRuleMultiplier(models.Model):
    """By what the points of a tier or of a product are multiplied; what has no line counts once."""

    _name = "bank.points.rule.multiplier"
    _description = "Multiplier of an Earning Rule"
    _inherit = ["bank.points.rule.line.mixin"]
    _order = "rule_id, tier_id, product_class, product_id, id"
    _rec_name = "factor_text"

    tier_id = fields.Many2one(comodel_name="bank.tier", index="btree_not_null", ondelete="restrict")
    product_class = fields.Selection(selection=PRODUCT_CLASSES, string="Class of Product")
    product_id = fields.Many2one(
        comodel_name="bank.product", index="btree_not_null", ondelete="restrict",
        help="It goes before the class.",
    )  # fmt: skip
    factor_num = fields.Integer(string="Times", required=True, default=1)
    factor_den = fields.Integer(string="Divided by", required=True, default=1)
    factor_text = fields.Char(string="Multiplier", compute="_compute_factor_text")

    _tier_uniq = models.UniqueIndex(
        "(rule_id, tier_id) WHERE tier_id IS NOT NULL", "The rule has a multiplier of this tier already."
    )
    _product_uniq = models.UniqueIndex(
        "(rule_id, product_id) WHERE product_id IS NOT NULL", "The rule has a multiplier of this product already."
    )
    _class_uniq = models.UniqueIndex(
        "(rule_id, product_class) WHERE product_class IS NOT NULL",
        "The rule has a multiplier of this class already.",
    )
    _numbers_check = models.Constraint(
        "CHECK(factor_num >= 0 AND factor_den > 0)",
        "Times, Divided by: a multiplier is not negative and nothing is divided by zero.",
    )

    @api.depends("factor_num", "factor_den")
    def _compute_factor_text(self):
        for line in self:
            line.factor_text = f"× {line.factor_num / (line.factor_den or 1):g}"

    @api.constrains("rule_id", "tier_id", "product_class", "product_id")
    def _check_one_subject(self):
        for line in self:
            if sum(map(bool, (line.tier_id, line.product_class, line.product_id))) != 1:
                raise ValidationError(
                    self.env._("Multipliers: name in each line either a tier, a class of products or a product.")
                )
