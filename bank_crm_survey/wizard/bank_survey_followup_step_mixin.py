from odoo import fields, models


class BankSurveyFollowupStepMixin(models.AbstractModel):
    """A window in which staff do one step of a follow-up; the step itself checks who may."""

    _name = "bank.survey.followup.step.mixin"
    _description = "Step of a Follow-up"

    followup_id = fields.Many2one(
        comodel_name="bank.survey.followup", required=True, readonly=True, ondelete="cascade"
    )

    def _done(self):
        return {"type": "ir.actions.act_window_close"}
