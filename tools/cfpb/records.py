"""The columns of the source and what its words mean in a ticket; every table can be read backwards."""
from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import NamedTuple

from tools.importer.problems import show_cell


class Response(NamedTuple):
    """What a company's response means for a ticket.

    :ivar outcome: of the ticket; empty while it stays open
    :ivar relief: empty where none can be told
    """

    outcome: str
    relief: str


# "Submitted via" -> code of the channel.
CHANNELS = {
    "Web": "A0103",
    "Phone": "A01032",
    "Email": "A01039M",
    "Postal mail": "A0199L",
    "Fax": "A0199F",
    "Referral": "A0199R",
}

# "Company response to consumer".
RESPONSES = {
    "Closed with monetary relief": Response("upheld", "monetary"),
    "Closed with non-monetary relief": Response("upheld", "non_monetary"),
    "Closed with explanation": Response("not_upheld", "explanation"),
    "Closed": Response("not_upheld", "none"),
    "In progress": Response("", ""),
    "Untimely response": Response("no_response", ""),
}

TIMELY = {"Yes": True, "No": False}

COLUMNS = (
    "Complaint ID",
    "Date received",
    "Date sent to company",
    "Product",
    "Sub-product",
    "Issue",
    "Sub-issue",
    "Consumer complaint narrative",
    "Company",
    "State",
    "ZIP code",
    "Tags",
    "Submitted via",
    "Company response to consumer",
    "Timely response?",
)

_ID = re.compile(r"[0-9]{1,18}", re.ASCII)
_YEAR_FIRST = re.compile(r"([0-9]{4})[/-]([0-9]{1,2})[/-]([0-9]{1,2})", re.ASCII)
_MONTH_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", re.ASCII)


@dataclass(frozen=True)
class Complaint:
    """One complaint; names as in the file's header, words as in the file.

    :ivar row: 1-based, the header is row 1
    :ivar zip_code: three digits and XX where the source masked it, else five digits or empty
    """

    row: int
    complaint_id: str
    received_on: datetime.date
    sent_on: datetime.date
    product: str
    sub_product: str
    issue: str
    sub_issue: str
    narrative: str
    company: str
    state: str
    zip_code: str
    tags: str
    submitted_via: str
    response: str
    is_timely: bool

    @property
    def days_to_company(self):
        """Days between the receipt by the authority and the day on which it sent the complaint to the company."""
        return (self.sent_on - self.received_on).days


def parse_date(cell):
    """:param str cell: YYYY/M/D, YYYY-MM-DD or M/D/YYYY, as the extracts write it
    :rtype: datetime.date
    :raises ValueError: if there is no such day"""
    if match := _YEAR_FIRST.fullmatch(cell):
        year, month, day = match.groups()
    elif match := _MONTH_FIRST.fullmatch(cell):
        month, day, year = match.groups()
    else:
        raise ValueError(f"{show_cell(cell)} is not a date. Write it as YYYY-MM-DD.")
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"{show_cell(cell)} does not exist in the calendar. Correct the date.") from None


def parse_id(cell):
    """:raises ValueError: unless the cell is a whole number in ASCII digits"""
    if not _ID.fullmatch(cell):
        raise ValueError(f"{show_cell(cell)} is not a complaint's number. Write digits only.")
    return cell


def parse_choice(choices):
    """:return: function that accepts only the words of a table and gives them back"""

    def parse(cell):
        if cell not in choices:
            raise ValueError(f"{show_cell(cell)} is not known. Use one of: {', '.join(choices)}.")
        return cell

    return parse


def parse_text(cell):
    """:raises ValueError: if the cell is empty"""
    if not cell.strip():
        raise ValueError("the cell is empty. Fill it in.")
    return cell.strip()


# attribute -> (column, function that reads a cell)
PARSERS = {
    "complaint_id": ("Complaint ID", parse_id),
    "received_on": ("Date received", parse_date),
    "sent_on": ("Date sent to company", parse_date),
    "product": ("Product", parse_text),
    "sub_product": ("Sub-product", str.strip),
    "issue": ("Issue", parse_text),
    "sub_issue": ("Sub-issue", str.strip),
    "narrative": ("Consumer complaint narrative", str),
    "company": ("Company", parse_text),
    "state": ("State", str.strip),
    "zip_code": ("ZIP code", str.strip),
    "tags": ("Tags", str.strip),
    "submitted_via": ("Submitted via", parse_choice(CHANNELS)),
    "response": ("Company response to consumer", parse_choice(RESPONSES)),
    "is_timely": ("Timely response?", lambda cell: TIMELY[parse_choice(TIMELY)(cell)]),
}
