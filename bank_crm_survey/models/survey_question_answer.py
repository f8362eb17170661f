from odoo import api, models

LOCKED = ("value", "question_id", "matrix_question_id", "value_image")


class SurveyQuestionAnswer(models.Model):
    """Choices and rows of questions that customers have answered stay as they are."""

    _inherit = "survey.question.answer"

    @api.model_create_multi
    def create(self, vals_list):
        choices = super().create(vals_list)
        choices._bank_surveys()._check_bank_unlocked(self.env._("Answers"))
        return choices

    def write(self, vals):
        for name in LOCKED:
            field = self._fields[name]
            if name in vals and self.filtered(
                lambda choice, field=field, name=name: (
                    field.convert_to_cache(vals[name], choice) != field.convert_to_cache(choice[name], choice)
                )
            ):
                self._bank_surveys()._check_bank_unlocked(field._description_string(self.env))
        return super().write(vals)

    def update_field_translations(self, field_name, translations, source_lang=""):
        if field_name in LOCKED:
            self._bank_surveys()._check_bank_unlocked(self._fields[field_name]._description_string(self.env))
        return super().update_field_translations(field_name, translations, source_lang=source_lang)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self._bank_surveys()._check_bank_unlocked(self.env._("Answers"))

    def _bank_surveys(self):
        return (self.question_id | self.matrix_question_id).survey_id
