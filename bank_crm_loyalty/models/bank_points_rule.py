from odoo import api, fields, models
from odoo.exceptions import ValidationError

METRICS = [
    ("adb_aum", "Average AUM"),
    ("adb_deposit", "Average Deposits"),
    ("adb_fund", "Average Funds"),
    ("adb_wealth", "Average Wealth Management"),
    ("adb_insurance", "Average Insurance"),
    ("adb_metal", "Average Precious Metals"),
    ("adb_other", "Average Other Assets"),
]
BIRTHDAY = "birthday"


class BankPointsRule(models.Model):
    """For what customers earn points, in one version.

    A rule gives points for the average balance of a month (``balance``), for postings (``transaction``) or for what
    happened to a customer (``event``). Its value date decides which version holds and which tier and campaign count,
    however late the fact arrives. What it gives is ``floor(amount × rate × multipliers)`` in exact fractions; see
    ``tools/earning``.

    An active version does not change: "New Version" copies it. A version that was replaced still decides late facts of
    its own time.
    """

    _name = "bank.points.rule"
    _description = "Earning Rule"
    _inherit = ["mail.thread", "bank.guarded.mixin"]
    _order = "program_id, sequence, code, version desc"

    name = fields.Char(required=True, translate=True, help="Customers read it beside their points.")
    code = fields.Char(required=True, help="The same for all versions; part of the keys in the ledger.")
    version = fields.Integer(required=True, readonly=True, default=1, copy=False)
    sequence = fields.Integer(default=10)
    state = fields.Selection(
        selection=[("draft", "Draft"), ("active", "Active"), ("retired", "Retired")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    program_id = fields.Many2one(
        comodel_name="bank.points.program",
        string="Programme",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["bank.points.program"]._default_program(),
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="program_id.currency_id")
    valid_from = fields.Date(copy=False, help="First value date that this version decides. Empty: the day it starts.")
    valid_to = fields.Date(copy=False, help="Last value date that this version decides. Empty: until it is replaced.")
    activated_at = fields.Datetime(readonly=True, copy=False)
    note = fields.Text(string="Source of the Rule", translate=True)
    kind = fields.Selection(
        selection=[
            ("balance", "Average Balance of a Month"),
            ("transaction", "Transactions"),
            ("event", "Events"),
        ],
        required=True,
        default="transaction",
    )

    # Balances
    metric = fields.Selection(selection=METRICS, string="Balance", default="adb_aum")
    threshold = fields.Monetary(help="Nothing is earned unless the balance is above it.")
    threshold_mode = fields.Selection(
        selection=[("whole", "The Whole Balance Counts"), ("excess", "What is above it Counts")],
        string="Above the Threshold",
        required=True,
        default="whole",
    )
    band_mode = fields.Selection(
        selection=[("reached", "One Rate: the Band Reached"), ("slices", "Each Slice at its Rate")],
        string="Bands",
        required=True,
        default="reached",
    )
    band_ids = fields.One2many(comodel_name="bank.points.rule.band", inverse_name="rule_id", copy=True)

    # Transactions
    direction = fields.Selection(
        selection=[("out", "Money Out"), ("in", "Money In"), ("both", "Both")],
        required=True,
        default="out",
    )
    rate_num = fields.Integer(string="Points", default=1)
    rate_den = fields.Integer(string="for each Amount of", default=1, help="In the currency of the programme.")
    min_amount = fields.Monetary(string="Minimum Amount", help="Smaller transactions earn nothing.")
    rounding = fields.Selection(
        selection=[("item", "For Each Transaction"), ("day", "For Each Customer and Day")],
        string="Rounded Down",
        required=True,
        default="item",
    )
    filter_ids = fields.One2many(comodel_name="bank.points.rule.filter", inverse_name="rule_id", copy=True)

    # Events
    event_kind = fields.Selection(selection="_selection_event_kind")
    event_code = fields.Char(
        help="Only events about this code, such as a product's or a survey programme's."
    )
    points = fields.Integer(string="Points per Event")
    once_per = fields.Selection(
        selection=[
            ("event", "Each Event"),
            ("year", "The First of a Year"),
            ("customer", "The First Ever"),
        ],
        string="Counts",
        required=True,
        default="event",
    )

    # Conditions, multipliers, limits
    only_birthday_month = fields.Boolean(help="Counts only in the month in which the customer was born.")
    multiplier_ids = fields.One2many(comodel_name="bank.points.rule.multiplier", inverse_name="rule_id", copy=True)
    multiplier_policy = fields.Selection(
        selection=[("multiply", "Multiplied"), ("add", "What is above 1 is Added")],
        string="Several Multipliers",
        required=True,
        default="multiply",
        help="Tier 1.5 and campaign 2: multiplied 3, added 2.5.",
    )
    multiplier_cap_num = fields.Integer(string="Multiplier at Most", default=0, help="0: no limit.")
    multiplier_cap_den = fields.Integer(string="Most: Divided by", default=1)
    uses_campaigns = fields.Boolean(string="Campaigns Count", default=True)
    campaign_id = fields.Many2one(
        comodel_name="bank.points.campaign",
        string="Paid from Campaign",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('program_id', '=', program_id)]",
        help="The rule earns in this campaign only, and all its points count against the campaign's budget.",
    )
    cap_item = fields.Integer(string="Most for One", help="Points for a transaction, month or event. 0: no limit.")
    cap_day = fields.Integer(string="Most in a Day", help="Points for a customer. 0: no limit.")
    cap_month = fields.Integer(string="Most in a Month", help="Points for a customer. 0: no limit.")
    cap_customer = fields.Integer(
        string="Most for a Customer", help="Points for a customer under this version. 0: no limit."
    )

    summary = fields.Char(compute="_compute_summary")

    _code_version_uniq = models.UniqueIndex("(program_id, code, version)", "This version of the rule exists already.")
    _open_uniq = models.UniqueIndex(
        "(program_id, code) WHERE state = 'active' AND valid_to IS NULL", "Another version of this rule is active."
    )
    _rate_check = models.Constraint(
        "CHECK(rate_num >= 0 AND rate_den > 0 AND multiplier_cap_num >= 0 AND multiplier_cap_den > 0)",
        "Points, for each Amount of, Most: points are not negative and nothing is divided by zero.",
    )
    _limits_check = models.Constraint(
        "CHECK(cap_item >= 0 AND cap_day >= 0 AND cap_month >= 0 AND cap_customer >= 0 AND min_amount >= 0"
        " AND points >= 0 AND threshold >= 0)",
        "Limits, Points, Minimum Amount, Threshold: none of them can be negative.",
    )
    _dates_check = models.Constraint(
        "CHECK(valid_from IS NULL OR valid_to IS NULL OR valid_to >= valid_from - 1)",
        "Valid To: a version cannot end before it begins.",
    )

    @api.model
    def _selection_event_kind(self):
        labels = self.env["bank.customer.event"]._kind_labels()
        return [(BIRTHDAY, self.env._("Birthday")), *sorted(labels.items(), key=lambda item: item[1])]

    @api.depends("code", "version", "name")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = f"{rule.name} ({rule.code}/{rule.version})"

    @api.depends("kind", "metric", "threshold", "rate_num", "rate_den", "points", "event_kind", "band_ids.rate_text")
    def _compute_summary(self):
        for rule in self:
            rule.summary = getattr(rule, f"_say_{rule.kind}")() if rule.kind else ""

    def _say_balance(self):
        metric = dict(self._fields["metric"]._description_selection(self.env)).get(self.metric, "")
        rates = ", ".join(band.rate_text for band in self.band_ids if band.rate_text)
        if not self.threshold:
            return f"{metric} × {rates}"
        return self.env._(
            "%(metric)s × %(rates)s, above %(amount)s",
            metric=metric,
            rates=rates,
            amount=self.currency_id.format(self.threshold),
        )

    def _say_transaction(self):
        return self.env._(
            "%(points)s for each %(amount)s",
            points=self.rate_num,
            amount=self.currency_id.format(self.rate_den),
        )

    def _say_event(self):
        kinds = dict(self._selection_event_kind())
        return self.env._(
            "%(points)s for “%(event)s”", points=self.points, event=kinds.get(self.event_kind, self.event_kind or "")
        )

    @api.constrains("code")
    def _check_code(self):
        for rule in self:
            if not rule.code.strip() or ":" in rule.code or len(rule.code) > 32:
                raise ValidationError(self.env._("Code: it is part of keys. Use up to 32 characters without a colon."))
