"""One message from outside while it is on its way to a ticket; lives for one call and is stored nowhere."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from ..tools import auto_mail, mail_headers, mail_sender, mail_text

PROGRAM_KINDS = (auto_mail.AUTO_REPLY, auto_mail.AUTO_GENERATED, auto_mail.BULK, auto_mail.RECEIPT)
REPORT_KINDS = (auto_mail.BOUNCE, auto_mail.DELAY, auto_mail.RECEIPT)


@dataclass
class InboundMail:
    """What the gate found out about a message.

    ``message`` is the ``email.message.EmailMessage``, ``values`` Odoo's dictionary of it, ``alias`` the address of the
    team that it was sent to, ``ticket`` the ticket that it belongs to (empty: a new one).  ``trust`` says what the
    ticket will remember of the sender, see ``bank.ticket.sender_check``.
    """

    message: Any
    values: dict
    verdict: auto_mail.Verdict
    sender: mail_sender.Sender
    received_at: Any
    key: str
    subject: str
    text: str
    new_text: str
    alias: Any = None
    team: Any = None
    ticket: Any = None
    partner: Any = None
    follow_up_of: Any = None
    trust: str = "unknown"
    refused: list = field(default_factory=list)
    unopened: list = field(default_factory=list)

    @property
    def is_program(self):
        return self.verdict.kind in PROGRAM_KINDS

    @property
    def is_report(self):
        return self.verdict.kind in REPORT_KINDS

    @property
    def is_gratitude(self):
        return not self.values.get("attachments") and mail_text.is_gratitude(self.new_text)


def read(message, values, trusted_servers, now):
    """Read a message.

    :param values: Odoo's ``message_parse`` of it
    :param trusted_servers: names of the bank's own mail servers, see :func:`mail_sender.read`
    :param now: naive UTC datetime
    :return: an :class:`InboundMail`
    """
    text = auto_mail.plain_text(message).replace("\x00", "")
    return InboundMail(
        message=message,
        values=values,
        verdict=auto_mail.classify(message),
        sender=mail_sender.read(message, trusted_servers),
        received_at=mail_sender.received_at(message, now),
        key=message_key(message),
        subject=mail_headers.first(message, "Subject")[:255],
        text=text,
        new_text=mail_text.new_text(text),
    )


def message_key(message):
    """Return the Message-ID; of a message without one, an id made from what it says, the same each time it comes."""
    message_id = mail_headers.first(message, "Message-ID").strip()
    if message_id:
        return message_id[:255]
    digest = hashlib.sha256()
    for name in ("From", "To", "Date", "Subject"):
        digest.update(f"{name}:{mail_headers.first(message, name)}\n".encode())
    digest.update(auto_mail.plain_text(message).encode())
    return f"<{digest.hexdigest()[:40]}@no-message-id.invalid>"
