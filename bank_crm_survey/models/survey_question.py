from odoo import fields, models

from .bank_survey_score import METRICS


class SurveyQuestion(models.Model):
    """What an answer to a question is counted as."""

    _inherit = "survey.question"

    bank_metric = fields.Selection(
        selection=[*METRICS, ("verbatim", "Customer's Own Words")],
        string="Counts As",
        help="Recommendation is asked on a scale of exactly 0 to 10.",
    )
    bank_metric_code = fields.Char(
        string="Figure", help="Code of the figure, the same in all versions of a questionnaire, e.g. “waiting_time”."
    )
    bank_about_manager = fields.Boolean(
        string="About the Relationship Manager",
        help="A low score is criticism of the manager: the follow-up goes past him.",
    )
