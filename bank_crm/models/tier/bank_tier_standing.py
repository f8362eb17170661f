from odoo import fields, models


class BankTierStanding(models.Model):
    """Where a customer stands after one month under the active policy; written by the run ``tiers``.

    ``tier_id`` is the tier with which he goes into the next month. The row of a month follows from the row of the
    month before and the figures of the month alone, so that a late correction replays from the month it touches.
    """

    _name = "bank.tier.standing"
    _description = "Standing of a Month"
    _order = "month desc, partner_id"
    _rec_name = "month"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, ondelete="restrict"
    )  # indexed by _partner_month_uniq
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, index=True)
    policy_id = fields.Many2one(comodel_name="bank.tier.policy", required=True, readonly=True, ondelete="restrict")
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    metric_amount = fields.Monetary(string="Metric", readonly=True, help="What the policy compares with its levels.")
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    coverage_days = fields.Integer(readonly=True)
    is_provisional = fields.Boolean(readonly=True, help="Too few covered days: it counts for no downgrade.")
    from_tier_id = fields.Many2one(comodel_name="bank.tier", string="Tier Before", readonly=True, ondelete="restrict")
    reached_tier_id = fields.Many2one(
        comodel_name="bank.tier", string="Level Reached", readonly=True, ondelete="restrict"
    )
    tier_id = fields.Many2one(comodel_name="bank.tier", string="Tier After", readonly=True, ondelete="restrict")
    bad_months = fields.Integer(string="Months Below", readonly=True, help="In a row, this one included.")
    best_bad_amount = fields.Monetary(readonly=True, help="The highest metric of those months.")
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("kept", "Kept"),
            ("below", "Below"),
            ("watch", "Watched"),
            ("upgraded", "Upgraded"),
            ("downgraded", "Downgraded"),
            ("manual", "Set by Hand"),
        ],
        required=True,
        readonly=True,
    )
    next_tier_id = fields.Many2one(comodel_name="bank.tier", string="Next Tier", readonly=True, ondelete="restrict")
    next_short = fields.Monetary(string="Short of Next Tier", readonly=True)

    _partner_month_uniq = models.UniqueIndex("(partner_id, month)", "The customer has a standing of this month.")
    _company_month_idx = models.Index("(company_id, month, state)")
