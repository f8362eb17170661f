from odoo import fields, models


class BankSurveyReopen(models.TransientModel):
    """A finished answer is opened again for a correction, with a reason."""

    _name = "bank.survey.reopen"
    _description = "Open an Answer Again"

    user_input_id = fields.Many2one(comodel_name="survey.user_input", string="Answer", required=True, readonly=True)
    reason = fields.Text(required=True, help="Kept with what was answered before.")

    def action_apply(self):
        """Open the answer again; its scores are withdrawn until it is sent off once more."""
        self.ensure_one()
        self.user_input_id._reopen(self.reason)
        return True
