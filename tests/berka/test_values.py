"""Single cells: birth numbers, dates, amounts."""
import datetime
from decimal import Decimal

import pytest

from tools.berka import values


@pytest.mark.parametrize(("cell", "birthdate", "gender"), [
    ("450204", "1945-02-04", "male"),
    ("406009", "1940-10-09", "female"),
    ("110820", "1911-08-20", "male"),
    ("680229", "1968-02-29", "male"),
    ("685229", "1968-02-29", "female"),
    ("705101", "1970-01-01", "female"),
    ("706231", "1970-12-31", "female"),
    ("701231", "1970-12-31", "male"),
])
def test_birth_number(cell, birthdate, gender):
    assert values.parse_birth_number(cell) == (datetime.date.fromisoformat(birthdate), gender)


@pytest.mark.parametrize("cell", [
    "", "45020", "4502041", "450004", "451304", "455004", "456304", "459904", "450200", "450230", "695229",
    "45-204", " 50204", "４５０２０４",
])
def test_impossible_birth_number(cell):
    with pytest.raises(ValueError, match=r"\. (Write|Correct)"):
        values.parse_birth_number(cell)


@pytest.mark.parametrize(("cell", "expected"), [
    ("930101", "1993-01-01"), ("960229", "1996-02-29"), ("981231", "1998-12-31"), ("000228", "1900-02-28"),
])
def test_date(cell, expected):
    assert values.parse_date(cell) == datetime.date.fromisoformat(expected)


@pytest.mark.parametrize("cell", [
    "930230", "970229", "000229", "930431", "931301", "930001", "930100", "1993-01-01", "93011", "", "93 101",
    "935101",  # only birth numbers shift the month
])
def test_impossible_date(cell):
    with pytest.raises(ValueError, match="Write|Correct"):
        values.parse_date(cell)


def test_date_error_names_the_last_day():
    with pytest.raises(ValueError, match="'930230' has an impossible day: 1993-02 has the days 01 to 28"):
        values.parse_date("930230")


def test_moment_drops_the_time():
    assert values.parse_moment("931107 00:00:00") == datetime.date(1993, 11, 7)
    assert values.parse_moment("931107") == datetime.date(1993, 11, 7)
    for cell in ("931107 25:00:00", "931107 noon", "931307 00:00:00"):
        with pytest.raises(ValueError, match="impossible"):
            values.parse_moment(cell)


@pytest.mark.parametrize(("start", "months", "expected"), [
    ("1994-01-31", 1, "1994-02-28"),
    ("1996-01-31", 1, "1996-02-29"),
    ("1994-01-31", 13, "1995-02-28"),
    ("1996-02-29", 12, "1997-02-28"),
    ("1996-02-29", 48, "2000-02-29"),
    ("1993-10-31", 1, "1993-11-30"),
    ("1993-12-15", 1, "1994-01-15"),
    ("1993-11-30", 1, "1993-12-30"),
    ("1993-12-31", 12, "1994-12-31"),
])
def test_add_months(start, months, expected):
    assert values.add_months(datetime.date.fromisoformat(start), months).isoformat() == expected


def test_amounts_are_exact():
    assert values.parse_amount("-0.10") == Decimal("-0.10")
    assert values.parse_amount("80952") == Decimal(80952)


@pytest.mark.parametrize("cell", ["", "abc", "1,000.00", "1 000", "nan", "inf", "1e5", "0x10", "--1", ".5", "5.", "٣"])
def test_not_an_amount(cell):
    with pytest.raises(ValueError, match="is not a number"):
        values.parse_amount(cell)


def test_sign_of_amounts():
    assert values.parse_unsigned_amount("0.00") == 0
    with pytest.raises(ValueError, match="below zero"):
        values.parse_unsigned_amount("-0.01")
    for cell in ("0", "-5"):
        with pytest.raises(ValueError, match="not above zero"):
            values.parse_positive_amount(cell)


@pytest.mark.parametrize("cell", ["", "-1", "1.0", " 1", "1_000", "２", "1" * 19])
def test_not_an_id(cell):
    with pytest.raises(ValueError, match="whole number"):
        values.parse_id(cell)


@pytest.mark.parametrize("cell", ["0", "601", "12.5", "-12", ""])
def test_not_a_duration(cell):
    with pytest.raises(ValueError, match="from 1 to 600"):
        values.parse_count(cell, 600)
