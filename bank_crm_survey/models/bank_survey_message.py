from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import placeholders

KINDS = [
    ("invitation", "Invitation"),
    ("reminder", "Reminder"),
    ("partial", "Reminder of an Answer That Was Begun"),
    ("recovery", "Invitation After a Follow-up"),
]
LONGEST_SMS = 500


class BankSurveyMessage(models.Model):
    """The words of an invitation or a reminder, in all languages of the bank.

    They are plain text with placeholders (``{name}``, ``{program}``, ``{link}``, ``{bank}``, ``{until}``,
    ``{stop}``); an email gets its buttons, its expiry, its sender and the way out from the frame around them.  A
    programme chooses its own, or takes the first one of the kind and channel.
    """

    _name = "bank.survey.message"
    _description = "Message of a Survey"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="A programme that chooses none takes the first one.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(comodel_name="res.company", index=True, help="Empty: for all companies.")
    kind = fields.Selection(selection=KINDS, required=True, default="invitation")
    channel = fields.Selection(selection=[("email", "Email"), ("sms", "Text Message")], required=True, default="email")
    subject = fields.Char(translate=True, help="Of an email. Placeholders as in the text.")
    body = fields.Text(
        string="Text",
        required=True,
        translate=True,
        help="Placeholders: {name} of the customer, {program}, {link} to the survey, {bank}, {until} when it can be "
        "answered, {stop} to decline surveys. Emails have buttons, the link and the way to decline below the text.",
    )

    _subject_check = models.Constraint(
        "CHECK(channel != 'email' OR subject IS NOT NULL)", "Subject: an email needs one."
    )

    @api.constrains("subject", "body", "channel")
    def _check_texts(self):
        for message in self:
            message._check_placeholders("subject", message.subject)
            message._check_placeholders("body", message.body)
            if len((message.subject or "").splitlines()) > 1:
                raise ValidationError(self.env._("Subject: write it on one line."))
            if message.channel == "sms":
                message._check_sms()

    def _check_placeholders(self, field, text):
        if wrong := placeholders.unknown(text):
            raise ValidationError(
                self.env._(
                    "%(field)s: there is no placeholder %(wrong)s. Use %(known)s.",
                    field=self._fields[field]._description_string(self.env),
                    wrong="{%s}" % wrong[0],
                    known=", ".join("{%s}" % name for name in placeholders.NAMES),
                )
            )

    def _check_sms(self):
        if "{link}" not in self.body:
            raise ValidationError(
                self.env._("Text: a text message needs its {link}; nothing else leads to the survey.")
            )
        if len(self.body) > LONGEST_SMS:
            raise ValidationError(
                self.env._("Text: a text message has at most %(most)s characters. Shorten it.", most=LONGEST_SMS)
            )

    @api.model
    def _default_for(self, kind, channel, company):
        """Return the message that a programme takes when it chose none, or none."""
        # sudo: bank.survey.message - configuration, for the server that sends
        return self.sudo().search(
            [("kind", "=", kind), ("channel", "=", channel), ("company_id", "in", (company.id, False))],
            limit=1,
        )
