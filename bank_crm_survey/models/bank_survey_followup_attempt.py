from odoo import fields, models

CONTACT_CHANNELS = [
    ("phone", "Phone"),
    ("visit", "Visit"),
    ("email", "Email"),
    ("message", "Message"),
    ("branch", "At the Branch"),
]


class BankSurveyFollowupAttempt(models.Model):
    """One attempt to reach the customer about his answer: a fact, written once."""

    _name = "bank.survey.followup.attempt"
    _description = "Attempt to Reach a Customer"
    _inherit = ["bank.sealed.mixin", "bank.text.masking.mixin"]
    _order = "attempted_at desc, id desc"
    _rec_name = "channel"
    _masked_text_fields = ("note",)

    followup_id = fields.Many2one(
        comodel_name="bank.survey.followup", required=True, readonly=True, index=True, ondelete="cascade"
    )
    attempted_at = fields.Datetime(string="When", required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        required=True,
        readonly=True,
        default=lambda self: self.env.uid,
        ondelete="restrict",
    )
    channel = fields.Selection(selection=CONTACT_CHANNELS, required=True, readonly=True)
    is_reached = fields.Boolean(string="Reached", readonly=True, default=False)
    note = fields.Text(readonly=True)
