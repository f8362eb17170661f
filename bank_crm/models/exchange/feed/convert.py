"""Converters: one value of a row -> the value of a column.

Each function here makes a converter, ``convert(value) -> value``, that raises :class:`Refusal` for what it cannot
take.  They are called once for each value of each row, so they do no query and no translation.  None and empty texts
never reach them: see :mod:`schema`.
"""

import datetime
import math
import re

from odoo.tools.translate import LazyTranslate

from .problems import Refusal, printable

_lt = LazyTranslate(__name__)

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
DECIMAL = re.compile(r"[+-]?\d{1,18}(\.\d{1,12})?", re.ASCII)
LARGEST_AMOUNT = 1e15  # beyond it a double has no cents any more
EARLIEST_DATE = datetime.date(1800, 1, 1)
LATEST_DATE = datetime.date(2999, 12, 31)


def text(longest, trimmed=False):
    """Text of at most ``longest`` characters without control characters.

    :param trimmed: refuse blanks around the text: they would make two keys of one
    """

    def convert(value):
        if type(value) is not str:
            raise Refusal("wrong_type", expected=_lt("a text"))
        if len(value) > longest:
            raise Refusal("too_long", expected=longest)
        if not value.isprintable() and has_control_characters(value):
            raise Refusal("invalid_text")
        if trimmed and value != value.strip():
            raise Refusal("invalid_text")
        return value

    return convert


def has_control_characters(value):
    return any(
        ord(character) < 32 or 0x7F <= ord(character) < 0xA0 or 0xD800 <= ord(character) < 0xE000
        for character in value
    )


def choice(values):
    """One of ``values``, given as a mapping of accepted texts to stored values or as a collection of texts."""
    stored = values if isinstance(values, dict) else {value: value for value in values}
    expected = ", ".join(stored)

    def convert(value):
        if type(value) is not str:
            raise Refusal("wrong_type", expected=_lt("a text"))
        try:
            return stored[value]
        except KeyError:
            raise Refusal("invalid_value", expected=expected) from None

    return convert


def reference(found, code):
    """The code of a record that has to exist.

    :param found: ``{code: id or anything}``
    :param code: the problem when the value is not in ``found``
    """

    def convert(value):
        if type(value) is not str:
            raise Refusal("wrong_type", expected=_lt("a text"))
        try:
            return found[value]
        except KeyError:
            raise Refusal(code, value=printable(value, 32)) from None

    return convert


def date(earliest=EARLIEST_DATE, latest=LATEST_DATE):
    """An ISO 8601 calendar date between two others, inclusive."""
    expected = ""
    if earliest != EARLIEST_DATE or latest != LATEST_DATE:
        expected = f" ({earliest} … {latest})"

    def convert(value):
        if type(value) is not str:
            if type(value) is not datetime.date:
                raise Refusal("wrong_type", expected=_lt("a date as text, YYYY-MM-DD"))
            day = value
        else:
            try:
                day = datetime.date.fromisoformat(value)
            except ValueError:
                raise Refusal("invalid_date", expected=expected) from None
            if not DATE.fullmatch(value):  # Python also reads 20240131 and 2024-W05-3
                raise Refusal("invalid_date", expected=expected)
        if not earliest <= day <= latest:
            raise Refusal("invalid_date", expected=expected)
        return day

    return convert


def amount(lowest=-LARGEST_AMOUNT, highest=LARGEST_AMOUNT):
    """A finite number between two others, given as a number or as a decimal text."""
    limits = {"lowest": f"{lowest:.15g}", "highest": f"{highest:.15g}"}
    expected = _lt("between %(lowest)s and %(highest)s", **limits)

    def convert(value):
        kind = type(value)
        if kind is str:
            if not DECIMAL.fullmatch(value):
                raise Refusal("invalid_amount", expected=expected)
            value = float(value)
        elif kind is int:
            if not lowest <= value <= highest:  # before float(): a very large integer overflows it
                raise Refusal("invalid_amount", expected=expected)
            value = float(value)
        elif kind is not float:
            raise Refusal("wrong_type", expected=_lt("a number or a decimal text"))
        if not math.isfinite(value) or not lowest <= value <= highest:
            raise Refusal("invalid_amount", expected=expected)
        return value

    return convert


def boolean():
    """True or false; no numbers and no texts, which mean different things in different systems."""

    def convert(value):
        if type(value) is not bool:
            raise Refusal("wrong_type", expected=_lt("true or false"))
        return value

    return convert
