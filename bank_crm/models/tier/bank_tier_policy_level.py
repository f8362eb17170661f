from odoo import fields, models


class BankTierPolicyLevel(models.Model):
    """What a policy says of one tier: from which amount, and how slowly it is lost."""

    _name = "bank.tier.policy.level"
    _description = "Level of a Tier Policy"
    _order = "policy_id, min_amount"
    _rec_name = "tier_id"

    policy_id = fields.Many2one(comodel_name="bank.tier.policy", required=True, index=True, ondelete="cascade")
    tier_id = fields.Many2one(comodel_name="bank.tier", required=True, index=True, ondelete="restrict")
    currency_id = fields.Many2one(related="policy_id.currency_id")
    min_amount = fields.Monetary(string="From Amount", required=True)
    watch_after_months = fields.Integer(
        default=1, help="Watched after so many months in a row below the level; 1 is: from the first one."
    )
    downgrade_after_months = fields.Integer(
        default=3, help="Downgraded after so many months in a row below the level, the watched ones included."
    )
    downgrade_target = fields.Selection(
        selection=[
            ("last_month", "Level of the Last Month"),
            ("max_in_window", "Level of the Best of the Months Below"),
        ],
        required=True,
        default="last_month",
    )

    _tier_uniq = models.UniqueIndex("(policy_id, tier_id)", "The policy has this tier already.")
    _months_check = models.Constraint(
        "CHECK(watch_after_months >= 1 AND downgrade_after_months >= watch_after_months)",
        "Watch After, Downgrade After: at least one month, and no downgrade before the watch.",
    )
