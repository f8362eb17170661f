"""Meaning of single cells. Every function takes the cell's text and raises ValueError with problem and remedy."""
from __future__ import annotations

import calendar
import datetime
import re
from decimal import Decimal

from tools.importer.problems import show_cell

FEMALE_MONTH_SHIFT = 50

# The source writes years with two digits; all its dates lie in 1911-1999.
_CENTURY = 1900

_ID = re.compile(r"[0-9]{1,18}", re.ASCII)
_SIX_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)
_AMOUNT = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,10})?", re.ASCII)


def parse_id(cell):
    """:rtype: int
    :raises ValueError: unless the cell is a whole number in ASCII digits"""
    if not _ID.fullmatch(cell):
        raise ValueError(f"{show_cell(cell)} is not a whole number. Write the identifier in digits only.")
    return int(cell)


def parse_count(cell, maximum):
    """:rtype: int
    :raises ValueError: unless the cell is a whole number from 1 to `maximum`"""
    if not _ID.fullmatch(cell) or not 1 <= int(cell) <= maximum:
        raise ValueError(f"{show_cell(cell)} is not a whole number from 1 to {maximum}.")
    return int(cell)


def parse_amount(cell):
    """:return: the amount in the file's currency (CZK), exact
    :rtype: Decimal
    :raises ValueError: unless the cell is a plain decimal number"""
    if not _AMOUNT.fullmatch(cell):
        raise ValueError(
            f"{show_cell(cell)} is not a number. Write digits with a decimal point and no thousands separators."
        )
    return Decimal(cell)


def parse_positive_amount(cell):
    """Like :func:`parse_amount`, but refuses zero and less."""
    amount = parse_amount(cell)
    if amount <= 0:
        raise ValueError(f"{show_cell(cell)} is not above zero. Write the amount without a sign.")
    return amount


def parse_unsigned_amount(cell):
    """Like :func:`parse_amount`, but refuses less than zero: the row's type tells the direction."""
    amount = parse_amount(cell)
    if amount < 0:
        raise ValueError(f"{show_cell(cell)} is below zero. Write the amount without a sign.")
    return amount


def parse_choice(cell, choices):
    """:param choices: mapping of the allowed words to their meaning
    :raises ValueError: unless the cell is one of the words"""
    try:
        return choices[cell]
    except KeyError:
        allowed = ", ".join(choices)
        raise ValueError(f"{show_cell(cell)} is not known. Use one of: {allowed}.") from None


def parse_text(cell):
    """:raises ValueError: if the cell is empty"""
    text = cell.strip()
    if not text:
        raise ValueError("the cell is empty. Fill it in.")
    return text


def parse_date(cell):
    """:param str cell: YYMMDD, years 1900-1999
    :rtype: datetime.date
    :raises ValueError: if there is no such day"""
    if not _SIX_DIGITS.fullmatch(cell):
        raise ValueError(f"{show_cell(cell)} is not a date. Write it as YYMMDD, e.g. 930131.")
    return _day(cell, int(cell[2:4]))


def parse_moment(cell):
    """:param str cell: YYMMDD, a blank, hh:mm:ss (cards carry a time, always midnight)
    :return: the day; a card's time of issue means nothing
    :rtype: datetime.date"""
    day, _blank, time = cell.partition(" ")
    if time:
        try:
            datetime.time.fromisoformat(time)
        except ValueError:
            raise ValueError(f"{show_cell(cell)} has an impossible time. Write YYMMDD hh:mm:ss.") from None
    return parse_date(day)


def parse_birth_number(cell):
    """:param str cell: YYMMDD; 50 is added to the month of women
    :return: (birthdate, 'female' or 'male')
    :raises ValueError: if no such birth number can exist"""
    if not _SIX_DIGITS.fullmatch(cell):
        raise ValueError(
            f"{show_cell(cell)} is not a birth number. Write YYMMDD with the month plus 50 for women, e.g. 455204."
        )
    month = int(cell[2:4])
    if month > FEMALE_MONTH_SHIFT:
        return _day(cell, month - FEMALE_MONTH_SHIFT), "female"
    return _day(cell, month), "male"


def _day(cell, month):
    year, day = _CENTURY + int(cell[:2]), int(cell[4:])
    if not 1 <= month <= 12:
        raise ValueError(
            f"{show_cell(cell)} has an impossible month ({cell[2:4]}). Write YYMMDD"
            " with a month from 01 to 12 (birth numbers of women: 51 to 62)."
        )
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise ValueError(
            f"{show_cell(cell)} has an impossible day: {year}-{month:02d} has the days 01 to {last}. Correct the date."
        )
    return datetime.date(year, month, day)


def add_months(day, months):
    """The same day some months later, or the month's last day where there is no such day.

    :param datetime.date day: start
    :param int months: how many months later
    :rtype: datetime.date
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month0 + 1)[1]
    return datetime.date(year, month0 + 1, min(day.day, last))
