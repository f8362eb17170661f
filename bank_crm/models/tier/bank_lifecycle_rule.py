from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# What follows from rules; the others are facts that somebody states: prospect, onboarding, closed, deceased.
STAGES_BY_RULE = [
    ("new", "New"),
    ("growth", "Growth"),
    ("mature", "Mature"),
    ("declining", "Declining"),
    ("dormant", "Dormant"),
    ("lost", "Lost"),
]
# Selections are lists and not methods: Odoo does not check values against a selection that a method gives.
STAGES = [
    ("prospect", "Prospect"),
    ("onboarding", "Onboarding"),
    *STAGES_BY_RULE,
    ("closed", "Closed"),
    ("deceased", "Deceased"),
]
RULE_STAGES = tuple(code for code, _label in STAGES_BY_RULE)
FINAL_STAGES = ("closed", "deceased")
FADING_STAGES = ("declining", "dormant", "lost")

CONDITIONS = {
    "stage",
    "needs_holding",
    "age_min_days",
    "age_max_days",
    "drop_pct",
    "drop_days",
    "drop_min_count",
    "idle_days",
    "has_aum_bounds",
    "aum_min",
    "aum_max",
    "tier_ids",
}


class BankLifecycleRule(models.Model):
    """When a customer is in a stage of his life with the bank. The first rule in the order that fits decides.

    A condition that is left at nothing does not ask. Rules about postings judge only customers of whose holdings
    postings have been known for as long as the rule looks back: where no postings are sent, nobody is lost. The days
    of postings are counted back from the newest posting of the bank, so that a feed that stops makes nobody dormant.
    For the same reason no rule about age takes a customer without known postings out of declining, dormant or lost.
    """

    _name = "bank.lifecycle.rule"
    _description = "Lifecycle Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    stage = fields.Selection(selection=STAGES_BY_RULE, required=True, index=True)
    company_id = fields.Many2one(comodel_name="res.company", index=True, help="Empty: all companies.")
    active = fields.Boolean(default=True)
    valid_from = fields.Date()
    valid_to = fields.Date(help="The last day.")
    version = fields.Integer(readonly=True, default=1, copy=False, help="Counts the changes of the conditions.")

    needs_holding = fields.Boolean(string="Has an Open Holding")
    age_min_days = fields.Integer(string="Customer for at Least", help="Days since the relationship began.")
    age_max_days = fields.Integer(string="Customer for at Most", help="Days; 0: no end.")
    drop_pct = fields.Float(
        string="Postings Down by %", digits=(5, 2), help="Of the customer's own postings; 0: not asked."
    )
    drop_days = fields.Integer(
        string="Over Days", default=90, help="So many days are compared with as many days before."
    )
    drop_min_count = fields.Integer(
        string="From Postings", default=1, help="With fewer in the days before, nothing can be said."
    )
    idle_days = fields.Integer(string="No Own Posting for Days", help="0: not asked.")
    has_aum_bounds = fields.Boolean(string="Depends on Assets")
    aum_min = fields.Monetary(string="AUM from")
    aum_max = fields.Monetary(string="AUM below", help="0: no end.")
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    tier_ids = fields.Many2many(comodel_name="bank.tier", string="Tiers", help="Empty: any tier, or none.")

    max_days = fields.Integer(string="Days in the Stage", help="Who stays longer is overdue; 0: no limit.")
    plan_id = fields.Many2one(
        comodel_name="mail.activity.plan",
        string="Action Plan",
        domain=[("res_model", "=", "res.partner")],
        index="btree_not_null",
        ondelete="restrict",
        help="Activities that the relationship manager gets when a customer enters the stage by this rule.",
    )
    note = fields.Text(string="Source of the Rule", translate=True)

    _days_check = models.Constraint(
        "CHECK(age_min_days >= 0 AND age_max_days >= 0 AND idle_days >= 0 AND max_days >= 0 "
        "AND drop_days BETWEEN 1 AND 730 AND drop_min_count >= 1)",
        "Days: give whole numbers from 0; Over Days from 1 to 730; From Postings from 1.",
    )
    _drop_check = models.Constraint("CHECK(drop_pct >= 0 AND drop_pct <= 100)", "Postings Down by %: give 0 to 100 %.")

    @api.constrains(*CONDITIONS)
    def _check_conditions(self):
        for rule in self:
            if not rule._has_conditions():
                raise UserError(
                    self.env._("A rule without a condition fits everybody. Give at least one number or tier.")
                )

    def _has_conditions(self):
        return bool(
            self.age_min_days
            or self.age_max_days
            or self.drop_pct
            or self.idle_days
            or self.has_aum_bounds
            or self.tier_ids
            or self.needs_holding
        )

    def write(self, vals):
        if CONDITIONS & set(vals) and "version" not in vals:
            for rule in self:
                super(BankLifecycleRule, rule).write({**vals, "version": rule.version + 1})
            return True
        return super().write(vals)

    @api.model
    def _valid_rules(self, on):
        """Return the rules that decide on a day for the company, in their order."""
        # sudo: bank.lifecycle.rule - rules of the bank, read by the night
        return self.sudo().search(
            Domain("company_id", "in", [self.env.company.id, False])
            & (Domain("valid_from", "=", False) | Domain("valid_from", "<=", on))
            & (Domain("valid_to", "=", False) | Domain("valid_to", ">=", on))
        )

    # ------------------------------------------------------------------
    # Conditions, on the alias ``fact``
    # ------------------------------------------------------------------

    def _condition(self, on, as_of):
        """Return the SQL condition of this rule.

        :param on: the day on which is judged
        :param as_of: the day up to which postings are known, or None
        """
        self.ensure_one()
        parts = [SQL("TRUE")]
        if self.needs_holding:
            parts.append(SQL("fact.has_holding"))
        if self.age_min_days:
            parts.append(SQL("fact.age_days >= %s", self.age_min_days))
        if self.age_max_days:
            parts.append(SQL("fact.age_days BETWEEN 0 AND %s", self.age_max_days))
        if self.tier_ids:
            parts.append(SQL("fact.tier_id = ANY(%s)", self.tier_ids.ids))
        if self.has_aum_bounds:
            parts.append(self._assets_condition(on))
        if self.drop_pct or self.idle_days:
            parts.append(self._postings_condition(as_of))
        else:
            # nobody comes back to life by his age alone: somebody who knew has said that he is dormant or lost
            parts.append(
                SQL("(fact.observed_from IS NOT NULL OR fact.stage IS NULL OR fact.stage NOT IN %s)", FADING_STAGES)
            )
        return SQL("(%s)", SQL(" AND ").join(parts))

    def _assets_condition(self, on):
        company = self.company_id or self.env.company
        least, most = (
            self.currency_id._convert(amount, company.currency_id, company, on)
            for amount in (self.aum_min, self.aum_max)
        )
        condition = SQL("fact.aum >= %s", least)
        return SQL("%s AND fact.aum < %s", condition, most) if most else condition

    def _postings_condition(self, as_of):
        """Who is judged by his postings has been observed for as long as the rule looks back."""
        if not as_of:
            return SQL("FALSE")
        parts = []
        if self.idle_days:
            since = fields.Date.subtract(as_of, days=self.idle_days)
            parts.append(SQL("fact.observed_from <= %s", since))
            parts.append(SQL("(fact.last_own_on IS NULL OR fact.last_own_on <= %s)", since))
        if self.drop_pct:
            recent, before = (SQL.identifier("fact", f"{name}_{self.drop_days}") for name in ("recent", "before"))
            begin = fields.Date.subtract(as_of, days=2 * self.drop_days - 1)
            parts.append(SQL("fact.observed_from <= %s AND %s >= %s", begin, before, max(self.drop_min_count, 1)))
            parts.append(SQL("%s * 100 <= %s * (100 - %s::numeric)", recent, before, self.drop_pct))
        return SQL(" AND ").join(parts)
