from odoo import api, models
from odoo.tools import SQL

TEXTS = ("value_char_box", "value_text_box")


class SurveyUserInputLine(models.Model):
    """What is stored of an answer: its score, and customers' words without account, identity and card numbers."""

    _inherit = "survey.user_input.line"

    @api.model_create_multi
    def create(self, vals_list):
        answers = self._bank_answers_of(vals_list)
        if not answers:
            return super().create(vals_list)
        own = [index for index, vals in enumerate(vals_list) if vals.get("user_input_id") in answers]
        values = list(vals_list)
        for index, masked in zip(own, self._bank_masked([vals_list[index] for index in own]), strict=True):
            values[index] = masked
        lines = super().create(values)
        lines.filtered(lambda line: line.user_input_id.id in answers)._bank_write_scores()
        return lines

    def write(self, vals):
        own = self.filtered(lambda line: line.survey_id.survey_type == "bank")
        if not own:
            return super().write(vals)
        result = super().write(self._bank_masked([vals])[0])
        if {"value_scale", "skipped", "answer_type", "question_id"} & set(vals):
            own._bank_write_scores()
        return result

    @api.model
    def _bank_answers_of(self, vals_list):
        """Return the ids of the answers among those of ``vals_list`` that are of the bank's questionnaires."""
        ids = {vals["user_input_id"] for vals in vals_list if vals.get("user_input_id")}
        answers = self.env["survey.user_input"].browse(ids)
        return set(answers.filtered(lambda answer: answer.survey_id.survey_type == "bank")._ids)

    @api.model
    def _bank_masked(self, vals_list):
        """Return ``vals_list`` with the numbers in customers' words masked, before they are stored anywhere."""
        places = [
            (index, name)
            for index, vals in enumerate(vals_list)
            for name in TEXTS
            if isinstance(vals.get(name), str) and vals[name]
        ]
        if not places:
            return vals_list
        masking = self.env["bank.text.masking.mixin"]
        texts = masking._mask_texts([vals_list[index][name] for index, name in places])
        masked = [dict(vals) for vals in vals_list]
        for (index, name), text in zip(places, texts, strict=True):
            masked[index][name] = text
        return masked

    def _bank_whole_value(self):
        """Return what was answered, in full; a display name is cut after some words."""
        self.ensure_one()
        return self.value_text_box or self.value_char_box or self.display_name

    def _bank_write_scores(self):
        """Store score and group of these lines; NULL where a line has no valid score, which 0 would not say."""
        scores = []
        for line in self:
            question = line.question_id
            valid = line.answer_type == "scale" and not line.skipped
            score = question._bank_score_of(line.value_scale) if valid else None
            bucket = question._bank_bucket_of(score, line.user_input_id.bank_program_id)
            if question.bank_metric:
                scores.append((line.id, score, bucket))
        if not scores:
            return
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                """UPDATE survey_user_input_line line SET bank_score = fact.score::int4, bank_bucket = fact.bucket
                     FROM (VALUES %s) AS fact(id, score, bucket) WHERE line.id = fact.id RETURNING 1""",
                SQL(", ").join(SQL("(%s, %s, %s)", *score) for score in scores),
            )
        )
        self.invalidate_recordset(["bank_score", "bank_bucket"], flush=False)
