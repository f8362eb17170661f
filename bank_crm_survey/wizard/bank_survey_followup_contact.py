from odoo import fields, models

from ..models.bank_survey_followup_attempt import CONTACT_CHANNELS


class BankSurveyFollowupContact(models.TransientModel):
    """Somebody tried to reach the customer."""

    _name = "bank.survey.followup.contact"
    _description = "Record a Contact"
    _inherit = ["bank.survey.followup.step.mixin"]

    attempted_at = fields.Datetime(string="When", required=True, default=fields.Datetime.now)
    channel = fields.Selection(selection=CONTACT_CHANNELS, required=True, default="phone")
    is_reached = fields.Boolean(string="Reached the Customer", default=True)
    note = fields.Text(help="What was said. Numbers of cards and accounts are masked.")

    def action_apply(self):
        """Write the attempt down."""
        self.ensure_one()
        self.followup_id._record_attempt(self.channel, self.is_reached, self.note or "", self.attempted_at)
        return self._done()
