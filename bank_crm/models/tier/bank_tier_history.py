from odoo import fields, models


class BankTierHistory(models.Model):
    """Each change of a customer's tier, with the rule that made it and the figures the rule saw."""

    _name = "bank.tier.history"
    _description = "Tier History"
    _inherit = ["bank.sealed.mixin"]
    _order = "changed_on desc, id desc"
    _rec_name = "to_tier_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="partner_id.company_id")
    from_tier_id = fields.Many2one(comodel_name="bank.tier", string="Former Tier", readonly=True, ondelete="restrict")
    to_tier_id = fields.Many2one(comodel_name="bank.tier", string="New Tier", readonly=True, ondelete="restrict")
    changed_on = fields.Date(string="Date", required=True, readonly=True)
    reason = fields.Selection(
        selection=[
            ("initial", "First Assignment"),
            ("upgrade", "Upgrade"),
            ("downgrade", "Downgrade"),
            ("manual", "By Hand"),
            ("feed", "Core Banking"),
            ("merge", "Merge"),
        ],
        required=True,
        readonly=True,
    )
    metric_amount = fields.Monetary(string="Assets Seen", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    rule_version = fields.Char(readonly=True)
    inputs = fields.Json(string="Inputs of the Rule", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="By", readonly=True, ondelete="restrict")

    _partner_changed_idx = models.Index("(partner_id, changed_on DESC)")
