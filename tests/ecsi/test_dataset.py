"""Reading the file, and faults that stop the import before anything is sent."""
import pytest

from tools.ecsi.cli import main
from tools.ecsi.dataset import load_dataset
from tools.importer.commandline import BAD_DATA, NO_SERVER

from .common import SMALL_ROWS, problems_of, small_file


def test_what_is_read(tmp_path):
    small_file(tmp_path)
    respondents = load_dataset(tmp_path)
    assert [respondent.key for respondent in respondents] == ["1", "2", "4", "7", "11"]
    assert [respondent.row for respondent in respondents] == [2, 3, 4, 5, 6]
    assert respondents[2].scores["imag1"] == 0
    assert len(respondents[0].scores) == 27
    assert respondents[1].gender == "male"


@pytest.mark.parametrize(
    ("spoiled", "text"),
    [
        ({"imag1": "11"}, "row 2, column imag1: '11' is not on the scale. Write a whole number from 0 to 10."),
        ({"imag1": ""}, "column imag1: '' is not on the scale"),
        ({"loy3": "-1"}, "column loy3: '-1' is not on the scale"),
        ({"val2": "7.5"}, "column val2: '7.5' is not on the scale"),
        ({"qual5": "07"}, "column qual5: '07' is not on the scale"),
        ({"gender": "F"}, "column gender: 'F' is not known. Use one of: female, male."),
        ({"source_row": "x1"}, "column source_row: 'x1' is not a number"),
        ({"source_row": "٣"}, "column source_row: '٣' is not a number"),
    ],
)
def test_bad_cells(tmp_path, spoiled, text):
    assert text in problems_of(small_file(tmp_path, [spoiled]))[0]


def test_one_answer_each(tmp_path):
    [problem] = problems_of(small_file(tmp_path, [SMALL_ROWS[0], SMALL_ROWS[1], SMALL_ROWS[0]]))
    assert "row 4, column source_row: '1' is there already (row 2)" in problem


def test_no_file_a_missing_item_and_no_rows(tmp_path):
    assert "there is no such file" in problems_of(tmp_path / "nowhere.csv")[0]
    assert "sat3" in problems_of(small_file(tmp_path, drop=("sat3",)))[0]
    assert "has a header but no rows" in problems_of(small_file(tmp_path, rows=()))[0]


def test_command_line(tmp_path, capsys):
    assert main([str(tmp_path / "nowhere.csv")]) == BAD_DATA
    assert "nothing was sent" in capsys.readouterr().err
    assert main([str(small_file(tmp_path)), "--url", "http://127.0.0.1:9"]) == NO_SERVER
    assert "Cannot reach http://127.0.0.1:9" in capsys.readouterr().err
