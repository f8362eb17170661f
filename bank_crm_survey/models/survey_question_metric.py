from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import scoring
from .bank_survey_score import METRICS

SCORED = tuple(code for code, _label in METRICS)
MAIN = ("nps", "csat", "ces")


class SurveyQuestion(models.Model):
    """What a question counts as: scales alone are scored, the recommendation on 0 to 10 alone."""

    _inherit = "survey.question"

    bank_survey_type = fields.Selection(related="survey_id.survey_type", string="Type of Survey")

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_metric_code(vals) for vals in vals_list])

    def write(self, vals):
        if vals.get("bank_metric") and "bank_metric_code" not in vals:
            for question in self:
                values = vals if question.bank_metric_code else self._with_metric_code(vals)
                super(SurveyQuestion, question).write(values)
            return True
        return super().write(vals)

    @api.model
    def _with_metric_code(self, vals):
        """Return ``vals`` with the metric as the code of the figure, where none is given."""
        metric = vals.get("bank_metric")
        if metric in MAIN and not vals.get("bank_metric_code"):
            return {**vals, "bank_metric_code": metric}
        return vals

    @api.constrains("bank_metric", "bank_metric_code", "question_type", "scale_min", "scale_max")
    def _check_bank_metric(self):
        for question in self.filtered(lambda question: question.bank_metric in SCORED):
            if question.question_type != "scale":
                raise ValidationError(
                    self.env._(
                        "Counts As: “%(question)s” is no scale, so its answers cannot be counted. Choose the question "
                        "type Scale, or empty the field.",
                        question=question.title,
                    )
                )
            if question.bank_metric == "nps" and (question.scale_min, question.scale_max) != (0, 10):
                raise ValidationError(
                    self.env._(
                        "Scale: recommendation is asked on a scale of exactly 0 to 10; “%(question)s” has "
                        "%(low)s to %(high)s. Set the scale to 0 to 10.",
                        question=question.title,
                        low=question.scale_min,
                        high=question.scale_max,
                    )
                )
            if not question.bank_metric_code:
                raise ValidationError(
                    self.env._(
                        "Figure: “%(question)s” needs a code for its figure, such as “waiting_time”.",
                        question=question.title,
                    )
                )

    @api.constrains("bank_metric_code", "bank_metric", "survey_id")
    def _check_bank_metric_code(self):
        for survey in self.filtered("bank_metric_code").survey_id:
            codes = [question.bank_metric_code for question in survey.question_ids if question.bank_metric_code]
            if repeated := {code for code in codes if codes.count(code) > 1}:
                raise ValidationError(
                    self.env._(
                        "Figure: “%(codes)s” is the code of two questions of “%(survey)s”. Give each question a code "
                        "of its own.",
                        codes=", ".join(sorted(repeated)),
                        survey=survey.title,
                    )
                )

    @api.constrains("save_as_email", "save_as_nickname", "survey_id")
    def _check_bank_anonymity(self):
        named = self.filtered(lambda question: question.save_as_email or question.save_as_nickname)
        # sudo: bank.survey.program - whichever programmes ask it, of whatever company
        programs = named.survey_id.sudo().with_context(active_test=False).bank_program_ids
        programs._check_running_asks_no_name()

    def _bank_score_of(self, value):
        """Return a checked scale value as the score of this question, or None where it is not scored."""
        self.ensure_one()
        if self.bank_metric not in SCORED or not self._is_scale_value(value):
            return None
        return int(value)

    def _is_scale_value(self, value):
        """Whether an int, or the plain text of one, is on this question's scale."""
        if isinstance(value, str):
            value = value.strip()
            if not (value.isascii() and value.isdigit() and str(int(value[:4])) == value):
                return False
            value = int(value)
        return type(value) is int and self.scale_min <= value <= self.scale_max

    def _bank_bucket_of(self, score, program):
        """Return the group of a score of this question under the programme's limit of satisfaction."""
        self.ensure_one()
        return scoring.bucket_of(self.bank_metric, score, self.scale_min, self.scale_max, program.satisfied_from)
