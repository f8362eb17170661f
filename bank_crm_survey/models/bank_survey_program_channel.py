from odoo import fields, models

# How an invitation reaches a customer.
CHANNELS = [
    ("email", "Email"),
    ("sms", "Text Message"),
    ("portal", "Portal"),
    ("phone", "Phone Call"),
    ("qr", "QR Code at the Branch"),
    ("link", "Link Handed Out by Another System"),
]
# The channel of ``bank.consent`` that each needs. Where the bank itself sends nothing, the one of its app.
CONSENT_CHANNELS = {"email": "email", "sms": "sms", "phone": "phone", "portal": "app", "link": "app"}
SENDABLE = [(code, label) for code, label in CHANNELS if code in ("email", "sms", "portal", "phone")]


class BankSurveyProgramChannel(models.Model):
    """A way in which a programme invites customers; the first in order that fits a customer is used."""

    _name = "bank.survey.program.channel"
    _description = "Channel of a Satisfaction Programme"
    _order = "program_id, sequence, id"
    _rec_name = "channel"

    program_id = fields.Many2one(
        comodel_name="bank.survey.program", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    channel = fields.Selection(selection=SENDABLE, required=True)

    _channel_uniq = models.Constraint(
        "UNIQUE(program_id, channel)", "Channel: this programme uses this channel already."
    )
