from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

FIELDS = {
    ("invitation", "email"): "invitation_message_id",
    ("reminder", "email"): "reminder_message_id",
    ("invitation", "sms"): "sms_message_id",
}


class BankSurveyProgram(models.Model):
    """Which words a programme's messages have, and in whose name they are sent."""

    _inherit = "bank.survey.program"

    invitation_message_id = fields.Many2one(
        comodel_name="bank.survey.message",
        string="Invitation",
        ondelete="restrict",
        domain=[("channel", "=", "email"), ("kind", "in", ("invitation", "recovery"))],
        help="Empty: the first one under Configuration, Messages.",
    )
    reminder_message_id = fields.Many2one(
        comodel_name="bank.survey.message",
        string="Reminder",
        ondelete="restrict",
        domain=[("channel", "=", "email"), ("kind", "in", ("reminder", "partial"))],
        help="Empty: the first one under Configuration, Messages.",
    )
    sms_message_id = fields.Many2one(
        comodel_name="bank.survey.message",
        string="Text Message",
        ondelete="restrict",
        domain=[("channel", "=", "sms")],
        help="Empty: the first one under Configuration, Messages.",
    )
    email_from = fields.Char(string="Sent From", help="Email address. Empty: the company's.")
    reply_to = fields.Char(string="Answers To", help="Email address for replies. Empty: the company's.")

    @api.constrains("email_from", "reply_to")
    def _check_addresses(self):
        for program in self:
            for name in ("email_from", "reply_to"):
                address = program[name]
                if address and (len(address.splitlines()) > 1 or not email_normalize(address)):
                    raise ValidationError(
                        self.env._(
                            "%(field)s: this is no email address. Write one, such as survey@bank.example.",
                            field=self._fields[name]._description_string(self.env),
                        )
                    )

    def _message_for(self, kind, channel):
        """Return the message of this programme for a kind and channel; that of a kind near it where there is none."""
        self.ensure_one()
        messages = self.env["bank.survey.message"].sudo()  # sudo: bank.survey.message - configuration
        if (name := FIELDS.get((kind, channel))) and self[name]:
            return messages.browse(self[name].id)
        found = messages._default_for(kind, channel, self.company_id)
        if not found and kind != "invitation":
            return self._message_for({"partial": "reminder"}.get(kind, "invitation"), channel)
        return found

    def _sender(self):
        """Return ``(from, reply to)`` of this programme's emails."""
        self.ensure_one()
        company = self.company_id
        # sudo: ir.mail_server - only the address that the server sends from
        servers = self.env["ir.mail_server"].sudo()
        email_from = self.email_from or company.email_formatted or servers._get_default_from_address()
        return email_from, self.reply_to or company.email_formatted or email_from

    def _check_can_start(self):
        result = super()._check_can_start()
        for channel in set(self.channel_ids.mapped("channel")) & {"email", "sms"}:
            if not self._message_for("invitation", channel):
                raise ValidationError(
                    self.env._(
                        "Invitation: there is no message for this channel: %(channel)s. Write one under "
                        "Configuration, Messages, then start the programme.",
                        channel=channel,
                    )
                )
        return result
