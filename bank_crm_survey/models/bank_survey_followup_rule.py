from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import keywords

# Groups of the main figure, whichever it is: the lowest, the middle and the highest.
LEVELS = {
    "detractor": "low",
    "dissatisfied": "low",
    "passive": "middle",
    "neutral": "middle",
    "promoter": "high",
    "satisfied": "high",
}
BUCKET_CHOICES = [
    ("any", "All"),
    ("low", "Detractors and Dissatisfied"),
    ("middle", "Passives and Neutral"),
    ("high", "Promoters and Satisfied"),
]
KINDS = [("call", "Call Back"), ("thank", "Thank")]
OWNER_POLICIES = [
    ("manager", "Relationship Manager"),
    ("branch_manager", "Branch Manager"),
    ("satisfaction_manager", "Satisfaction Manager"),
    ("user", "A Certain Employee"),
]


class BankSurveyFollowupRule(models.Model):
    """Which answers the bank follows up, who does it, and how soon.

    The first rule in order that fits an answer makes its follow-up. Contact is due after hours of business, closing
    after days of business, by the calendar of the branch or the company.
    """

    _name = "bank.survey.followup.rule"
    _description = "Rule of Follow-ups"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty means that the rule is used by all companies."
    )
    program_ids = fields.Many2many(
        comodel_name="bank.survey.program", string="Programmes", help="Empty: all programmes."
    )

    # Which answers
    level = fields.Selection(selection=BUCKET_CHOICES, string="Answers", required=True, default="low")
    has_score_range = fields.Boolean(string="Only Certain Scores")
    score_from = fields.Integer(default=0)
    score_to = fields.Integer(default=10)
    tier_ids = fields.Many2many(comodel_name="bank.tier", string="Tiers", help="Empty: all tiers.")
    keywords = fields.Text(help="One a line. One of them must be in the customer's words; empty: whatever he wrote.")

    # What is done
    kind = fields.Selection(selection=KINDS, required=True, default="call")
    owner_policy = fields.Selection(
        selection=OWNER_POLICIES,
        string="Who",
        required=True,
        default="manager",
        help="An employee whom the customer criticises never gets it: the branch manager does, or the satisfaction "
        "manager.",
    )
    user_id = fields.Many2one(comodel_name="res.users", string="Employee", domain=[("share", "=", False)])
    contact_hours = fields.Float(
        string="Contact Within (Business Hours)", default=24.0, required=True, help="0: no deadline of its own."
    )
    close_days = fields.Integer(string="Close Within (Business Days)", default=5, required=True)
    step_ids = fields.One2many(
        comodel_name="bank.survey.followup.step", inverse_name="rule_id", string="Escalation", copy=True
    )

    _limits_check = models.Constraint(
        "CHECK(contact_hours >= 0 AND contact_hours <= 2000 AND close_days BETWEEN 1 AND 250)",
        "Contact Within, Close Within: enter hours from 0 to 2000 and days from 1 to 250.",
    )

    @api.constrains("owner_policy", "user_id")
    def _check_user(self):
        for rule in self:
            if rule.owner_policy == "user" and not rule.user_id:
                raise ValidationError(
                    self.env._("Employee: choose who follows up by the rule “%(rule)s”.", rule=rule.name)
                )

    @api.constrains("has_score_range", "score_from", "score_to")
    def _check_scores(self):
        for rule in self:
            if rule.has_score_range and rule.score_from > rule.score_to:
                raise ValidationError(
                    self.env._("Score From, Score To: the first one must not be higher (“%(rule)s”).", rule=rule.name)
                )

    def _fits(self, answer):
        """Tell whether this rule is for an answer.

        :param answer: a :class:`~odoo.addons.bank_crm_survey.tools.loop.LoopAnswer`
        """
        self.ensure_one()
        return (
            (not self.company_id or self.company_id.id == answer.company_id)
            and (not self.program_ids or answer.program_id in self.program_ids.ids)
            and self.level in ("any", LEVELS.get(answer.bucket))
            and (not self.has_score_range or self.score_from <= answer.score <= self.score_to)
            and (not self.tier_ids or answer.tier_id in self.tier_ids.ids)
            and (not self.keywords or keywords.is_in(self.keywords, answer.words))
        )

    @api.model
    def _first_fitting(self, answers):
        """Return ``{answer id: rule}`` of the answers that are followed up."""
        # sudo: bank.survey.followup.rule - customers' answers are followed up whoever enters them
        rules = self.sudo().search([])  # pylint: disable=no-search-all
        found = {}
        for answer in answers:
            rule = next((rule for rule in rules if rule._fits(answer)), None)
            if rule:
                found[answer.id] = rule
        return found
