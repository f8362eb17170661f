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

# Which properties name the domain that a method vouches for.
DOMAINS = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom", "smtp.helo"), "dmarc": ("header.from",)}
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
    name = "" if "@" in name else name  # a name that looks like an address is another person's
    verdict, reason = _authenticated(message, address.rpartition("@")[2].lower(), trusted_servers)
    return Sender(address.lower(), name[:128], verdict, reason)


def _authenticated(message, domain, trusted_servers):
    results = _results(message, {server.lower() for server in trusted_servers})
    if results is None:
        spf = mail_headers.first(message, "Received-SPF").lower()
        return (FAIL, "Received-SPF: fail") if spf.startswith("fail") else (UNKNOWN, "no Authentication-Results")
    dmarc = {result for method, result, _properties in results if method == "dmarc"}
    if "pass" in dmarc:
        verdict, reason = PASS, "dmarc=pass"
    elif "fail" in dmarc:
        verdict, reason = FAIL, "dmarc=fail"
    else:
        verdict, reason = _without_dmarc(results, domain)
    if verdict == PASS and not trusted_servers:
        return UNKNOWN, f"{reason}, by a server that is not ours"
    return verdict, reason


def _without_dmarc(results, domain):
    """RFC 7489, 4.2: DKIM or SPF has to pass for the domain of the ``From``; for another one is worth nothing."""
    for method, result, properties in results:
        if result == "pass" and any(_aligned(_domain(properties.get(name)), domain) for name in DOMAINS[method]):
            return PASS, f"{method}=pass"
    for method, result, _properties in results:
        if result in ("fail", "softfail", "permerror", "policy"):
            return FAIL, f"{method}={result}"
    if any(result == "pass" for _method, result, _properties in results):
        return FAIL, "passed for another domain only"
    return UNKNOWN, "not checked"


def _domain(value):
    return (value or "").rpartition("@")[2]


def _results(message, trusted):
    """Return ``[(method, result, properties)]`` of the header that counts, or None."""
    for value in mail_headers.values(message, "Authentication-Results"):
        server, _semicolon, rest = re.sub(r"\([^()]*\)", " ", value).partition(";")
        if trusted and (not server.split() or server.split()[0].lower() not in trusted):
            continue
        found = []
        for part in rest.split(";"):
            if result := RESULT.search(part):
                properties = {name.lower(): text.lower() for name, text in PROPERTY.findall(part)}
                found.append((result[1].lower(), result[2].lower(), properties))
        return found
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
