import contextlib
import math
import re

from odoo import api, fields, models

MAX_TEXT = 5000
NUMBER = re.compile(r"[+-]?\d{1,15}([.]\d{1,10})?", re.ASCII)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?", re.ASCII)


class SurveyQuestion(models.Model):
    """Answers to the bank's questionnaires are what the question offers, or they are refused.

    Odoo stores 99 on a scale of 0 to 10 and choices of other questions; figures of the bank must not rest on that.
    Whatever a client sends, of whatever type, ends in a validation error of the question, never in an exception.
    """

    _inherit = "survey.question"

    def validate_question(self, answer, comment=None):
        if self.survey_id.survey_type != "bank":
            return super().validate_question(answer, comment)
        if error := self._bank_answer_error(answer, comment):
            return {self.id: error}
        return super().validate_question(self._bank_clean(answer), comment)

    def _bank_clean(self, answer):
        """Return a checked answer in the form in which Odoo stores a zero: as text, for it takes 0 as skipped."""
        if isinstance(answer, str):
            return answer.strip()
        if type(answer) in (int, float) and self.question_type in ("scale", "numerical_box"):
            return str(answer)
        return answer

    @api.model
    def _bank_parted(self, posted):
        """Return ``(answer, comment)`` of a posted value; a comment is an object or, of a matrix, a key.

        :param posted: any value of JSON
        """
        if isinstance(posted, dict):
            rest = {key: value for key, value in posted.items() if key != "comment"}
            answer, comments = rest, [posted["comment"]] if "comment" in posted else []
        else:
            values = posted if isinstance(posted, list) else [posted]
            comments = [value["comment"] for value in values if isinstance(value, dict) and "comment" in value]
            rest = [value for value in values if not (isinstance(value, dict) and "comment" in value)]
            answer = rest[0] if len(rest) == 1 else rest
        comment = comments[-1] if comments else None
        return answer, comment.strip() if isinstance(comment, str) else comment

    def _bank_answer_error(self, answer, comment=None):
        """Return what is wrong with a posted answer, or None; an empty answer is left to Odoo's own rule.

        :param answer: any value of JSON
        :param comment: likewise
        """
        self.ensure_one()
        if error := self._bank_comment_error(comment):
            return error
        if isinstance(answer, str):
            answer = answer.strip()
        if answer is None or (type(answer) in (str, list, dict) and not answer):
            return None
        check = {
            "scale": self._bank_scale_error,
            "simple_choice": self._bank_choice_error,
            "multiple_choice": self._bank_choice_error,
            "matrix": self._bank_matrix_error,
            "numerical_box": self._bank_number_error,
            "date": self._bank_date_error,
            "datetime": self._bank_date_error,
        }.get(self.question_type, self._bank_text_error)
        return check(answer)

    def _bank_comment_error(self, comment):
        if comment is None or comment == "":
            return None
        if not self.comments_allowed:
            return self.env._("This question takes no comment.")
        return self._bank_text_error(comment)

    def _bank_text_error(self, text):
        if not isinstance(text, str) or "\0" in text:
            return self.env._("This is not a text.")
        if len(text) > MAX_TEXT:
            return self.env._("Please write at most %(number)s characters.", number=MAX_TEXT)
        try:
            text.encode()
        except UnicodeEncodeError:
            return self.env._("This is not a text.")
        return None

    def _bank_scale_error(self, answer):
        if type(answer) in (int, str) and self._is_scale_value(answer):
            return None
        return self.env._("Please choose a number from %(low)s to %(high)s.", low=self.scale_min, high=self.scale_max)

    def _bank_choice_error(self, answer):
        answers = answer if isinstance(answer, list) else [answer]
        if len(answers) > 1 and self.question_type == "simple_choice":
            return self.env._("For this question, you can only select one answer.")
        return self._bank_ids_error(answers)

    def _bank_ids_error(self, answers):
        """Return what is wrong with chosen ids: not of this question, or one of them twice."""
        chosen = [self._bank_id(value) for value in answers]
        if not set(chosen) <= set(self.suggested_answer_ids.ids):
            return self.env._("Please choose one of the answers of this question.")
        if len(set(chosen)) < len(chosen):
            return self.env._("Please choose each answer once.")
        return None

    @staticmethod
    def _bank_id(value):
        """Return a posted id as a number; 0, the id of nothing, for whatever is none."""
        if type(value) is int:
            return value
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
            return int(value)
        return 0

    def _bank_matrix_error(self, answers):
        if not isinstance(answers, dict):
            return self.env._("Please choose one of the answers of this question.")
        rows = [self._bank_id(key) for key in answers]
        if not set(rows) <= set(self.matrix_row_ids.ids) or len(set(rows)) < len(rows):
            return self.env._("Please choose one of the answers of this question.")
        for chosen in answers.values():
            if not isinstance(chosen, list):
                return self.env._("Please choose one of the answers of this question.")
            if error := self._bank_ids_error(chosen):
                return error
            if len(chosen) > 1 and self.matrix_subtype == "simple":
                return self.env._("Please choose one answer in each row.")
            if not chosen and self.constr_mandatory:
                return self.constr_error_msg or self.env._("This question requires an answer.")
        return None

    def _bank_number_error(self, answer):
        if type(answer) in (int, float):
            if abs(answer) < 1e15 and math.isfinite(answer):
                return None
        elif isinstance(answer, str) and NUMBER.fullmatch(answer):
            return None
        return self.env._("This is not a number.")

    def _bank_date_error(self, answer):
        pattern, parse = (DATETIME, fields.Datetime.to_datetime)
        if self.question_type == "date":
            pattern, parse = (DATE, fields.Date.to_date)
        is_date = False
        if isinstance(answer, str) and pattern.fullmatch(answer):
            with contextlib.suppress(ValueError):
                is_date = bool(parse(answer.replace("T", " ")))
        return None if is_date else self.env._("This is not a date.")
