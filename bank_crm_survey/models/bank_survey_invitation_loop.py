from odoo import fields, models


class BankSurveyInvitation(models.Model):
    """An invitation that asks again after a follow-up is not shown to whom the customer criticised."""

    _inherit = "bank.survey.invitation"

    recovery_followup_ids = fields.One2many(
        comodel_name="bank.survey.followup", inverse_name="recovery_invitation_id", string="Asks Again After"
    )
