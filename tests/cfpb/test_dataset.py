"""Reading the file: traps of the format, and faults that stop the import before anything is sent."""
import datetime

import pytest

from tools.cfpb.cli import main
from tools.cfpb.dataset import load_dataset
from tools.cfpb.records import parse_date
from tools.importer.commandline import BAD_DATA, NO_SERVER
from tools.importer.problems import BadDataError

from .common import SMALL_ROWS, small_file


def problems_of(path):
    with pytest.raises(BadDataError) as caught:
        load_dataset(path)
    return [str(problem) for problem in caught.value.problems.shown]


def test_rows_as_they_are(tmp_path):
    complaints = load_dataset(small_file(tmp_path))
    first, second = complaints[:2]
    assert first.narrative.count("\n") == 2  # several lines
    assert second.narrative.startswith("- no fee")
    assert (first.received_on, first.sent_on) == (datetime.date(2019, 3, 1), datetime.date(2019, 3, 4))
    assert second.days_to_company == 19
    assert (first.zip_code, second.zip_code, second.state) == ("330XX", "", "")
    assert complaints[2].sub_product == ""


def test_a_folder_will_do(tmp_path):
    small_file(tmp_path)
    assert len(load_dataset(tmp_path)) == len(SMALL_ROWS)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2019/3/1", (2019, 3, 1)),
        ("2019-03-01", (2019, 3, 1)),
        ("3/1/2019", (2019, 3, 1)),
        ("2016/2/29", (2016, 2, 29)),
    ],
)
def test_dates(cell, day):
    assert parse_date(cell) == datetime.date(*day)


@pytest.mark.parametrize("cell", ["", "2019/13/1", "2019/2/29", "29.2.2016", "19/3/1", "2019/3/1 10:00"])
def test_impossible_dates(cell):
    with pytest.raises(ValueError):
        parse_date(cell)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"Complaint ID": "12a"}, "column Complaint ID: '12a' is not a complaint's number"),
        ({"Date received": "soon"}, "column Date received: 'soon' is not a date"),
        ({"Date sent to company": "2019/2/27"}, "column Date sent to company: 2019-02-27 lies before the receipt"),
        ({"Submitted via": "Pigeon"}, "column Submitted via: 'Pigeon' is not known. Use one of: Web, Phone"),
        ({"Company response to consumer": "Closed well"}, "column Company response to consumer: 'Closed well' is not"),
        ({"Timely response?": "yes"}, "column Timely response?: 'yes' is not known. Use one of: Yes, No."),
        ({"Company": " "}, "column Company: the cell is empty"),
        ({"Issue": ""}, "column Issue: the cell is empty"),
    ],
)
def test_a_wrong_cell_is_named(tmp_path, row, text):
    (problem,) = problems_of(small_file(tmp_path, [row]))
    assert problem.startswith("complaints.csv, row 2, ")
    assert text in problem


def test_a_number_twice(tmp_path):
    (problem,) = problems_of(small_file(tmp_path, [{}, {}]))
    assert "row 3, column Complaint ID: '1001' is there already (row 2)" in problem


def test_files_that_are_none(tmp_path):
    assert "there is no such file" in problems_of(tmp_path / "nowhere.csv")[0]
    assert "Company" in problems_of(small_file(tmp_path, drop=("Company",)))[0]
    assert "has a header but no rows" in problems_of(small_file(tmp_path, rows=()))[0]


def test_command_line(tmp_path, capsys):
    assert main([str(tmp_path / "nowhere.csv")]) == BAD_DATA
    assert "nothing was sent" in capsys.readouterr().err
    assert main([str(small_file(tmp_path)), "--url", "http://127.0.0.1:9"]) == NO_SERVER
    assert "Cannot reach http://127.0.0.1:9" in capsys.readouterr().err
