"""What becomes of the items and of the respondents, and the figures that are expected."""
import json

import pytest

from tools.ecsi import mapping
from tools.ecsi.dataset import load_dataset
from tools.ecsi.items import ITEMS
from tools.ecsi.verify import ORACLE_KEY, figures_of_file

from .common import ECSI, ORACLE, needs_real_file, small_file


def test_items():
    assert len(ITEMS) == 27
    assert list(ITEMS)[:6] == ["imag1", "imag2", "imag3", "imag4", "imag5", "expe1"]
    assert [item for item, (_title, metric) in ITEMS.items() if metric != "driver"] == ["sat1", "loy3"]
    assert (ITEMS["loy3"][1], ITEMS["sat1"][1]) == ("nps", "csat")
    assert len({title for title, _metric in ITEMS.values()}) == 27


def test_questionnaire_and_programme():
    survey = mapping.survey_values()
    questions = [values for _create, _zero, values in survey["question_and_page_ids"]]
    assert {(question["scale_min"], question["scale_max"]) for question in questions} == {(0, 10)}
    assert [question["bank_metric_code"] for question in questions] == list(ITEMS)
    assert [question["bank_metric_code"] for question in questions if question["constr_mandatory"]] == ["loy3"]
    assert (survey["survey_type"], survey["access_mode"]) == ("bank", "token")
    program = mapping.program_values(5)
    assert (program["code"], program["satisfied_from"], program["min_seconds"]) == ("ECSI", 8, 0)


def test_customers_cannot_be_written_to(tmp_path):
    row = mapping.customer_row(load_dataset(small_file(tmp_path))[4])
    assert row == {
        "external_id": "ECSI-11",
        "customer_number": "ECSI-11",
        "name": "Respondent 11",
        "type": "individual",
        "gender": "male",
    }


def test_figures_of_a_small_file(tmp_path):
    figures = figures_of_file(load_dataset(small_file(tmp_path)))
    assert (figures["n"], figures["promoters"], figures["passives"], figures["detractors"]) == (5, 2, 1, 2)
    assert figures["nps"] == 0
    assert figures["csat"] == 60
    assert figures["mean of sat1"] == pytest.approx(6.4)
    assert figures["nps_low"] == pytest.approx(-figures["nps_high"])


@pytest.mark.parametrize(
    ("scores", "nps", "low", "high"),
    [([10] * 50 + [8] * 30 + [0] * 20, 30, 14.1, 44.2), ([10, 10, 9, 8, 7, 6, 0], 14.3, None, None)],
)
def test_intervals_of_the_specification(tmp_path, scores, nps, low, high):
    rows = [{"source_row": str(number), "loy3": str(score)} for number, score in enumerate(scores, 1)]
    figures = figures_of_file(load_dataset(small_file(tmp_path, rows)))
    assert round(figures["nps"], 1) == nps
    assert low is None or (round(figures["nps_low"], 1), round(figures["nps_high"], 1)) == (low, high)


def test_interval_of_shares(tmp_path):
    rows = [{"source_row": str(number), "sat1": "9" if number <= 8 else "3"} for number in range(1, 11)]
    figures = figures_of_file(load_dataset(small_file(tmp_path, rows)))
    assert [round(figures[name], 1) for name in ("csat", "csat_low", "csat_high")] == [80, 49.0, 94.3]


@needs_real_file
def test_real_file_against_the_oracle():
    figures = figures_of_file(load_dataset(ECSI))
    expected = json.loads((ORACLE / "expected.json").read_text(encoding="utf-8"))[ORACLE_KEY]
    assert [figures[name] for name in ("n", "promoters", "passives", "detractors")] == [152, 41, 56, 55]
    assert (expected["n"], expected["promoters"], expected["detractors"]) == (152, 41, 55)
    assert round(figures["nps"], 2) == expected["nps_like_loy3 (9-10 minus 0-6, percent)"] == -9.21
    assert figures["csat"] == expected["csat_sat1_ge8_percent"] == 50.0
    assert round(figures["mean of sat1"], 4) == expected["mean_sat1"] == 7.2763
