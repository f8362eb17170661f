from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .bank_points_rule_version import FREE


class BankPointsCampaign(models.Model):
    """A time in which customers earn more, and what it may cost.

    Where several campaigns fit a fact, the one with the highest multiplier counts. Its budget pays what customers
    earn beyond what they would earn without it. A campaign that has begun does not change; only budgets can be raised.
    """

    _name = "bank.points.campaign"
    _description = "Points Campaign"
    _inherit = ["mail.thread", "mail.activity.mixin", "bank.guarded.mixin"]
    _order = "valid_from desc, id desc"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    program_id = fields.Many2one(
        comodel_name="bank.points.program",
        string="Programme",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["bank.points.program"]._default_program(),
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    state = fields.Selection(
        selection=[("draft", "Draft"), ("active", "Active"), ("stopped", "Stopped")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    valid_from = fields.Date(required=True, help="First value date.")
    valid_to = fields.Date(required=True, help="Last value date.")
    factor_num = fields.Integer(string="Times", required=True, default=2)
    factor_den = fields.Integer(string="Divided by", required=True, default=1)

    # For what
    rule_kind = fields.Selection(
        selection=[("balance", "Balances"), ("transaction", "Transactions"), ("event", "Events")],
        string="Only for",
        help="Empty: for all rules of the programme.",
    )
    product_ids = fields.Many2many(comodel_name="bank.product", string="Only these Products")
    tier_ids = fields.Many2many(comodel_name="bank.tier", string="Only these Tiers")
    rule_ids = fields.One2many(comodel_name="bank.points.rule", inverse_name="campaign_id", string="Rules It Pays")

    # Budget
    budget_policy = fields.Selection(
        selection=[("none", "No Budget"), ("stop", "Stops"), ("alert", "Reports, and Goes on")],
        string="When Used Up",
        required=True,
        default="none",
    )
    alert_pct = fields.Integer(string="Report at (%)", default=80)
    budget_ids = fields.One2many(comodel_name="bank.points.budget", inverse_name="campaign_id", copy=True)
    budget_points = fields.Integer(string="Points", compute="_compute_budget")
    used_points = fields.Integer(string="Used", compute="_compute_budget")
    used_pct = fields.Float(string="Used (%)", compute="_compute_budget")

    _code_uniq = models.UniqueIndex("(company_id, code)", "Another campaign of this company has this code.")
    _numbers_check = models.Constraint(
        "CHECK(factor_den > 0 AND factor_num >= factor_den)",
        "Times, Divided by: a campaign multiplies by 1 or more.",
    )
    _dates_check = models.Constraint(
        "CHECK(valid_to >= valid_from - 1)", "Valid To: a campaign cannot end before it begins."
    )
    _alert_check = models.Constraint("CHECK(alert_pct BETWEEN 1 AND 100)", "Report at (%): between 1 and 100.")

    @api.depends("budget_ids.points", "budget_ids.used_points")
    def _compute_budget(self):
        for campaign in self:
            campaign.budget_points = sum(campaign.budget_ids.mapped("points"))
            campaign.used_points = sum(campaign.budget_ids.mapped("used_points"))
            campaign.used_pct = 100 * campaign.used_points / campaign.budget_points if campaign.budget_points else 0

    # ------------------------------------------------------------------
    # Life
    # ------------------------------------------------------------------

    def write(self, vals):
        if not self._is_unguarded() and set(vals) - FREE - {"budget_ids"}:
            self._check_guarded_fields(vals)
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_drafts(self):
        self._check_draft()

    def _check_draft(self):
        if any(campaign.state != "draft" for campaign in self):
            raise UserError(
                self.env._(
                    "[campaign_active] A campaign that has begun does not change, because points were earned by it. "
                    "Stop it and make another one; its budgets can be raised."
                )
            )

    def action_activate(self):
        """Let drafts count from their first day on, which is not in the past.

        :raises ValidationError: the first day is over, or the budget is missing
        """
        self.env["bank.points.rule"]._check_may_configure()
        self.check_access("write")
        self._check_draft()
        today = self.env["bank.run"]._today()
        for campaign in self:
            if campaign.valid_from < today:
                raise ValidationError(
                    self.env._("Valid From: the days before today are decided. Choose a day from today on.")
                )
            if campaign.budget_policy != "none" and not campaign.budget_ids:
                raise ValidationError(self.env._("Budgets: add one, or choose “No Budget”."))
        self._unguarded().state = "active"
        return True

    def action_stop(self):
        """End active campaigns: today is the last value date that counts."""
        self.env["bank.points.rule"]._check_may_configure()
        self.check_access("write")
        today = self.env["bank.run"]._today()
        for campaign in self.filtered(lambda campaign: campaign.state == "active"):
            last = max(today, fields.Date.subtract(campaign.valid_from, days=1))
            campaign._unguarded().write({"state": "stopped", "valid_to": min(campaign.valid_to, last)})
        return True

    def _alarm(self, budgets):
        """Tell those who run the programmes that budgets come to their end; one activity for a manager."""
        managers = self.env.ref("bank_crm_loyalty.group_loyalty_manager").all_user_ids
        for campaign in self:
            own = budgets.filtered(lambda budget, campaign=campaign: budget.campaign_id == campaign)
            users = managers.filtered(lambda user, company=campaign.company_id: company in user.company_ids)
            for user in users - self.env.ref("base.user_root"):
                campaign.activity_schedule(
                    "mail.mail_activity_data_warning",
                    summary=self.env._(
                        "The budget of %(name)s: %(used)s of %(points)s points are used.",
                        name=campaign.name,
                        used=sum(own.mapped("used_points")),
                        points=sum(own.mapped("points")),
                    ),
                    user_id=user.id,
                )
