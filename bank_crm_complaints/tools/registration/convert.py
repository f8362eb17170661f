"""Converters of what only tickets have: long texts, moments, lists of codes (beside those of the exchange)."""

import datetime
import re
from collections import namedtuple

from odoo.tools.mail import email_normalize
from odoo.tools.translate import LazyTranslate

from odoo.addons.bank_crm.models.exchange.feed.convert import EARLIEST_DATE, has_control_characters
from odoo.addons.bank_crm.models.exchange.feed.problems import Refusal, printable

from ..clocks.local_time import zone

_lt = LazyTranslate(__name__)

_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d{1,9})?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_LINES = str.maketrans("", "", "\r\n\t")
# Clocks of two systems differ: what is this little in the future is now.
TOLERANCE = datetime.timedelta(minutes=1)

# `value`: naive; `is_local`: in the time of the branch, which is not known yet; else in UTC.
Moment = namedtuple("Moment", ["value", "is_local"])


def prose(longest):
    """Text of several lines; line ends become \\n."""

    def convert(value):
        if type(value) is not str:
            raise Refusal("wrong_type", expected=_lt("a text"))
        if len(value) > longest:
            raise Refusal("too_long", expected=longest)
        if has_control_characters(value.translate(_LINES)):
            raise Refusal("invalid_text")
        return value.replace("\r\n", "\n").replace("\r", "\n")

    return convert


def email(longest=254):
    """One email address, as it is compared."""

    def convert(value):
        if type(value) is not str:
            raise Refusal("wrong_type", expected=_lt("a text"))
        if len(value) > longest:
            raise Refusal("too_long", expected=longest)
        normalized = email_normalize(value)
        if not normalized or has_control_characters(value):
            raise Refusal("invalid_email")
        return normalized

    return convert


def moment():
    """An ISO 8601 date, or date and time with or without an offset, as a :class:`Moment`.

    A date alone is the beginning of that day.
    """

    def convert(value):
        if type(value) is not str:
            raise Refusal("wrong_type", expected=_lt("a time as text, such as 2026-11-24T14:30:00+08:00"))
        match = _MOMENT.fullmatch(value)
        try:
            when = datetime.datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}")
            offset = _offset(match[3]) if match[3] else None
            utc = when - offset if offset is not None else when
        except (TypeError, ValueError, OverflowError):
            raise Refusal("invalid_time") from None
        if when.date() < EARLIEST_DATE:
            raise Refusal("invalid_time")
        return Moment(utc, offset is None)

    return convert


def _offset(text):
    if text == "Z":
        return datetime.timedelta()
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise ValueError(text)
    offset = datetime.timedelta(hours=hours, minutes=minutes)
    return -offset if text[0] == "-" else offset


def to_utc(when, zone_name, now):
    """Return a :class:`Moment` as naive UTC.

    Of a local time that the clocks show twice the first one is meant, which is the earlier deadline; one that they
    leave out is counted on from before.

    :param zone_name: time zone of local times
    :param now: naive UTC
    :raises Refusal: ``in_future``
    """
    value = when.value
    if when.is_local:
        try:
            value = value.replace(tzinfo=zone(zone_name)).astimezone(datetime.timezone.utc).replace(tzinfo=None)
        except OverflowError:
            raise Refusal("invalid_time") from None
    if value > now + TOLERANCE:
        raise Refusal("in_future")
    return min(value, now)


def whole_number(lowest, highest):
    """An integer between two others."""

    def convert(value):
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is not int or not lowest <= value <= highest:
            raise Refusal("invalid_number", lowest=lowest, highest=highest)
        return value

    return convert


def codes(found, code, most=20):
    """A list of codes of records that have to exist.

    :param found: ``{code: id}``
    :param code: the problem when one is not in ``found``
    """

    def convert(value):
        if type(value) is not list or any(type(item) is not str for item in value):
            raise Refusal("wrong_type", expected=_lt("a list of texts"))
        if len(value) > most:
            raise Refusal("wrong_type", expected=_lt("a list of at most %s", most))
        for item in value:
            if item not in found:
                raise Refusal(code, value=printable(item, 32))
        return [found[item] for item in value]

    return convert
