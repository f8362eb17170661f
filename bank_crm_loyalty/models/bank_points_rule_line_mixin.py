from odoo import api, fields, models


class BankPointsRuleLineMixin(models.AbstractModel):
    """A part of a version of a rule: it changes while the version is a draft, and never again."""

    _name = "bank.points.rule.line.mixin"
    _description = "Part of an Earning Rule"

    rule_id = fields.Many2one(comodel_name="bank.points.rule", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="rule_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="rule_id.currency_id")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.rule_id._check_draft()
        return lines

    def write(self, vals):
        self.rule_id._check_draft()
        result = super().write(vals)
        self.rule_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_drafts(self):
        self.rule_id._check_draft()
