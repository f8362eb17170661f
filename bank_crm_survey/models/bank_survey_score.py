from odoo import fields, models

METRICS = [
    ("nps", "Recommendation (NPS)"),
    ("csat", "Satisfaction (CSAT)"),
    ("ces", "Effort (CES)"),
    ("driver", "Driver"),
]
BUCKETS = [
    ("promoter", "Promoter"),
    ("passive", "Passive"),
    ("detractor", "Detractor"),
    ("satisfied", "Satisfied"),
    ("neutral", "Neutral"),
    ("dissatisfied", "Dissatisfied"),
]


class BankSurveyScore(models.Model):
    """One score of one answer, with what the customer was when he was asked: what all figures are computed from.

    A narrow table beside Odoo's lines of answers, so that figures of many answers are one pass over it. It is written
    when an answer is finished, broken off, reopened or set aside, by server code alone.  Anonymous answers have no
    ``partner_id`` and only the dimensions that their programme keeps.
    """

    _name = "bank.survey.score"
    _description = "Score of an Answer"
    _order = "answered_on desc, id desc"
    _rec_name = "metric_code"
    _log_access = False  # the time of writing would tell whose answer an anonymous one is

    user_input_id = fields.Many2one(
        comodel_name="survey.user_input", string="Answer", required=True, readonly=True, index=True,
        ondelete="cascade",
    )
    question_id = fields.Many2one(
        comodel_name="survey.question", required=True, readonly=True, index=True, ondelete="restrict"
    )
    program_id = fields.Many2one(
        comodel_name="bank.survey.program", required=True, readonly=True, index=True, ondelete="restrict"
    )
    wave_id = fields.Many2one(
        comodel_name="bank.survey.wave", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    stratum_id = fields.Many2one(comodel_name="bank.survey.stratum", readonly=True, ondelete="set null")
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, ondelete="restrict")
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    metric = fields.Selection(selection=METRICS, required=True, readonly=True)
    metric_code = fields.Char(
        string="Figure", readonly=True, help="The same for one question in all versions and languages."
    )
    score = fields.Integer(required=True, readonly=True, aggregator="avg")
    bucket = fields.Selection(selection=BUCKETS, readonly=True)
    is_counted = fields.Boolean(
        readonly=True, help="Not: duplicates, answers set aside, entered by staff, broken off (see the programme)."
    )
    answered_on = fields.Date(required=True, readonly=True)
    channel = fields.Char(readonly=True)
    lang = fields.Char(string="Language", readonly=True)
    tier_id = fields.Many2one(comodel_name="bank.tier", readonly=True, ondelete="restrict")
    branch_id = fields.Many2one(comodel_name="bank.branch", readonly=True, index="btree_not_null", ondelete="restrict")
    manager_id = fields.Many2one(
        comodel_name="res.users", string="Relationship Manager", readonly=True, index="btree_not_null",
        ondelete="restrict",
    )
    value_class = fields.Char(readonly=True)
    product_id = fields.Many2one(comodel_name="bank.product", readonly=True, ondelete="restrict")
    weight = fields.Float(digits=(12, 6), readonly=True, default=1.0)

    _answer_uniq = models.UniqueIndex("(user_input_id, question_id)", "This answer has a score for the question.")
    _figures_idx = models.Index("(program_id, metric, answered_on) WHERE is_counted IS TRUE")
