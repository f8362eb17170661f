"""What a report on a delivery says: whose message it was, to whom, whether it failed for good.  Pure Python, no Odoo.

RFC 3464 where the server follows it; else what qmail, exim, old Exchange and Chinese providers write instead.
"""

import re
from collections import namedtuple

from . import auto_mail, mail_headers

# kind: auto_mail.BOUNCE, DELAY or RECEIPT; recipients: lower-case addresses; status: "5.1.1" or "";
# message_ids: candidates for the Message-ID of the message that the report is about, the likeliest first.
Report = namedtuple("Report", ["kind", "recipients", "status", "message_ids"])

MESSAGE_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
ID_LINE = re.compile(
    r"^[ \t>]*(?:(?:X-(?:MS|Microsoft)-)?Original-)?Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE
)
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
ADDRESS = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
# qmail: "<anna@example.com>:" on a line of its own; others: "could not be delivered to: anna@example.com".
RECIPIENT_LINE = re.compile(
    r"^\s*(?:无法(?:发送|投递)到|收件人[:：]|to:)?\s*<?([\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+)>?:?\s*$",
    re.MULTILINE | re.IGNORECASE,
)
# Parts that hold the message in question, its header or its Message-ID.
RETURNED = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/disposition-notification")
LIMIT = 65536  # characters of text looked through


def read(message):
    """Read a report.

    :param message: ``email.message.EmailMessage`` that :func:`auto_mail.classify` called a bounce, delay or receipt
    :return: a :class:`Report`
    """
    verdict = auto_mail.classify(message)
    blocks = _status_blocks(message)
    if blocks:
        recipients, status = _standard(blocks, verdict.kind)
    else:
        recipients, status = _free_text(message)
    return Report(verdict.kind, recipients, status, _message_ids(message))


def _status_blocks(message):
    blocks = []
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            blocks += [block for block in part.get_payload() if mail_headers.first(block, "Action")]
    return blocks


def _standard(blocks, kind):
    """Of several recipients, those whom the verdict is about."""
    wanted = {auto_mail.BOUNCE: "failed", auto_mail.DELAY: "delayed"}.get(kind)
    recipients, status = [], ""
    for block in blocks:
        action = mail_headers.first(block, "Action").split(" ")[0].lower()
        if wanted and action != wanted:
            continue
        status = status or mail_headers.first(block, "Status").split(" ")[0]
        for name in ("Original-Recipient", "Final-Recipient"):
            recipients += ADDRESS.findall(mail_headers.first(block, name).partition(";")[2])
    return _lower(recipients), status


def _free_text(message):
    recipients = [address for _name, address in mail_headers.addresses(message, "X-Failed-Recipients")]
    text = auto_mail.plain_text(message)[:LIMIT]
    recipients = recipients or RECIPIENT_LINE.findall(text)
    status = STATUS.search(text)
    return _lower(recipients), status.group(1) if status else ""


def _message_ids(message):
    """The returned message's own header first, then headers quoted in the text, then what the report answers."""
    found = []
    for part in message.walk():
        if part.get_content_type() in RETURNED:
            found += ID_LINE.findall(_as_text(part)[:LIMIT])
    own = mail_headers.first(message, "Message-ID")
    found += ID_LINE.findall(_all_text(message)[:LIMIT])
    for name in ("X-MS-Original-Message-ID", "X-Microsoft-Original-Message-ID", "In-Reply-To", "References"):
        found += reversed(MESSAGE_ID.findall(mail_headers.first(message, name)))
    return [message_id for message_id in dict.fromkeys(found) if message_id != own]


def _all_text(message):
    return "\n".join(
        _as_text(part) for part in message.walk() if part.get_content_type() in ("text/plain", "text/html")
    )


def _as_text(part):
    """Return the part's text; reports nest messages in parts that the parser does not always open."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return "\n".join(f"{block.as_string()}\n" for block in payload)
    content = part.get_payload(decode=True)
    return content.decode(part.get_content_charset("utf-8"), "replace") if content else str(payload or "")


def _lower(addresses):
    return list(dict.fromkeys(address.lower() for address in addresses))
