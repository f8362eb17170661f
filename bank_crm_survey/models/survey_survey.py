from odoo import api, fields, models


class SurveySurvey(models.Model):
    """Questionnaires of the bank: a type of survey of its own, closed to ordinary users of surveys.

    Its access rules (``security/bank_survey_rules.xml``) keep answers of customers from whoever makes other surveys.
    """

    _inherit = "survey.survey"

    survey_type = fields.Selection(selection_add=[("bank", "Bank: Satisfaction")], ondelete={"bank": "set default"})
    bank_program_ids = fields.One2many(
        comodel_name="bank.survey.program", inverse_name="survey_id", string="Programmes"
    )
    bank_version = fields.Integer(string="Version", default=1, copy=False, readonly=True)
    bank_previous_id = fields.Many2one(
        comodel_name="survey.survey", string="Previous Version", copy=False, readonly=True, index="btree_not_null"
    )

    @api.depends_context("uid")
    def _compute_allowed_survey_types(self):
        result = super()._compute_allowed_survey_types()
        if self.env.user._runs_bank_surveys():
            for survey in self:
                survey.allowed_survey_types = [*(survey.allowed_survey_types or []), "bank"]
        return result
