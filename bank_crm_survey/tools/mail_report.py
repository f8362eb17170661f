"""What a report on a delivery says of a message of ours: failed for good, not yet, or arrived.  Pure Python, no Odoo.

RFC 3464 where the server follows it; else what qmail, exim and others write: the returned message below a text.
"""

import re
from collections import namedtuple

# failed: whether the message will not arrive; status: "5.1.1" or ""; message_ids: candidates for its Message-ID.
Report = namedtuple("Report", ["failed", "status", "message_ids"])

ID_LINE = re.compile(r"^[ \t>]*(?:[A-Za-z-]*Original-)?Message-ID:\s*(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE)
ANY_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
NOT_YET = re.compile(r"delayed|will be retried|still being retried|warning only|稍后重试|延迟", re.IGNORECASE)
# A person's automatic reply goes to the same address as a report.
DAEMON = re.compile(r"(mailer-daemon|postmaster|mail-daemon)@", re.IGNORECASE)
LIMIT = 65536  # characters of text looked through
MOST_IDS = 32


def read(message):
    """Read a report that Odoo took for a bounce.

    :param message: ``email.message.EmailMessage``
    :return: a :class:`Report`
    """
    actions, status = _delivery_status(message)
    text = "\n".join(_texts(message))[:LIMIT]
    if actions:
        failed = "failed" in actions
    else:
        found = STATUS.search(text)
        status = found.group(1) if found else ""
        told_by_server = status.startswith("5") or bool(DAEMON.search(str(message.get("From") or "")))
        not_yet = status[:1] in ("2", "4") or NOT_YET.search(f"{message.get('Subject', '')}\n{text}")
        failed = told_by_server and not not_yet
    return Report(failed, status, _message_ids(message, text))


def _delivery_status(message):
    actions, status = set(), ""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            for block in part.get_payload():
                if action := str(block.get("Action") or "").split():
                    actions.add(action[0].lower())
                    if found := STATUS.search(str(block.get("Status") or "")):
                        status = status or found.group(1)
    return actions, status


def _texts(message):
    for part in message.walk():
        payload = part.get_payload()
        if isinstance(payload, list):
            if part.get_content_maintype() == "message":
                yield "\n".join(block.as_string() for block in payload)
        elif part.get_content_type() != "text/html":
            content = part.get_payload(decode=True)
            yield content.decode("utf-8", "replace") if content else str(payload or "")


def _message_ids(message, text):
    found = ID_LINE.findall(text)
    for name in ("In-Reply-To", "References"):
        found += reversed(ANY_ID.findall(str(message.get(name) or "")))
    return list(dict.fromkeys(found))[:MOST_IDS]
