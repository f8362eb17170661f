from odoo import fields, models

from .bank_survey_score import BUCKETS


class SurveyUserInputLine(models.Model):
    """The answer to one question: its score, where it has one, checked against the scale of the question."""

    _inherit = "survey.user_input.line"

    bank_score = fields.Integer(readonly=True, aggregator="avg")
    bank_bucket = fields.Selection(selection=BUCKETS, string="Group", readonly=True, index=True)
