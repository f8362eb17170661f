"""Header fields of messages from outside, read without trusting them.  Pure Python, no Odoo.

Encoded words (RFC 2047) can hold line breaks: whoever copies a decoded subject into a new message lets the sender
write header fields of his own, and Python's parser refuses such an address altogether, so that the message is never
read.
"""

import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import formataddr, getaddresses

ADDRESS_FIELDS = {"from", "to", "cc", "bcc", "sender", "reply-to", "resent-to", "resent-cc", "delivered-to"}
MAX_FIELD = 8192  # characters of one field that are read
MAX_HEADER = 262144  # bytes of all fields together; RFC 5322 knows no limit, servers commonly stop far below
# Besides line breaks: characters that turn the direction of writing, with which names are disguised.
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
# What the parser of the standard library raises for malformed fields.
PARSE_ERRORS = (ValueError, IndexError, AttributeError, KeyError, TypeError, LookupError, HeaderParseError)


def one_line(text, limit=255):
    """Return ``text`` on one line, without control and direction characters.

    >>> one_line("Fee\\r\\nBcc: eve@example.net")
    'Fee Bcc: eve@example.net'
    """
    return re.sub(r"\s+", " ", CONTROL.sub(" ", text or "")).strip()[:limit].strip()


def decoded(value, limit=MAX_FIELD):
    """Return a raw field's text with its encoded words decoded, on one line."""
    value = re.sub(r"(?i)=\?(gb2312|gbk|cp936)\?", "=?gb18030?", _eight_bit(str(value)[:limit]))
    try:
        return one_line(str(make_header(decode_header(value.replace("\r", "").replace("\n", "")))), limit)
    except PARSE_ERRORS:
        return one_line(value, limit)


def _eight_bit(value):
    """Old programs write their letters as they are, without encoded words; the parser keeps the bytes aside."""
    raw = value.encode("utf-8", "surrogateescape")
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def values(message, name):
    """Return the texts of all fields ``name``, decoded, in their order."""
    return [decoded(value) for key, value in message.raw_items() if key.lower() == name.lower()]


def first(message, name):
    """Return the first field ``name``, decoded, ``""`` if there is none."""
    return next(iter(values(message, name)), "")


def addresses(message, name):
    """Return ``[(display name, address)]`` of all fields ``name``."""
    raw = [str(value)[:MAX_FIELD] for key, value in message.raw_items() if key.lower() == name.lower()]
    # Addresses are read before names are decoded: a name may decode to something that looks like an address.
    found = [pair for value in raw for pair in getaddresses([re.sub(r"\r?\n", "", value)])]
    if not any("@" in address for _name, address in found):  # programs that encode the whole field
        found = [pair for value in raw for pair in getaddresses([decoded(value)])]
    return [(decoded(display), one_line(address)) for display, address in found if "@" in address]


def size(message):
    """Return the size of all header fields in characters."""
    return sum(len(name) + len(str(value)) + 4 for name, value in message.raw_items())


def repair(message):
    """Rewrite the fields of ``message`` that the standard library cannot parse, and cut oversized ones.

    :return: the names of the rewritten fields
    """
    items, repaired = [], []
    for name, value in list(message.raw_items()):
        try:
            if len(str(value)) > MAX_FIELD:
                raise ValueError("oversized")
            str(message.policy.header_fetch_parse(name, value))
        except PARSE_ERRORS:
            value = _rewritten(name, value)
            repaired.append(name)
        items.append((name, value))
    if repaired:
        for name in {name for name, _value in items}:
            del message[name]
        for name, value in items:
            message.set_raw(name, value)
    return repaired


def repair_charsets(message):
    """Correct what the text parts of ``message`` say about their characters.

    Chinese programs write GB2312 and use the letters of its successors, which contain it; and a name that Python does
    not know would make the whole message unreadable.
    """
    for part in message.walk():
        if part.get_content_maintype() != "text":
            continue
        charset = part.get_content_charset()
        if charset in ("gb2312", "gbk", "cp936", "x-gbk"):
            part.set_param("charset", "gb18030")
        elif charset and not _is_known(charset):
            part.set_param("charset", "utf-8")


def _is_known(charset):
    try:
        return bool(codecs.lookup(charset))
    except LookupError:
        return False


def _rewritten(name, value):
    """Of references, the last ones count; of addresses, the address; of everything else, the text."""
    text = str(value)
    if name.lower() in ("references", "in-reply-to"):
        return " ".join(re.findall(r"<[^<>\s]{1,250}>", text)[-32:])
    if name.lower() in ADDRESS_FIELDS:
        pairs = getaddresses([re.sub(r"\r?\n", "", text[: 8 * MAX_FIELD])])[:200]
        return ", ".join(
            formataddr((re.sub(r'[<>@:;,"]', " ", decoded(display)), address)) for display, address in pairs if address
        )
    return decoded(text, 2000)
