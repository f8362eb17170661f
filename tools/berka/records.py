"""The tables of the source: which columns mean what. One class a table, one instance a row.

Columns that nothing here needs (district statistics, ...) are not read, so their peculiarities, such as the `?` in
district 69, do not matter.
"""
from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from . import values

_LONGEST_LOAN_MONTHS = 600


@dataclass(frozen=True)
class District:
    row: int
    district_id: int
    name: str
    region: str


@dataclass(frozen=True)
class Client:
    row: int
    client_id: int
    birth: tuple[datetime.date, str]
    district_id: int

    @property
    def birthdate(self):
        return self.birth[0]

    @property
    def gender(self):
        return self.birth[1]


@dataclass(frozen=True)
class Account:
    row: int
    account_id: int
    district_id: int
    frequency: str
    opened_on: datetime.date


@dataclass(frozen=True)
class Disposition:
    """Who may do what with an account: the owner, or a second user."""

    row: int
    disp_id: int
    client_id: int
    account_id: int
    role: str


@dataclass(frozen=True)
class Loan:
    row: int
    loan_id: int
    account_id: int
    granted_on: datetime.date
    amount: Decimal
    months: int
    status: str

    @property
    def matures_on(self):
        return values.add_months(self.granted_on, self.months)

    @property
    def is_finished(self):
        """The contract has run its course (A: paid, B: not paid), as opposed to running (C: fine, D: in debt)."""
        return self.status in ("A", "B")

    @property
    def is_repaid(self):
        """A loan whose contract is over and that was not paid (B) is still owed."""
        return self.status == "A"


@dataclass(frozen=True)
class Card:
    row: int
    card_id: int
    disp_id: int
    kind: str
    issued_on: datetime.date


class Movement(NamedTuple):
    """One transaction.

    :ivar direction: +1 (credit) or -1 (withdrawal)
    :ivar balance: of the account afterwards, as the source says
    :ivar operation: how it was made, `symbol`: what for; both in the source's words, empty where it says nothing
    :ivar bank: letters of the other bank, `account`: the account there
    """

    row: int
    trans_id: int
    account_id: int
    booked_on: datetime.date
    direction: int
    amount: Decimal
    balance: Decimal
    operation: str = ""
    symbol: str = ""
    bank: str = ""
    account: str = ""

    @property
    def signed_amount(self):
        return self.direction * self.amount


FREQUENCIES = {
    "POPLATEK MESICNE": "monthly",
    "POPLATEK TYDNE": "weekly",
    "POPLATEK PO OBRATU": "transaction",
}
ROLES = {"OWNER": "owner", "DISPONENT": "signatory"}
CARD_KINDS = {"classic": "classic", "gold": "gold", "junior": "junior"}
LOAN_STATUSES = {"A": "A", "B": "B", "C": "C", "D": "D"}
# The subset speaks English, the original Czech.
DIRECTIONS = {
    "credit": 1,
    "withdrawal": -1,
    "withdrawal in cash": -1,
    "PRIJEM": 1,
    "VYDAJ": -1,
    "VYBER": -1,
}


def _one_of(choices):
    return lambda cell: values.parse_choice(cell, choices)


def _months(cell):
    return values.parse_count(cell, _LONGEST_LOAN_MONTHS)


class Column(NamedTuple):
    """:ivar name: in the file's header
    :ivar attribute: of the record class
    :ivar parse: cell to value; ValueError says what is wrong
    :ivar refers_to: table whose key the value must be"""

    name: str
    attribute: str
    parse: Callable
    refers_to: str = ""


class Table(NamedTuple):
    """:ivar files: acceptable file names, the usual one first
    :ivar may_be_empty: whether a file without rows makes sense
    :ivar columns: the key comes first"""

    name: str
    files: tuple[str, ...]
    record: type
    may_be_empty: bool
    columns: tuple[Column, ...]


# Sorted so that a table refers only to those above it.
TABLES = (
    Table("district", ("district.csv",), District, False, (
        Column("A1", "district_id", values.parse_id),
        Column("A2", "name", values.parse_text),
        Column("A3", "region", values.parse_text),
    )),
    Table("client", ("client.csv",), Client, False, (
        Column("client_id", "client_id", values.parse_id),
        Column("birth_number", "birth", values.parse_birth_number),
        Column("district_id", "district_id", values.parse_id, "district"),
    )),
    Table("account", ("account.csv",), Account, False, (
        Column("account_id", "account_id", values.parse_id),
        Column("district_id", "district_id", values.parse_id, "district"),
        Column("frequency", "frequency", _one_of(FREQUENCIES)),
        Column("date", "opened_on", values.parse_date),
    )),
    Table("disp", ("disp.csv",), Disposition, False, (
        Column("disp_id", "disp_id", values.parse_id),
        Column("client_id", "client_id", values.parse_id, "client"),
        Column("account_id", "account_id", values.parse_id, "account"),
        Column("type", "role", _one_of(ROLES)),
    )),
    Table("loan", ("loan.csv",), Loan, True, (
        Column("loan_id", "loan_id", values.parse_id),
        Column("account_id", "account_id", values.parse_id, "account"),
        Column("date", "granted_on", values.parse_date),
        Column("amount", "amount", values.parse_positive_amount),
        Column("duration", "months", _months),
        Column("status", "status", _one_of(LOAN_STATUSES)),
    )),
    Table("card", ("card.csv",), Card, True, (
        Column("card_id", "card_id", values.parse_id),
        Column("disp_id", "disp_id", values.parse_id, "disp"),
        Column("type", "kind", _one_of(CARD_KINDS)),
        Column("issued", "issued_on", values.parse_moment),
    )),
    Table("trans", ("trans_subset.csv.gz", "trans_subset.csv", "trans.csv.gz", "trans.csv"), Movement, True, (
        Column("trans_id", "trans_id", values.parse_id),
        Column("account_id", "account_id", values.parse_id, "account"),
        Column("date", "booked_on", values.parse_date),
        Column("type", "direction", _one_of(DIRECTIONS)),
        Column("amount", "amount", values.parse_unsigned_amount),
        Column("balance", "balance", values.parse_amount),
        Column("operation", "operation", str.strip),
        Column("k_symbol", "symbol", str.strip),
        Column("bank", "bank", str.strip),
        Column("account", "account", str.strip),
    )),
)
