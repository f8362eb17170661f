from odoo import api, models
from odoo.tools import SQL


class SurveyUserInputLine(models.Model):
    """What is stored of an answer: its score, and customers' words without account, identity and card numbers."""

    _name = "survey.user_input.line"
    _inherit = ["survey.user_input.line", "bank.text.masking.mixin"]
    _masked_text_fields = ("value_char_box", "value_text_box")

    @api.model_create_multi
    def create(self, vals_list):
        if len(vals_list) == 1 and self.env.su:
            # A page sends line by line: its score goes along, instead of statements of its own.
            return super().create([self._with_bank_score(vals_list[0])])
        lines = super().create(vals_list)
        lines._of_bank()._bank_write_scores()
        return lines

    @api.model
    def _with_bank_score(self, vals):
        """Return ``vals`` with score and group, if they are of a valid answer to a question that is scored."""
        if vals.get("skipped") or vals.get("answer_type") != "scale" or not self._bank_answers_of([vals]):
            return vals
        question = self.env["survey.question"].browse(vals.get("question_id"))
        score = question._bank_score_of(vals.get("value_scale")) if question else None
        if score is None:
            return vals
        program = self.env["survey.user_input"].browse(vals["user_input_id"]).bank_program_id
        return {**vals, "bank_score": score, "bank_bucket": question._bank_bucket_of(score, program)}

    def write(self, vals):
        result = super().write(vals)
        if {"value_scale", "skipped", "answer_type", "question_id"} & set(vals):
            self._of_bank()._bank_write_scores()
        return result

    def _of_bank(self):
        return self.filtered(lambda line: line.survey_id.survey_type == "bank")

    @api.model
    def _mask_values(self, vals_list):
        """Mask what customers write into the bank's questionnaires; other surveys are not the bank's business."""
        answers, is_own = self._bank_answers_of(vals_list), bool(self._of_bank())
        own = [index for index, vals in enumerate(vals_list) if is_own or vals.get("user_input_id") in answers]
        masked = list(vals_list)
        for index, values in zip(own, super()._mask_values([vals_list[index] for index in own]), strict=True):
            masked[index] = values
        return masked

    @api.model
    def _bank_answers_of(self, vals_list):
        """Return the ids of the answers among those of ``vals_list`` that are of the bank's questionnaires."""
        ids = {vals["user_input_id"] for vals in vals_list if vals.get("user_input_id")}
        answers = self.env["survey.user_input"].browse(ids)
        return set(answers.filtered(lambda answer: answer.survey_id.survey_type == "bank")._ids)

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
