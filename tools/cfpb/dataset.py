"""Reads and checks the file: all faults are found before anything is sent."""
from __future__ import annotations

from pathlib import Path

from tools.importer.problems import ProblemList, show_cell
from tools.importer.tables import find_file, read_table

from .records import COLUMNS, PARSERS, Complaint

FILE_NAMES = ("complaints_2015_2020.csv.gz", "complaints.csv.gz", "complaints.csv")


def load_dataset(path):
    """Read a file of complaints.

    :param path: the file (.csv or .csv.gz), or a folder that holds one of :data:`FILE_NAMES`
    :return: list of :class:`~.records.Complaint` in the order of the file
    :raises BadDataError: with everything that is wrong
    """
    problems = ProblemList()
    path = find_file(Path(path), FILE_NAMES, problems)
    complaints = _read(path, problems) if path else []
    problems.raise_if_any()
    return complaints


def _read(path, problems):
    rows = read_table(path, COLUMNS, problems)
    if not rows and not problems.count:
        problems.add(path.name, None, None, "has a header but no rows. Fetch the file again.")
    complaints, seen = [], {}
    for row in rows:
        complaint = _complaint(path.name, row, problems)
        if not complaint:
            continue
        if complaint.complaint_id in seen:
            problems.add(
                path.name, row.number, "Complaint ID",
                f"{show_cell(complaint.complaint_id)} is there already (row {seen[complaint.complaint_id]})."
                " Keep one row.",
            )
        seen[complaint.complaint_id] = row.number
        complaints.append(complaint)
    return complaints


def _complaint(file, row, problems):
    values = {}
    for attribute, (column, parse) in PARSERS.items():
        try:
            values[attribute] = parse(row.cells[column])
        except ValueError as error:
            problems.add(file, row.number, column, str(error))
    if len(values) != len(PARSERS):
        return None
    if values["sent_on"] < values["received_on"]:
        problems.add(
            file, row.number, "Date sent to company",
            f"{values['sent_on']} lies before the receipt on {values['received_on']}. Correct one of the dates.",
        )
        return None
    return Complaint(row=row.number, **values)
