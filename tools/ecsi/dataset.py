"""Reads and checks the file: all faults are found before anything is sent."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tools.importer.problems import ProblemList, show_cell
from tools.importer.tables import find_file, read_table

from .items import ITEMS

FILE_NAMES = ("satisfaction.csv", "satisfaction.csv.gz")
LOWEST, HIGHEST = 0, 10
GENDERS = ("female", "male")

_SCALE = {str(number): number for number in range(LOWEST, HIGHEST + 1)}


@dataclass(frozen=True)
class Respondent:
    """One customer and his answers.

    :ivar row: 1-based, the header is row 1
    :ivar key: number of the row in the publisher's file
    :ivar scores: dictionary name of the item -> 0 to 10
    """

    row: int
    key: str
    gender: str
    scores: dict[str, int]


def load_dataset(path):
    """Read the answers.

    :param path: the file (.csv or .csv.gz), or the folder that holds it
    :return: list of :class:`Respondent` in the order of the file
    :raises BadDataError: with everything that is wrong
    """
    problems = ProblemList()
    path = find_file(Path(path), FILE_NAMES, problems)
    respondents = _read(path, problems) if path else []
    problems.raise_if_any()
    return respondents


def _read(path, problems):
    rows = read_table(path, ("source_row", *ITEMS, "gender"), problems)
    if not rows and not problems.count:
        problems.add(path.name, None, None, "has a header but no rows. Fetch the file again.")
    respondents, seen = [], {}
    for row in rows:
        respondent = _respondent(path.name, row, problems)
        if not respondent:
            continue
        if respondent.key in seen:
            problems.add(
                path.name, row.number, "source_row",
                f"{show_cell(respondent.key)} is there already (row {seen[respondent.key]}). Keep one row.",
            )
        seen[respondent.key] = row.number
        respondents.append(respondent)
    return respondents


def _respondent(file, row, problems):
    cells, found = row.cells, problems.count
    key, gender = cells["source_row"], cells["gender"]
    if not (key.isascii() and key.isdigit() and len(key) < 10):
        problems.add(file, row.number, "source_row", f"{show_cell(key)} is not a number. Write digits only.")
    if gender not in GENDERS:
        known = ", ".join(GENDERS)
        problems.add(file, row.number, "gender", f"{show_cell(gender)} is not known. Use one of: {known}.")
    for item in ITEMS:
        if cells[item] not in _SCALE:
            problems.add(
                file, row.number, item,
                f"{show_cell(cells[item])} is not on the scale. Write a whole number from {LOWEST} to {HIGHEST}.",
            )
    if problems.count > found:
        return None
    return Respondent(row.number, key, gender, {item: _SCALE[cells[item]] for item in ITEMS})
