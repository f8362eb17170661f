from odoo import fields, models

from ..models.bank_survey_followup import OUTCOMES


class BankSurveyFollowupClose(models.TransientModel):
    """The loop is closed: cause, outcome and what was done."""

    _name = "bank.survey.followup.close"
    _description = "Close a Follow-up"
    _inherit = ["bank.survey.followup.step.mixin"]

    kind = fields.Selection(related="followup_id.kind")
    root_cause_id = fields.Many2one(comodel_name="bank.survey.cause")
    outcome = fields.Selection(selection=OUTCOMES, required=True)
    note = fields.Text(string="What Was Found and Done", required=True)

    def action_apply(self):
        """Close the follow-up."""
        self.ensure_one()
        self.followup_id._close(self.outcome, self.note, self.root_cause_id)
        return self._done()
