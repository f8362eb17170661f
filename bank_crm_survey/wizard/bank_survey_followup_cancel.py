from odoo import fields, models


class BankSurveyFollowupCancel(models.TransientModel):
    """There is nothing to follow up."""

    _name = "bank.survey.followup.cancel"
    _description = "Give Up a Follow-up"
    _inherit = ["bank.survey.followup.step.mixin"]

    reason = fields.Char(required=True)

    def action_apply(self):
        """Give the follow-up up."""
        self.ensure_one()
        self.followup_id._cancel(self.reason)
        return self._done()
