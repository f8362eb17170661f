"""Who a message claims to be from, and whether the bank's own mail server believes it.  Pure Python, no Odoo.

Anyone can write any ``From``.  What counts is the header ``Authentication-Results`` (RFC 8601) that the bank's own
server added: SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489).  Such a header of anybody else is worth nothing.
"""

import re
from collections import namedtuple
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from . import mail_headers

PASS, FAIL, UNKNOWN = "pass", "fail", "none"

# address: lower case; name: display name, one line; verdict: PASS, FAIL or UNKNOWN; reason: short English, technical.
Sender = namedtuple("Sender", ["address", "name", "verdict", "reason"])

RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*(\w+)", re.IGNORECASE)
PROPERTY = re.compile(
    r"\b(smtp\.mailfrom|smtp\.helo|header\.d|header\.i|header\.from)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE
)


def read(message, trusted_servers=()):
    """Read the sender of a message.

    :param trusted_servers: authserv-ids of the bank's own mail servers; without any, the topmost header is read and
        only a failure in it believed
    :return: a :class:`Sender`; the verdict of a message with several senders or none is ``"fail"``
    """
    # All addresses of all fields: RFC 5322 allows one field, attackers send two.
    addresses = mail_headers.addresses(message, "From")
    if len(addresses) != 1:
        name, address = addresses[0] if addresses else ("", "")
        return Sender(address.lower(), name[:128], FAIL, "several senders" if addresses else "no sender")
    name, address = addresses[0]
    verdict, reason = _authenticated(message, address.rpartition("@")[2].lower(), trusted_servers)
    return Sender(address.lower(), name[:128], verdict, reason)


def _authenticated(message, domain, trusted_servers):
    results = _results(message, {server.lower() for server in trusted_servers})
    if results is None:
        spf = mail_headers.first(message, "Received-SPF").lower()
        return (FAIL, "Received-SPF: fail") if spf.startswith("fail") else (UNKNOWN, "no Authentication-Results")
    checks, properties = results
    if checks.get("dmarc") == "pass":
        verdict, reason = PASS, "dmarc=pass"
    elif checks.get("dmarc") == "fail":
        verdict, reason = FAIL, "dmarc=fail"
    else:
        verdict, reason = _without_dmarc(checks, properties, domain)
    if verdict == PASS and not trusted_servers:
        return UNKNOWN, f"{reason}, by a server that is not ours"
    return verdict, reason


def _without_dmarc(checks, properties, domain):
    dkim_domain = properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2]
    spf_domain = (properties.get("smtp.mailfrom") or properties.get("smtp.helo", "")).rpartition("@")[2]
    if checks.get("dkim") == "pass" and _aligned(dkim_domain, domain):
        return PASS, "dkim=pass"
    if checks.get("spf") == "pass" and _aligned(spf_domain, domain):
        return PASS, "spf=pass"
    for method in ("spf", "dkim"):
        if checks.get(method) in ("fail", "softfail", "permerror", "policy"):
            return FAIL, f"{method}={checks[method]}"
    if "pass" in checks.values():
        return FAIL, "passed for another domain only"
    return UNKNOWN, "not checked"


def _results(message, trusted):
    """Return ``(checks, properties)`` of the header that counts, or None."""
    for value in mail_headers.values(message, "Authentication-Results"):
        text = re.sub(r"\([^()]*\)", " ", value)
        server = text.partition(";")[0].split()
        if trusted and (not server or server[0].lower() not in trusted):
            continue
        checks = {}
        for method, result in RESULT.findall(text):
            # Several signatures: one that passes is enough.
            if checks.get(method.lower()) != "pass":
                checks[method.lower()] = result.lower()
        return checks, {name.lower(): found.lower().strip("@") for name, found in PROPERTY.findall(text)}
    return None


def _aligned(one, other):
    """RFC 7489, 3.1, relaxed: the same domain, or one below the other."""
    if not one or not other or "." not in one or "." not in other:
        return False
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def received_at(message, now):
    """Return when the bank's own server took the message in, naive UTC, from the topmost ``Received``; else ``now``.

    ``Date`` is written by the sender and decides nothing.  A server that was down for a weekend still received the
    message when it says; a time in the future or more than 30 days ago is not believed.

    :param now: naive UTC datetime
    """
    received = mail_headers.first(message, "Received")
    try:
        stamp = parsedate_to_datetime(received.rpartition(";")[2].strip())
    except (ValueError, TypeError, IndexError):
        return now
    if stamp.tzinfo is None:
        return now
    stamp = stamp.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
    return stamp if 0 <= (now - stamp).total_seconds() <= 30 * 86400 else now


def utc_now():
    """Return the present time, naive UTC, whole seconds."""
    return datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
