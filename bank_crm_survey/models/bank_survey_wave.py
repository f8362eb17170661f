import secrets

from odoo import api, fields, models

STATES = [
    ("draft", "Draft"),
    ("sampling", "Drawing the Sample"),
    ("frozen", "Frozen"),
    ("sending", "Sending"),
    ("open", "Open"),
    ("closed", "Closed"),
]
STRATIFY = [
    ("none", "Not at All"),
    ("tier", "Tier"),
    ("branch", "Branch"),
    ("value_class", "Value Class"),
    ("tier_branch", "Tier and Branch"),
]


class BankSurveyWave(models.Model):
    """One round of a programme: a population that is frozen, a sample that anybody can check, and its answers.

    Who is drawn follows from ``seed`` alone: within a stratum customers are ranked by ``md5(seed || ':' || id)``.
    """

    _name = "bank.survey.wave"
    _description = "Wave of a Satisfaction Programme"
    _inherit = ["mail.thread", "bank.guarded.mixin"]
    _order = "id desc"

    name = fields.Char(required=True)
    program_id = fields.Many2one(
        comodel_name="bank.survey.program", string="Programme", required=True, index=True, ondelete="restrict",
        tracking=True,
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True, precompute=True)
    state = fields.Selection(selection=STATES, required=True, default="draft", index=True, tracking=True)
    survey_id = fields.Many2one(
        comodel_name="survey.survey", string="Questionnaire", readonly=True, ondelete="restrict", index=True,
        help="The version of the questionnaire that this wave asks, fixed when the wave is frozen.",
    )

    # The sample
    partner_domain = fields.Char(string="Customers", default="[]")
    seed = fields.Char(required=True, copy=False, default=lambda self: secrets.token_hex(8))
    sampling = fields.Selection(
        selection=[("all", "Everybody"), ("number", "A Number of Customers"), ("percent", "A Share of Customers")],
        required=True,
        default="all",
    )
    sample_size = fields.Integer(default=0)
    sample_percent = fields.Float(default=10.0)
    stratify_by = fields.Selection(selection=STRATIFY, required=True, default="none")
    top_up = fields.Boolean(
        default=True, help="Draw the next customer in rank in place of one who may not be asked now."
    )
    stratum_ids = fields.One2many(comodel_name="bank.survey.stratum", inverse_name="wave_id", string="Strata")
    population_size = fields.Integer(string="Population", readonly=True, copy=False)
    population_digest = fields.Char(
        readonly=True, copy=False, help="md5 of the ids of the population in ascending order, with commas."
    )
    frozen_at = fields.Datetime(string="Frozen", readonly=True, copy=False)

    # Time
    send_at = fields.Datetime(string="Send From", help="Empty: as soon as it is released.")
    closes_on = fields.Date(help="Answers after this day are not taken. Empty: each invitation runs out by itself.")
    closed_at = fields.Datetime(string="Closed", readonly=True, copy=False)

    invitation_ids = fields.One2many(
        comodel_name="bank.survey.invitation", inverse_name="wave_id", string="Invitations"
    )

    _sample_check = models.Constraint(
        "CHECK(sample_size >= 0 AND sample_percent > 0 AND sample_percent <= 100)",
        "Sample: enter a number of customers of 0 or more, or a share above 0 and up to 100 percent.",
    )

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {
            "survey_id", "population_size", "population_digest", "frozen_at", "closed_at",
        }
