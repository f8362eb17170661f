import hmac
import re
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.tools import format_date, formataddr

from odoo.addons.bank_crm.tools import sealing

MESSAGE_ID = re.compile(
    r"<?bank-survey\.(?P<name>(?P<id>[0-9]{1,9})\.[0-9]{1,4}\.[0-9]{1,4})\.(?P<seal>[0-9a-f]{24})@[^<>\s]+>?"
)
MAIL_QUEUE = "mail.ir_cron_mail_scheduler_action"


class BankSurveyInvitation(models.Model):
    """Invitations and reminders by email: one row of the mail queue each, made in one go.

    A mail holds the secret of its link, so nothing of it stays: it is deleted with the message behind it when it has
    been sent, nothing of it is in anybody's chatter, and one that cannot be sent is deleted too (``mail_mail.py``).
    Its Message-ID can be recomputed, so a report on the delivery still finds its invitation.
    """

    _inherit = "bank.survey.invitation"

    def _mail(self, what):
        """Queue an email for each of these invitations of one programme.

        :param what: ``invitation`` or ``reminder``
        """
        if not self:
            return
        rendered, memo = {}, {}
        vals_list = []
        for invitation in self.with_prefetch(self.ids):
            key = (invitation._message_kind(what), invitation._lang())
            if key not in rendered:
                message = invitation.program_id._message_for(key[0], "email")
                rendered[key] = message._rendered(invitation.program_id, key[1])
            vals_list.append(invitation._mail_vals(rendered[key], memo))
        # sudo: mail.mail - the server sends
        self.env["mail.mail"].sudo().create(vals_list)
        self.env.ref(MAIL_QUEUE)._trigger()

    def _message_kind(self, what):
        self.ensure_one()
        if what == "invitation":
            return "recovery" if self.is_recovery else "invitation"
        return "reminder" if self.state == "sent" else "partial"

    def _lang(self):
        """Return the language to write in, an installed one."""
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        wanted = (self.lang, self.partner_id.lang, self.company_id.partner_id.lang)
        return next((lang for lang in wanted if lang in installed), "en_US")

    def _fillings(self, memo):
        """Return what stands in place of the placeholders in a message to this customer.

        :param memo: dictionary that the invitations of a batch share: what is the same for many is found out once
        """
        self.ensure_one()
        lang, link, company = self._lang(), self._url(), self.company_id
        expires_at = self.expires_at or self.program_id._expiry_of(fields.Datetime.now(), self.wave_id)
        key = (lang, self.partner_id.tz or company.partner_id.tz or "UTC", expires_at)
        if key not in memo:
            memo[key] = self._last_day(*key)
        name_key = (lang, self.program_id.id)
        if name_key not in memo:
            memo[name_key] = self.program_id.with_context(lang=lang).name or ""
        return {
            "name": self.partner_id.name or "",
            "program": memo[name_key],
            "link": link,
            "stop": f"{link}/stop",
            "bank": company.name or "",
            "until": memo[key],
        }

    @api.model
    def _last_day(self, lang, tz, expires_at):
        """Return the last day on which a customer can answer, in his time zone and a language."""
        # A second earlier: what runs out at midnight runs out on the day before.
        last = fields.Datetime.subtract(expires_at, seconds=1)
        local = fields.Datetime.context_timestamp(self.with_context(tz=tz), last)
        return format_date(self.env, local.date(), lang_code=lang, date_format="long")

    def _mail_vals(self, rendered, memo):
        self.ensure_one()
        values, partner = self._fillings(memo), self.partner_id
        email_from, reply_to = self.program_id._sender()
        return {
            "subject": rendered.subject.fill_line(values),
            "body_html": rendered.body.fill_html(values),
            "email_from": email_from,
            "reply_to": reply_to,
            "email_to": formataddr((" ".join((partner.name or "").split()), partner.email_normalized)),
            "author_id": self.company_id.partner_id.id,
            "auto_delete": True,
            "model": self._name,
            "res_id": self.id,
            "message_id": self._message_id(),
            "headers": repr(
                {
                    "List-Unsubscribe": f"<{values['stop']}>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                    "Auto-Submitted": "auto-generated",
                    "X-Auto-Response-Suppress": "OOF, AutoReply",
                }
            ),
        }

    # ------------------------------------------------------------------
    # The Message-ID
    # ------------------------------------------------------------------

    def _message_id(self):
        """Return the Message-ID of the next mail about this invitation; nobody else can make one up."""
        self.ensure_one()
        name = f"{self.id}.{self.reminder_count}.{self.send_failures}"
        host = urlsplit(self.company_id.get_base_url()).hostname or "localhost"
        return f"<bank-survey.{name}.{self._message_seal(name)}@{host}>"

    @api.model
    def _message_seal(self, name):
        return sealing.keyed_hash(f"survey mail {name}")[:24]

    @api.model
    def _find_by_message_ids(self, message_ids):
        """Return the invitation (as superuser) whose mail has one of these Message-IDs, or none."""
        # sudo: bank.survey.invitation - the Message-ID is sealed by the server
        invitations = self.sudo()
        for message_id in message_ids:
            found = MESSAGE_ID.fullmatch(str(message_id).strip())
            if found and hmac.compare_digest(found["seal"], self._message_seal(found["name"])):
                return invitations.browse(int(found["id"])).exists()
        return invitations.browse()
