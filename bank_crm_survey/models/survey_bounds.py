from odoo import api, models


class SurveySurvey(models.Model):
    _name = "survey.survey"
    _inherit = ["survey.survey", "bank.survey.bounds.mixin"]

    @api.model
    def _bound_fields(self):
        return super()._bound_fields() | {"survey_type"}


class SurveyQuestion(models.Model):
    _name = "survey.question"
    _inherit = ["survey.question", "bank.survey.bounds.mixin"]

    @api.model
    def _bound_fields(self):
        return super()._bound_fields() | {"survey_id"}


class SurveyQuestionAnswer(models.Model):
    _name = "survey.question.answer"
    _inherit = ["survey.question.answer", "bank.survey.bounds.mixin"]

    @api.model
    def _bound_fields(self):
        return super()._bound_fields() | {"question_id", "matrix_question_id"}


class SurveyUserInput(models.Model):
    _name = "survey.user_input"
    _inherit = ["survey.user_input", "bank.survey.bounds.mixin"]

    @api.model
    def _bound_fields(self):
        return super()._bound_fields() | {"survey_id"}

    @api.model
    def _server_fields(self):
        return super()._server_fields() | {name for name in self._fields if name.startswith("bank_")}


class SurveyUserInputLine(models.Model):
    _name = "survey.user_input.line"
    _inherit = ["survey.user_input.line", "bank.survey.bounds.mixin"]

    @api.model
    def _bound_fields(self):
        return super()._bound_fields() | {"user_input_id", "question_id"}

    @api.model
    def _server_fields(self):
        return super()._server_fields() | {name for name in self._fields if name.startswith("bank_")}
