from odoo import api, models
from odoo.exceptions import UserError

from .survey_question_metric import MAIN


class SurveySurvey(models.Model):
    """The bank's questionnaires are answered by invitation, each invitation once.

    Odoo's own limit of attempts is of no use here: it is lost with the first conditional question, and a second
    invitation is a second pool of attempts.
    """

    _inherit = "survey.survey"

    ANSWERING_KEY = object()

    def _bank_answering(self):
        """Return these surveys in an environment that may make answers; for server code only."""
        return self.with_context(bank_answering_key=SurveySurvey.ANSWERING_KEY)

    @api.model
    def _is_bank_answering(self):
        return self.env.context.get("bank_answering_key") is SurveySurvey.ANSWERING_KEY

    def _check_answer_creation(self, user, partner, email, test_entry=False, check_attempts=True, invite_token=False):
        """:raises UserError: ``[answer_not_invited]``"""
        is_test = bool(test_entry and user and user._runs_bank_surveys())
        if self.survey_type == "bank" and not is_test and not self._is_bank_answering():
            raise UserError(
                self.env._(
                    "[answer_not_invited] “%(survey)s” is answered by invitation. Open the link of the invitation.",
                    survey=self.title,
                )
            )
        return super()._check_answer_creation(
            user, partner, email, test_entry=test_entry, check_attempts=check_attempts, invite_token=invite_token
        )

    def _has_attempts_left(self, partner, email, invite_token):
        # One answer for each invitation: the answer itself is all that is left of it.
        return self.survey_type == "bank" or super()._has_attempts_left(partner, email, invite_token)

    def _bank_main_question(self):
        """Return the question whose score decides: recommendation before satisfaction before effort; empty: none."""
        self.ensure_one()
        questions = self.question_ids.filtered(lambda question: question.bank_metric in MAIN)
        return questions.sorted(lambda question: MAIN.index(question.bank_metric))[:1]
