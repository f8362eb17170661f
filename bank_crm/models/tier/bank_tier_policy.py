from odoo import fields, models


class BankTierPolicy(models.Model):
    """The rules by which customers reach, keep and lose tiers, in one version.

    Draft policies can be simulated; at most one policy of a company is active on a day. An active or retired policy
    does not change: a change is a new version. Each row of ``bank.tier.history`` names the version that made it.
    """

    _name = "bank.tier.policy"
    _description = "Tier Policy"
    _inherit = ["bank.guarded.mixin"]
    _order = "code, version desc"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    version = fields.Integer(required=True, default=1, copy=False)
    state = fields.Selection(
        selection=[("draft", "Draft"), ("active", "Active"), ("retired", "Retired")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    valid_from = fields.Date(copy=False, help="First month that it decides.")
    valid_to = fields.Date(copy=False)
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    metric = fields.Selection(
        selection=[
            ("average", "Average Daily Balance"),
            ("end_of_month", "Balance at the End of the Month"),
            ("weighted", "Average Weighted by Asset Class"),
        ],
        required=True,
        default="average",
    )
    upgrade = fields.Selection(
        selection=[("immediate", "In the Month in which the Level is Reached"), ("next_month", "In the Next Month")],
        required=True,
        default="immediate",
    )
    household_scope = fields.Selection(
        selection=[("individual", "Each Customer Alone"), ("household", "The Better of Customer and Household")],
        required=True,
        default="individual",
    )
    coverage_min_days = fields.Integer(
        default=20, help="A month with fewer covered days never counts towards watching or a downgrade."
    )
    level_ids = fields.One2many(comodel_name="bank.tier.policy.level", inverse_name="policy_id", copy=True)
    weight_ids = fields.One2many(comodel_name="bank.tier.policy.weight", inverse_name="policy_id", copy=True)
    note = fields.Text(string="Source of the Rule", translate=True)

    _code_version_uniq = models.UniqueIndex(
        "(company_id, code, version)", "This version of the policy exists already."
    )
