from email.message import EmailMessage

from markupsafe import Markup

from odoo import api, models

from ..tools import attachment_policy, tnef


class BankTicketMailGate(models.AbstractModel):
    """The files of a message: Outlook's capsules opened, numbers in texts masked, what is dangerous left out."""

    _inherit = "bank.ticket.mail.gate"

    @api.model
    def _take_in_files(self, mail):
        # The setting "Keep Original" of the mail server would keep the numbers in clear.
        entries = [
            entry
            for entry in mail.values.get("attachments") or []
            if not (entry[0] == "original_email.eml" and not (*entry, {})[2])
        ]
        files = self._opened(mail, [self._plain(entry) for entry in entries])
        accepted, mail.refused = attachment_policy.accept(
            [(name, content) for name, content, _info in files if not tnef.is_capsule(content)],
            **self._file_rules(),
        )
        plain = [entry for entry in files if not tnef.is_capsule(entry[1])]
        closed = [entry for entry in files if tnef.is_capsule(entry[1])]
        taken = [plain[index] for index in accepted] + closed
        names = self.env["bank.ticket"]._mask_texts([attachment_policy.clean_name(entry[0]) for entry in taken])
        mail.values["attachments"] = [
            (name, content, info) for name, (_old, content, info) in zip(names, taken, strict=True)
        ]
        body = mail.values.get("body") or ""
        if closed:
            text = self.env._("winmail.dat: this file of Outlook could not be opened and is kept as it came.")
            body = Markup("%s<p>%s</p>") % (Markup(body), text)
        if mail.refused:
            body = Markup("%s%s") % (Markup(body), self.env["bank.ticket"]._mail_refusal_text(mail.refused))
        mail.values["body"] = body

    @api.model
    def _file_rules(self):
        parameters = self.env["res.config.settings"]
        megabyte = attachment_policy.MB
        return {
            "allowed": parameters._mail_file_types(),
            "max_file": parameters._mail_parameter("mail_max_file_mb") * megabyte,
            "max_message": parameters._mail_parameter("mail_max_message_mb") * megabyte,
        }

    @api.model
    def _plain(self, entry):
        """Return an attachment of Odoo's as ``(name, bytes, info)``, numbers in texts and messages masked."""
        name, content, info = (*entry, {})[:3]
        mask = self.env["bank.ticket"]._mask_texts
        if isinstance(content, EmailMessage):
            name = name if "." in (name or "") else f"{name or 'message'}.eml"
            return name, self._masked_message(content).as_bytes(), dict(info or {})
        if isinstance(content, str):
            encoding = (info or {}).get("encoding") or "utf-8"
            content = mask([content])[0].encode(encoding, "xmlcharrefreplace")
        elif attachment_policy.detect(content or b"") in ("text/plain", "text/csv"):
            text = (content or b"").decode("utf-8", "surrogateescape")
            content = mask([text])[0].encode("utf-8", "surrogateescape")
        return name, content or b"", dict(info or {})

    @api.model
    def _masked_message(self, message):
        """A message inside a message: its texts are stored like those of the outer one."""
        for part in message.walk():
            if part.get_content_maintype() != "text" or part.get_filename():
                continue
            try:
                text = part.get_content()
            except (LookupError, UnicodeError, KeyError):
                continue
            is_html = part.get_content_subtype() == "html"
            [masked] = self.env["bank.ticket"]._mask_texts([text], is_html=is_html)
            if masked != text:
                part.set_content(str(masked), subtype=part.get_content_subtype())
        return message

    @api.model
    def _opened(self, mail, files):
        """Return the files with those inside of Outlook's capsules in their places."""
        found = []
        for name, content, info in files:
            capsule = tnef.open_capsule(content)
            if capsule is None:
                found.append((name, content, info))
                continue
            found += [(inner, data, {}) for inner, data in capsule.files]
            if capsule.body.strip() and not mail.text.strip():
                mail.values["body"] = Markup("<pre>%s</pre>") % capsule.body
                mail.text = mail.new_text = capsule.body
        return found
