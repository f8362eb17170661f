from odoo import api, models

# What an answer's meaning hangs on.
LOCKED = (
    "survey_id", "title", "question_type", "scale_min", "scale_max", "scale_min_label", "scale_mid_label",
    "scale_max_label", "bank_metric", "bank_metric_code", "bank_about_manager", "suggested_answer_ids",
    "matrix_row_ids", "matrix_subtype", "triggering_answer_ids", "is_page",
)  # fmt: skip


class SurveyQuestion(models.Model):
    """Questions that customers have answered stay as they are (see ``survey.survey._check_bank_unlocked``)."""

    _inherit = "survey.question"

    @api.model_create_multi
    def create(self, vals_list):
        questions = super().create(vals_list)
        questions.survey_id._check_bank_unlocked(self.env._("Questions"))
        return questions

    def write(self, vals):
        touched = {name: self._surveys_changed_by(name, vals[name]) for name in LOCKED if name in vals}
        # sudo: survey.survey - only whether there are answers
        locked = self.env["survey.survey"].union(*touched.values()).sudo()._bank_locked()
        for name, surveys in touched.items():
            if surveys & locked:
                surveys._check_bank_unlocked(self._fields[name]._description_string(self.env))
        return super().write(vals)

    def _surveys_changed_by(self, name, value):
        """Return the questionnaires in which writing ``value`` would change this field of these questions."""
        changing = self.filtered(lambda question: question._is_changed(name, value))
        surveys = changing.survey_id
        if name == "survey_id" and changing:
            surveys |= surveys.browse(value or ())
        return surveys

    def update_field_translations(self, field_name, translations, source_lang=""):
        if field_name in LOCKED:
            self.survey_id._check_bank_unlocked(self._fields[field_name]._description_string(self.env))
        return super().update_field_translations(field_name, translations, source_lang=source_lang)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self.survey_id._check_bank_unlocked(self.env._("Questions"))

    def _is_changed(self, name, value):
        """Whether writing ``value`` would change this field; commands that only name what is there do not."""
        field = self._fields[name]
        if field.type not in ("one2many", "many2many"):
            return field.convert_to_cache(value, self) != field.convert_to_cache(self[name], self)
        known = set(self[name].ids)
        if all(isinstance(item, int) for item in value or ()):
            return set(value or ()) != known
        for command in value:
            if command[0] == 6 and set(command[2]) == known:
                continue
            if command[0] == 4 and command[1] in known:
                continue
            if command[0] == 1 and field.type == "one2many":
                continue  # the choice itself refuses
            return True
        return False
