from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, ValidationError


class SurveyUserInput(models.Model):
    """How answers of the bank's questionnaires come into being and are stored.

    Only :meth:`survey.survey._bank_answering` lets code make them: an invitation is answered once, whatever route of
    Odoo's pages a client tries.
    """

    _inherit = "survey.user_input"

    @api.model_create_multi
    def create(self, vals_list):
        surveys = self.env["survey.survey"].browse(
            {vals.get("survey_id") or self.env.context.get("default_survey_id") for vals in vals_list} - {None, False}
        )
        # sudo: survey.survey - only its type
        if not surveys._is_bank_answering() and "bank" in surveys.sudo().mapped("survey_type"):
            refused = [vals for vals in vals_list if not vals.get("test_entry")]
            if refused:
                raise AccessError(
                    self.env._(
                        "[answer_not_invited] Answer: questionnaires of the bank are answered by invitation. Open the "
                        "link of the invitation."
                    )
                )
        return super().create(vals_list)

    @api.model
    def _create_bank_answer(self, vals):
        """Make an answer of the bank's questionnaire, in progress, and return it as superuser.

        :param vals: with ``survey_id`` and ``bank_program_id``
        """
        survey = self.env["survey.survey"]._bank_answering()
        # sudo: survey.user_input - callers have checked the invitation or the QR point
        answers = survey.env["survey.user_input"].sudo()
        answer = answers.with_context(mail_create_nolog=True, mail_create_nosubscribe=True).create(
            {"state": "in_progress", "start_datetime": fields.Datetime.now(), **vals}
        )
        return answer.with_env(self.sudo().env)  # sudo: see above

    def _save_lines(self, question, answer, comment=None, overwrite_existing=True):
        """Store an answer of the bank's questionnaire; until it is sent off, a later value takes an earlier's place.

        :raises ValidationError: the answer is not one that the question offers, or the question is of another survey
        """
        if self.survey_id.survey_type != "bank":
            return super()._save_lines(question, answer, comment, overwrite_existing=overwrite_existing)
        if question.survey_id != self.survey_id:
            raise ValidationError(self.env._("Question: it belongs to another questionnaire."))
        if error := question._bank_answer_error(answer, comment):
            raise ValidationError(error)
        self._bank_resume()
        me = self
        if self.bank_program_id.anonymity == "anonymous":
            # sudo: survey.user_input - who was logged in is not kept on anonymous lines
            me = self.with_user(SUPERUSER_ID).sudo()
            question = question.with_env(me.env)
        return super(SurveyUserInput, me)._save_lines(
            question, question._bank_clean(answer), comment, overwrite_existing=True
        )
