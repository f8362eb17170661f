from odoo import fields, models


class BankSurveyReopening(models.Model):
    """An answer was opened again for a correction: who did it, why, and what was answered before.

    ``snapshot`` is a JSON list of ``{"question", "metric_code", "value", "score"}``.
    """

    _name = "bank.survey.reopening"
    _description = "Answer Opened Again"
    _inherit = ["bank.sealed.mixin"]
    _order = "id desc"
    _rec_name = "user_input_id"

    user_input_id = fields.Many2one(
        comodel_name="survey.user_input",
        string="Answer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(comodel_name="res.users", string="By", required=True, readonly=True, ondelete="restrict")
    reason = fields.Text(required=True, readonly=True)
    snapshot = fields.Json(
        string="Answered Before",
        readonly=True,
        export_string_translation=False,
        groups="bank_crm_survey.group_survey_verbatim",
    )
    answered_at = fields.Datetime(readonly=True, help="When the answer was sent off that is corrected.")
    reopened_at = fields.Datetime(string="When", required=True, readonly=True, default=fields.Datetime.now)
