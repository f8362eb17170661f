from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL


class BankPointsBudget(models.Model):
    """What a campaign may cost, for all customers or for those of a branch; ``used_points`` is its counter.

    Whoever books from it locks the row, so that two nights cannot spend the same points twice.
    """

    _name = "bank.points.budget"
    _description = "Budget of a Campaign"
    _inherit = ["bank.guarded.mixin"]
    _order = "campaign_id, branch_id"
    _rec_name = "branch_id"

    campaign_id = fields.Many2one(comodel_name="bank.points.campaign", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    branch_id = fields.Many2one(
        comodel_name="bank.branch",
        index="btree_not_null",
        ondelete="restrict",
        help="With its sub-branches. Empty: customers of all branches that have no budget of their own.",
    )
    points = fields.Integer(required=True)
    used_points = fields.Integer(string="Used", readonly=True, default=0, copy=False)
    remaining_points = fields.Integer(string="Remaining", compute="_compute_remaining_points")
    is_reported = fields.Boolean(readonly=True, copy=False, export_string_translation=False)

    _branch_uniq = models.UniqueIndex(
        "(campaign_id, COALESCE(branch_id, 0))", "The campaign has a budget of this branch already."
    )
    _points_check = models.Constraint(
        "CHECK(points > 0 AND COALESCE(used_points, 0) >= 0)", "Points: a budget has at least one point."
    )

    @api.model
    def _guarded_fields(self):
        return {"used_points", "is_reported"}

    @api.depends("points", "used_points")
    def _compute_remaining_points(self):
        for budget in self:
            budget.remaining_points = max(budget.points - budget.used_points, 0)

    @api.constrains("campaign_id", "branch_id")
    def _check_company(self):
        for budget in self:
            if budget.branch_id and budget.branch_id.company_id != budget.campaign_id.program_id.company_id:
                raise ValidationError(self.env._("Branch: it belongs to another company than the campaign."))

    @api.model_create_multi
    def create(self, vals_list):
        budgets = super().create(vals_list)
        budgets.campaign_id._check_draft()
        return budgets

    def write(self, vals):
        """Budgets of a campaign that has begun can be raised, nothing else.

        :raises UserError: ``[budget_lowered]``, ``[campaign_active]``
        """
        if not self._is_unguarded():
            self._check_guarded_fields(vals)
            if set(vals) - {"points"}:
                self.campaign_id._check_draft()
            for budget in self.filtered(lambda budget: budget.campaign_id.state != "draft"):
                budget._check_raised(vals.get("points"))
        return super().write(vals)

    def _check_raised(self, points):
        if not isinstance(points, int) or points < self.points:
            raise UserError(
                self.env._(
                    "[budget_lowered] Points: the budget of a campaign that has begun can be raised only. Stop the "
                    "campaign to spend less."
                )
            )
        self.campaign_id.message_post(
            body=self.env._(
                "Budget of %(branch)s: %(before)s → %(after)s",
                branch=self.branch_id.name or self.env._("all branches"),
                before=self.points,
                after=points,
            )
        )
        self._unguarded().is_reported = False

    @api.ondelete(at_uninstall=False)
    def _unlink_except_drafts(self):
        self.campaign_id._check_draft()

    @api.model
    def _report_used(self, budget_ids):
        """Raise an alarm for budgets that have come to their mark and were not reported yet."""
        rows = self.env.execute_query(
            SQL(
                """UPDATE bank_points_budget budget SET is_reported = TRUE
                     FROM bank_points_campaign campaign
                    WHERE campaign.id = budget.campaign_id AND budget.id = ANY(%s)
                      AND budget.is_reported IS NOT TRUE
                      AND budget.used_points::bigint * 100 >= budget.points::bigint * campaign.alert_pct
                RETURNING budget.id""",
                list(budget_ids),
            )
        )
        self.invalidate_model()
        reported = self.browse(row[0] for row in rows)
        reported.campaign_id._alarm(reported)
