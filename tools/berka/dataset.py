"""Reads the whole folder and checks what no single file can tell: references, owners, double identifiers."""
from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tools.importer.problems import ProblemList, show_cell
from tools.importer.tables import find_table, read_table

from .records import TABLES, Account, Card, Client, Disposition, District, Loan, Movement


@dataclass
class _Loaded:
    """:ivar file: name of the file read
    :ivar records: by key; rows with a fault are absent
    :ivar keys: keys of all rows, faulty ones too, so that one fault is reported once
    :ivar is_complete: whether `keys` can be relied on to say "unknown"
    """

    file: str
    records: dict = field(default_factory=dict)
    keys: set = field(default_factory=set)
    is_complete: bool = False


@dataclass(frozen=True)
class Dataset:
    """The source's rows by their identifier; every reference holds, every account has exactly one owner."""

    districts: dict[int, District]
    clients: dict[int, Client]
    accounts: dict[int, Account]
    dispositions: dict[int, Disposition]
    loans: dict[int, Loan]
    cards: dict[int, Card]
    movements: dict[int, Movement]

    def dispositions_by_account(self):
        """:return: dictionary account id -> its dispositions, the owner first"""
        grouped = defaultdict(list)
        for disposition in sorted(self.dispositions.values(), key=lambda d: (d.role != "owner", d.disp_id)):
            grouped[disposition.account_id].append(disposition)
        return grouped


def load_dataset(folder):
    """Read and check the PKDD'99 files of a folder.

    :param folder: path of the folder
    :rtype: Dataset
    :raises BadDataError: with everything that is wrong, over all files
    """
    folder = Path(folder)
    problems = ProblemList()
    if not folder.is_dir():
        problems.add(str(folder), None, None, "there is no such folder. Give the one with client.csv.")
        problems.raise_if_any()
    loaded = {}
    for table in TABLES:
        loaded[table.name] = _load_table(folder, table, loaded, problems)
    _check_owners(loaded, problems)
    problems.raise_if_any()
    return Dataset(*(loaded[table.name].records for table in TABLES))


def _load_table(folder, table, loaded, problems):
    path = find_table(folder, table.files, problems)
    if path is None:
        return _Loaded(table.files[0])
    result = _Loaded(path.name)
    before = problems.count
    rows = read_table(path, [column.name for column in table.columns], problems)
    readable = problems.count == before
    if readable and not rows and not table.may_be_empty:
        problems.add(path.name, None, None, "has a header but no rows. Fetch the file again.")
        readable = False
    for row in rows:
        _load_row(row, table, loaded, result, problems)
    # A row whose own key is unreadable may be the one that others refer to.
    result.is_complete = readable and len(result.keys) == len(rows)
    return result


def _load_row(row, table, loaded, result, problems):
    found = {}
    for column in table.columns:
        try:
            value = column.parse(row.cells[column.name])
        except ValueError as error:
            problems.add(result.file, row.number, column.name, str(error))
            continue
        found[column.attribute] = value
        if column.refers_to and not _is_known(value, loaded[column.refers_to]):
            problems.add(
                result.file, row.number, column.name,
                f"{show_cell(row.cells[column.name])} is not in {loaded[column.refers_to].file}."
                " Correct it, or add the missing row there.",
            )
    key_column = table.columns[0]
    key = found.get(key_column.attribute)
    if key in result.keys:
        problems.add(
            result.file, row.number, key_column.name,
            f"{show_cell(row.cells[key_column.name])} is there more than once. Keep one row.",
        )
    elif key is not None:
        result.keys.add(key)
        if len(found) == len(table.columns):
            result.records[key] = table.record(row=row.number, **found)


def _is_known(key, target):
    return key in target.keys or not target.is_complete


def _check_owners(loaded, problems):
    """Every account has one owner, and nobody is its party twice."""
    accounts, dispositions = loaded["account"], loaded["disp"]
    owners, parties = {}, set()
    for disposition in dispositions.records.values():
        place = (dispositions.file, disposition.row)
        if disposition.role == "owner":
            if disposition.account_id in owners:
                problems.add(
                    *place, "type",
                    f"account {disposition.account_id} has a second OWNER. Keep one, make the others DISPONENT.",
                )
            owners[disposition.account_id] = disposition.client_id
        party = (disposition.account_id, disposition.client_id)
        if party in parties:
            problems.add(
                *place, "client_id", f"the client is named twice for account {disposition.account_id}. Keep one row."
            )
        parties.add(party)
    if not dispositions.is_complete or len(dispositions.records) != len(dispositions.keys):
        return  # the owner may be in a row that has a fault of its own
    for account in accounts.records.values():
        if account.account_id not in owners:
            problems.add(
                accounts.file, account.row, "account_id",
                f"the account {account.account_id} has no OWNER in {dispositions.file}. Add a row for it there.",
            )
