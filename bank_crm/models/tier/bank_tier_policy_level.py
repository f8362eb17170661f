from odoo import api, fields, models


class BankTierPolicyLevel(models.Model):
    """What a policy says of one tier: from which amount, and how slowly it is lost.

    Months are judged when they are over. ``watch_after_months`` and ``downgrade_after_months`` count the closed months
    below the level in a row; what they bring about holds from the month after them:

    - CCB, "below level for 3 months: watch from month 4, 3 months of watch: downgraded from month 4 of watch": watched
      after 3, downgraded after 6, that is with month 7, to the level of the best of these 6 months.
    - Bohai, "first month below: watch; 3 bad months: downgrade in month 4 to the level of month 3": watched after 1,
      downgraded after 3 (6 for private banking), to the level of the last month.
    """

    _name = "bank.tier.policy.level"
    _description = "Level of a Tier Policy"
    _order = "policy_id, min_amount"
    _rec_name = "tier_id"

    policy_id = fields.Many2one(comodel_name="bank.tier.policy", required=True, index=True, ondelete="cascade")
    tier_id = fields.Many2one(comodel_name="bank.tier", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="policy_id.company_id")
    currency_id = fields.Many2one(related="policy_id.currency_id")
    min_amount = fields.Monetary(string="From Amount", required=True)
    watch_after_months = fields.Integer(
        string="Watched After",
        required=True,
        default=1,
        help="Months below the level in a row. Watched from the month after them; 1: from the month after the first.",
    )
    downgrade_after_months = fields.Integer(
        string="Downgraded After",
        required=True,
        default=3,
        help="Months below the level in a row, the watched ones included. Downgraded with the month after them.",
    )
    downgrade_target = fields.Selection(
        selection=[
            ("last_month", "Level of the Last Month"),
            ("max_in_window", "Level of the Best of the Months Below"),
        ],
        string="Downgraded To",
        required=True,
        default="last_month",
    )

    _tier_uniq = models.UniqueIndex("(policy_id, tier_id)", "The policy has this tier already.")
    _months_check = models.Constraint(
        "CHECK(watch_after_months >= 1 AND downgrade_after_months >= watch_after_months)",
        "Watched After, Downgraded After: at least one month, and no downgrade before the watch.",
    )
    _min_amount_check = models.Constraint("CHECK(min_amount >= 0)", "From Amount: it cannot be negative.")

    @api.model_create_multi
    def create(self, vals_list):
        levels = super().create(vals_list)
        levels.policy_id._check_draft()
        return levels

    def write(self, vals):
        self.policy_id._check_draft()
        result = super().write(vals)
        self.policy_id._check_draft()  # nor may it be moved to another policy
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_fixed(self):
        self.policy_id._check_draft()
