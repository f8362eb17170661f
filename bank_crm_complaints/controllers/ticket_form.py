"""What customers may send by the forms of the portal: read field by field, checked, never believed."""

import re
from datetime import date

from odoo.tools.translate import LazyTranslate

from odoo.addons.bank_crm.tools.public_input import clean_text

from ..tools import attachment_policy

_lt = LazyTranslate(__name__)

SUBJECT, NAME, TEXT, MESSAGE, FILES = 200, 120, 20_000, 20_000, 10
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}", re.ASCII)
DIGITS = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)

MISSING = _lt("Please fill in this field.")
TOO_LONG = _lt("This text is too long: at most %(limit)s characters. Shorten it, or send the rest as a file.")
NOT_IN_LIST = _lt("Please choose one of the list.")
NO_DATE = _lt("This is not a date. Write it as year-month-day.")
IN_FUTURE = _lt("This date lies in the future.")
TOO_MANY_FILES = _lt("At most %(limit)s files at a time. Send the others with a message afterwards.")
REFUSALS = {
    attachment_policy.TOO_LARGE: _lt("%(file)s is too large. Send a smaller file, e.g. a picture with less detail."),
    attachment_policy.MESSAGE_TOO_LARGE: _lt("%(file)s: together the files are too large. Send it with a message."),
    attachment_policy.EXECUTABLE: _lt("%(file)s is a program. Send documents, pictures or recordings."),
    attachment_policy.MACRO: _lt("%(file)s holds macros. Save it without them, or as a PDF file."),
    attachment_policy.DISGUISED: _lt("%(file)s has a misleading name. Give it a plain one, such as statement.pdf."),
    attachment_policy.TYPE_NOT_ALLOWED: _lt("%(file)s is of a kind that we do not accept. Send it as a PDF file."),
    attachment_policy.UNREADABLE: _lt("%(file)s cannot be opened. Send its files one by one, without a password."),
}


class Form:
    """The fields of one form and what is wrong with them.

    ``values`` are what may go on, ``given`` what stands in the form when it is shown again, ``errors`` the messages of
    fields: ``{name: text}``.
    """

    def __init__(self, env, params, files=()):
        self.env, self.params, self.uploads = env, params, files
        self.values, self.given, self.errors = {}, {}, {}
        # Which of the forms of a page it was, where there are several.
        self.sent = None

    def raw(self, name):
        """Return what was sent for a field, as clean text; a file in place of a text is none."""
        return clean_text(self.params.get(name))

    def refuse(self, name, message, **details):
        template = self.env._(message)  # pylint: disable=prefer-env-translation
        self.errors[name] = template % details if details else template

    def text(self, name, limit, required=False):
        value = self.given[name] = self.raw(name)
        if required and not value:
            return self.refuse(name, MISSING)
        if len(value) > limit:
            return self.refuse(name, TOO_LONG, limit=limit)
        if value:
            self.values[name] = value
        return None

    def choice(self, name, allowed, required=False):
        """One of ``allowed``, texts."""
        value = self.given[name] = self.raw(name)
        if required and not value:
            return self.refuse(name, MISSING)
        if value and value not in allowed:
            return self.refuse(name, NOT_IN_LIST)
        if value:
            self.values[name] = value
        return None

    def record(self, name, records):
        """One of ``records``, by its id: the caller looked up what this customer may name."""
        value = self.given[name] = self.raw(name)
        if not value:
            return
        chosen = int(value) if DIGITS.fullmatch(value) else 0
        if chosen in records.ids:
            self.values[name] = chosen
        else:
            self.refuse(name, NOT_IN_LIST)

    def past_date(self, name, today):
        value = self.given[name] = self.raw(name)
        if not value:
            return
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return self.refuse(name, NO_DATE)
        if day > today:
            return self.refuse(name, IN_FUTURE)
        if day.year < 1900:
            return self.refuse(name, NO_DATE)
        self.values[name] = day

    def files(self, name="files"):
        """Read the files of a field and return them as ``(name, content)``; one that is refused is an error."""
        uploads = [file for file in self.uploads.getlist(name) if file.filename]
        if len(uploads) > FILES:
            self.refuse(name, TOO_MANY_FILES, limit=FILES)
            return []
        accepted, refused = self.env["bank.ticket"]._accept_files([(file.filename, file.read()) for file in uploads])
        for file, code in refused:
            template = self.env._(REFUSALS[code])  # pylint: disable=prefer-env-translation
            self.errors[name] = f"{self.errors.get(name, '')} {template % {'file': file}}".strip()
        return [] if refused else accepted


def token(params):
    """Return the token of the form that was sent, which makes it count once; None where there is none of ours."""
    value = params.get("form_token")
    return value if isinstance(value, str) and TOKEN.fullmatch(value) else None
