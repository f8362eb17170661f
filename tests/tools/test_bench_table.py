"""Ratios and verdicts of benchmark tables."""

import pytest

from tools.dev.bench_table import table, with_ratios

ROWS = [
    {"name": "load()", "rows": 1000, "seconds": 10.0},
    {"name": "push", "rows": 10000, "seconds": 4.0, "beside": "load()", "aim": ">= 20"},
    {"name": "slow push", "rows": 1000, "seconds": 5.0, "beside": "load()", "aim": ">= 20"},
    {"name": "core list", "seconds": 0.010},
    {"name": "our list", "seconds": 0.012, "beside": "core list", "aim": "<= 1.1"},
]


def test_rates_are_compared_when_there_are_rows_and_times_when_there_are_none():
    ratios = {row["name"]: (row["ratio"], row["verdict"]) for row in with_ratios(ROWS)}
    assert ratios["push"] == (pytest.approx(25), "ok")
    assert ratios["slow push"] == (pytest.approx(2), "missed")
    assert ratios["our list"] == (pytest.approx(1.2), "missed")
    assert ratios["load()"] == (None, "")


def test_a_row_beside_nothing_is_a_mistake():
    with pytest.raises(ValueError, match="which is no row"):
        with_ratios([{"name": "a", "seconds": 1, "beside": "b"}])


def test_the_table_has_a_line_for_every_row():
    lines = table(ROWS).splitlines()
    assert len(lines) == 2 + len(ROWS)
    assert "25.00" in lines[3]
    assert lines[3].endswith("ok")
