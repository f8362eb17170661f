"""A small valid file, where the real one is, and how a test spoils it."""
import csv
import io
from pathlib import Path

import pytest

from tools.cfpb.records import COLUMNS

_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
CFPB = _DATA / "cfpb"
ORACLE = _DATA / "oracle"
BANKING77 = _DATA / "banking77"

needs_real_file = pytest.mark.skipif(
    not (CFPB / "complaints_2015_2020.csv.gz").is_file() or not (ORACLE / "expected.json").is_file(),
    reason="the CFPB's complaints are not kept in the repository; put them beside it: ../shared/data/cfpb and /oracle",
)
needs_banking77 = pytest.mark.skipif(
    not (BANKING77 / "train.csv.gz").is_file(),
    reason="banking77 is not kept in the repository; put it beside it: ../shared/data/banking77",
)

# Invented, in the source's format.
_DEFAULTS = {
    "Complaint ID": "1001",
    "Date received": "2019/3/1",
    "Date sent to company": "2019/3/4",
    "Product": "Mortgage",
    "Sub-product": "FHA mortgage",
    "Issue": "Trouble during payment process",
    "Sub-issue": "",
    "Consumer complaint narrative": "",
    "Company": "First Invented Bank, Inc.",
    "State": "FL",
    "ZIP code": "330XX",
    "Tags": "",
    "Submitted via": "Web",
    "Company response to consumer": "Closed with explanation",
    "Timely response?": "Yes",
}

SMALL_ROWS = (
    {
        "Consumer complaint narrative": "First Invented Bank lost my payment.\n\n"
        '"Twice", in fact, by FIRST INVENTED BANK, INC.',
    },
    {
        "Complaint ID": "1002",
        "Date sent to company": "2019/3/20",
        "Product": "Checking or savings account",
        "Sub-product": "Checking account",
        "Issue": "Managing an account",
        "Sub-issue": "Fee problem",
        "Consumer complaint narrative": "- no fee was agreed",
        "Company": "Second & Sons, LLC",
        "ZIP code": "",
        "State": "",
        "Tags": "Older American, Servicemember",
        "Submitted via": "Referral",
        "Company response to consumer": "Closed with monetary relief",
        "Timely response?": "No",
    },
    {
        "Complaint ID": "1003",
        "Sub-product": "",
        "Issue": "An issue of tomorrow",
        "Product": "A product of tomorrow",
        "Submitted via": "Postal mail",
        "Company response to consumer": "In progress",
    },
    {"Complaint ID": "1004", "Company response to consumer": "Untimely response", "Timely response?": "No"},
    {"Complaint ID": "1005", "Company response to consumer": "Closed", "Submitted via": "Fax"},
    {
        "Complaint ID": "1006",
        "Company response to consumer": "Closed with non-monetary relief",
        "Submitted via": "Email",
    },
)


def small_file(folder, rows=SMALL_ROWS, name="complaints.csv", drop=()):
    """Write a file of rows, each completed from the defaults.

    :param drop: columns to leave out
    :return: its path
    """
    columns = [column for column in COLUMNS if column not in drop]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({**_DEFAULTS, **row} for row in rows)
    path = Path(folder) / name
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return path
