from math import ceil

from odoo import models

SECONDS_PER_TEXT, SECONDS_PER_QUESTION = 30, 12


class SurveySurvey(models.Model):
    """What the pages of the customer ask of a questionnaire."""

    _inherit = "survey.survey"

    def _door_minutes(self):
        """Return how many minutes an answer takes, rounded up."""
        self.ensure_one()
        texts = self.question_ids.filtered(lambda question: question.question_type in ("text_box", "char_box"))
        others = len(self.question_ids) - len(texts)
        return max(1, ceil((len(texts) * SECONDS_PER_TEXT + others * SECONDS_PER_QUESTION) / 60))

    def _door_langs(self):
        """Return the languages that the questionnaire is offered in: ``[(code, name)]``."""
        self.ensure_one()
        # sudo: res.lang - names of languages
        installed = dict(self.env["res.lang"].sudo().get_installed())
        return [(code, installed[code]) for code in self._get_supported_lang_codes() if code in installed]

    def _door_score(self, text):
        """Return a score that a link proposes, if it is one of the main question's scale; None otherwise."""
        question = self._bank_main_question()
        is_proposed = isinstance(text, str) and question.question_type == "scale" and question._is_scale_value(text)
        return int(text) if is_proposed else None
