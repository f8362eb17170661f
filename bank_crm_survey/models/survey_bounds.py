from odoo import api, models
from odoo.exceptions import UserError

SECRETS = ("access_token", "invite_token")


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

    def _has_field_access(self, field, operation):
        # Whoever knows the secret of an answer that is open could answer in the customer's name.
        if field.name in SECRETS and not self.env.su and self._is_read_as_bank():
            return False
        return super()._has_field_access(field, operation)

    @api.model
    def _is_read_as_bank(self):
        user = self.env.user
        return user.has_group("bank_crm.group_bank_staff") and not user.has_group("survey.group_survey_user")

    def action_print_answers(self):
        """:raises UserError: the answer is not sent off yet"""
        self.check_access("read")
        answer = self
        if self._is_read_as_bank():
            if self.state != "done":
                raise UserError(self.env._("Answer: it is not sent off yet. Wait until it is, then print it."))
            # sudo: survey.user_input - the secret of what is sent off opens nothing but this page
            answer = self.sudo()
        return super(SurveyUserInput, answer).action_print_answers()


class SurveyUserInputLine(models.Model):
    _name = "survey.user_input.line"
    _inherit = ["survey.user_input.line", "bank.survey.bounds.mixin"]

    @api.model
    def _bound_fields(self):
        return super()._bound_fields() | {"user_input_id", "question_id"}

    @api.model
    def _server_fields(self):
        return super()._server_fields() | {name for name in self._fields if name.startswith("bank_")}
