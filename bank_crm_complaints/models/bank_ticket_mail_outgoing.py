import ast
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models

# Letters of machines, RFC 3834 section 5; Exchange asks for its own header to stay silent.
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
# People's answers are not marked as automatic, or others would sort them out. Absence notices are unwanted.
WRITTEN = {"X-Auto-Response-Suppress": "OOF, AutoReply"}
NOTICE_EVERY = timedelta(hours=24)


class BankTicket(models.Model):
    """What goes out by mail on tickets says whether a machine wrote it, so that no other machine answers."""

    _inherit = "bank.ticket"

    @api.model
    def _mail_headers(self, automatic):
        """Return the header fields that every message on a ticket carries.

        :param automatic: nobody pressed a button for this very message
        """
        return dict(AUTOMATIC if automatic else WRITTEN)

    def _notify_by_email_get_base_mail_values(self, message, recipients_data, additional_values=None):
        values = super()._notify_by_email_get_base_mail_values(message, recipients_data, additional_values)
        headers = ast.literal_eval(values.get("headers") or "{}")
        automatic = message.message_type not in ("comment", "email", "email_outgoing")
        for name, value in self._mail_headers(automatic).items():
            headers.setdefault(name, value)
        values["headers"] = repr(headers)
        return values

    def _mail_tell_refused(self, mail):
        """Tell the sender once which of his files the bank did not accept; never in answer to a machine.

        One notice a day for a ticket and for an address: whoever sends files all day gets no mail for each.
        """
        self.ensure_one()
        if not mail.verdict.may_answer or not self._mail_may_answer_automatically():
            return
        now = fields.Datetime.now()
        recent = [("contact_email", "=", self.contact_email), ("refusal_notice_at", ">", now - NOTICE_EVERY)]
        if self.search_count(recent, limit=1):
            return
        self._unguarded().write({"refusal_notice_at": now})
        ticket = self.with_context(lang=self.lang or self.company_id.partner_id.lang)
        rows = Markup("").join(
            Markup("<li>%s: %s</li>") % row for row in ticket._mail_refusal_lines(mail.refused)
        )
        body = Markup("<p>%s</p><ul>%s</ul><p>%s</p>") % (
            ticket.env._("We have received your message %(number)s, but not these files:", number=self.number),
            rows,
            ticket.env._("Please send them again as a PDF or as pictures, in answer to this message."),
        )
        ticket.message_post(
            body=body,
            subject=ticket.env._("Files that we could not accept: %(number)s", number=self.number),
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.company_id.partner_id.id,
            partner_ids=self.partner_id.ids,
            outgoing_email_to=False if self.partner_id else self.contact_email,
        )
