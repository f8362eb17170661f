"""A small valid file, where the real one is, and how a test spoils it."""
import csv
from pathlib import Path

import pytest

from tools.ecsi.dataset import load_dataset
from tools.ecsi.items import ITEMS
from tools.importer.problems import BadDataError

_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ECSI = _DATA / "satisfaction_ecsi"
ORACLE = _DATA / "oracle"

needs_real_file = pytest.mark.skipif(
    not (ECSI / "satisfaction.csv").is_file() or not (ORACLE / "expected.json").is_file(),
    reason="the answers are not kept in the repository; put them beside it: ../shared/data/satisfaction_ecsi, /oracle",
)

# Invented, in the source's format: two who would recommend the bank, one in between, two who would not.
SMALL_ROWS = (
    {"source_row": "1", "loy3": "10", "sat1": "9"},
    {"source_row": "2", "loy3": "9", "sat1": "8", "gender": "male"},
    {"source_row": "4", "loy3": "8", "sat1": "7", "imag1": "0"},
    {"source_row": "7", "loy3": "6", "sat1": "8"},
    {"source_row": "11", "loy3": "0", "sat1": "0", "gender": "male"},
)


def small_file(folder, rows=SMALL_ROWS, drop=()):
    """Write `satisfaction.csv`; what a row does not say is 7, and a woman's.

    :param drop: columns to leave out
    :return: its path
    """
    names = [name for name in ("source_row", *ITEMS, "gender") if name not in drop]
    path = folder / "satisfaction.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({**dict.fromkeys(ITEMS, "7"), "source_row": "1", "gender": "female", **row})
    return path


def problems_of(path):
    """:return: the problems of a file, as text"""
    with pytest.raises(BadDataError) as caught:
        load_dataset(path)
    return [str(problem) for problem in caught.value.problems.shown]
