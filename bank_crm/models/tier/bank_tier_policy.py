from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

APPROVERS = ("bank_crm.group_bank_admin", "bank_crm.group_compliance")


class BankTierPolicy(models.Model):
    """The rules by which customers reach, keep and lose tiers, in one version.

    A draft can be edited and simulated. An administrator proposes it for a month; a second person, an administrator or
    compliance, activates it, which retires the version before it. At most one version of a company decides a month;
    a retired one goes on deciding its months when they are judged again. A version that is proposed, active or retired
    does not change: a change is a new version. Each row of ``bank.tier.history`` names the version that made it.

    Amounts of customers in other currencies are converted at the rate of the last day of the month.
    """

    _name = "bank.tier.policy"
    _description = "Tier Policy"
    _inherit = ["bank.guarded.mixin"]
    _order = "code, version desc"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    version = fields.Integer(required=True, readonly=True, default=1, copy=False)
    state = fields.Selection(
        selection=[("draft", "Draft"), ("proposed", "Proposed"), ("active", "Active"), ("retired", "Retired")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    valid_from = fields.Date(
        string="From Month", copy=False, help="First month that it decides; any of its days. Empty: the running one."
    )
    valid_to = fields.Date(string="Until", readonly=True, copy=False, help="Last day of the last month it decides.")
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
        help="In the month: from its first day when it is over; before, as soon as the balances of the days that have "
        "passed, divided by all days of the month, reach the level, for then the month will meet it.",
    )
    newcomer = fields.Selection(
        selection=[
            ("at_once", "On the Level of His Present Assets at Once"),
            ("as_others", "On the Lowest Level, then as Everybody"),
        ],
        string="New Customer",
        required=True,
        default="at_once",
        help="The month in which a customer got his first tier is never counted as one below it.",
    )
    household_scope = fields.Selection(
        selection=[("individual", "Each Customer Alone"), ("household", "The Better of Customer and Household")],
        required=True,
        default="individual",
    )
    coverage_min_days = fields.Integer(
        string="Covered Days Needed",
        default=20,
        help="A month with fewer covered days is provisional: it never counts towards watching or a downgrade, and it "
        "does not break a row of months below either.",
    )
    provisional_upgrades = fields.Boolean(
        string="Provisional Months May Upgrade", help="Off: a month with too few covered days changes nothing."
    )
    level_ids = fields.One2many(comodel_name="bank.tier.policy.level", inverse_name="policy_id", copy=True)
    weight_ids = fields.One2many(comodel_name="bank.tier.policy.weight", inverse_name="policy_id", copy=True)
    note = fields.Text(string="Source of the Rule", translate=True)
    proposed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    approved_by_id = fields.Many2one(
        comodel_name="res.users", string="Activated By", readonly=True, copy=False, ondelete="restrict"
    )
    approved_at = fields.Datetime(string="Activated", readonly=True, copy=False)
    may_activate = fields.Boolean(compute="_compute_may_activate")

    _code_version_uniq = models.UniqueIndex(
        "(company_id, code, version)", "This version of the policy exists already."
    )
    _one_a_month_excl = models.Constraint(
        "EXCLUDE USING gist (int4range(company_id, company_id, '[]') WITH &&, "
        "daterange(valid_from, valid_to, '[]') WITH &&) WHERE (state IN ('active', 'retired'))",
        "From Month: another policy of this company decides that month already. Choose a later one.",
    )
    _coverage_check = models.Constraint(
        "CHECK(coverage_min_days BETWEEN 0 AND 31)", "Covered Days Needed: enter a number of days between 0 and 31."
    )

    @api.model
    def _guarded_fields(self):
        return {"state", "version", "valid_to", "proposed_by_id", "approved_by_id", "approved_at"}

    @api.depends("name", "code", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = self.env._("%(name)s, version %(version)s", name=policy.name, version=policy.version)

    @api.depends_context("uid")
    @api.depends("state", "proposed_by_id")
    def _compute_may_activate(self):
        is_approver = any(map(self.env.user.has_group, APPROVERS))
        for policy in self:
            policy.may_activate = is_approver and policy.state == "proposed" and policy.proposed_by_id != self.env.user

    # ------------------------------------------------------------------
    # Fixed versions
    # ------------------------------------------------------------------

    def write(self, vals):
        if vals and not self._is_unguarded():
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_draft()

    def _check_draft(self):
        """Refuse to change what was proposed or has decided.

        :raises UserError: ``[policy_fixed]``
        """
        if fixed := self.filtered(lambda policy: policy.state != "draft"):
            raise UserError(
                self.env._(
                    "[policy_fixed] %(policy)s: only a draft can be changed. Take the proposal back, or make a new "
                    "version.",
                    policy=fixed[0].display_name,
                )
            )

    def copy_data(self, default=None):
        default = default or {}
        data = super().copy_data(default)
        if "code" not in default:
            for policy, vals in zip(self, data, strict=True):
                vals["code"] = self.env._("%(code)s-COPY", code=policy.code)
                vals["name"] = self.env._("%(name)s (copy)", name=policy.name)
        return data

    # ------------------------------------------------------------------
    # Life of a version
    # ------------------------------------------------------------------

    def action_new_version(self):
        """Make a draft with the next number from this version and open it."""
        self.ensure_one()
        self.check_access("create")
        last = self.search(
            [("company_id", "=", self.company_id.id), ("code", "=", self.code)], order="version desc", limit=1
        )
        new = self._unguarded().copy({"code": self.code, "name": self.name, "version": last.version + 1})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "views": [(False, "form")],
        }

    def action_propose(self, month=None):
        """Propose this draft to a second person.

        :param month: ISO date in the first month that it shall decide; default: the one entered, or the running one
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group("bank_crm.group_bank_admin"):
            raise AccessError(self.env._("[not_an_administrator] A Bank CRM administrator proposes policies."))
        self._check_draft()
        self._check_complete()
        running = self.env["bank.run"].with_company(self.company_id)._today()
        month = (fields.Date.to_date(month or self.valid_from) or running).replace(day=1)
        self._check_month(month)
        self._unguarded().write({"state": "proposed", "valid_from": month, "proposed_by_id": self.env.uid})
        return True

    def action_withdraw(self):
        """Take a proposal back, or refuse it: the policy is a draft again."""
        self.ensure_one()
        self._check_approver()
        self._check_proposed()
        # sudo: bank.tier.policy - compliance decides without being able to edit policies; checked above
        self.sudo()._unguarded().write({"state": "draft", "proposed_by_id": False})
        return True

    def action_activate(self):
        """Let the proposed version decide from its month on; the one before decides until then."""
        self.ensure_one()
        self._check_approver()
        self.lock_for_update()
        self._check_proposed()
        if self.proposed_by_id == self.env.user:
            raise AccessError(
                self.env._("[second_person] You proposed this policy: somebody else has to activate it.")
            )
        # sudo: bank.tier.policy - see action_withdraw
        policy = self.sudo()._unguarded()
        policy._check_month(policy.valid_from)
        former = policy.search([("company_id", "=", policy.company_id.id), ("state", "=", "active")])
        if former:
            former.write({"state": "retired", "valid_to": fields.Date.subtract(policy.valid_from, days=1)})
            former.flush_recordset()
        policy.write({"state": "active", "approved_by_id": self.env.uid, "approved_at": fields.Datetime.now()})
        policy.flush_recordset()
        return True

    def _check_approver(self):
        self.check_access("read")
        if not any(map(self.env.user.has_group, APPROVERS)):
            raise AccessError(
                self.env._("[not_an_approver] Administrators of Bank CRM and compliance decide on policies.")
            )

    def _check_proposed(self):
        if self.state != "proposed":
            raise UserError(self.env._("[not_proposed] This policy is not proposed. Load the page anew."))

    def _check_complete(self):
        """Refuse a policy that leaves somebody without a level.

        :raises ValidationError: ``[policy_incomplete]``
        """
        levels = self.level_ids.sorted("min_amount")
        if not levels or levels[0].min_amount > 0:
            raise ValidationError(
                self.env._("[policy_incomplete] Levels: begin with a level from 0, or customers would have no tier.")
            )
        amounts = levels.mapped("min_amount")
        if len(set(amounts)) != len(amounts):
            raise ValidationError(
                self.env._("[policy_incomplete] Levels: two of them begin with the same amount. Remove one.")
            )
        sequences = levels.mapped("tier_id.sequence")
        if sequences != sorted(sequences):
            raise ValidationError(
                self.env._(
                    "[policy_incomplete] Levels: a higher tier begins with a lower amount. Correct the amounts."
                )
            )

    def _check_month(self, month):
        """Refuse a first month that another version has decided.

        :raises UserError: ``[month_decided]``
        """
        # sudo: bank.tier.standing - only whether there is one; administrators see no customers
        judged = (
            self.env["bank.tier.standing"]
            .sudo()
            .search(
                [("company_id", "=", self.company_id.id), ("month", ">=", month), ("is_open", "=", False)],
                order="month desc",
                limit=1,
            )
        )
        former = self.search([("company_id", "=", self.company_id.id), ("state", "=", "active")], limit=1)
        if judged or (former and former.valid_from >= month):
            raise UserError(
                self.env._(
                    "[month_decided] From Month: %(month)s has been decided by another version. Choose a later month.",
                    month=f"{judged.month or former.valid_from:%Y-%m}",
                )
            )
