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


BUDGETED = [
    {"name": "peer", "rows": 1, "seconds": 0.2, "queries": 242},
    {"name": "fast", "rows": 1, "seconds": 0.01, "queries": 2, "beside": "peer", "aim": ">= 5", "budget": "2 queries"},
    {"name": "chatty", "rows": 1, "seconds": 0.01, "queries": 3, "beside": "peer", "budget": "2 queries"},
    {"name": "slow", "rows": 1, "seconds": 0.03, "queries": 2, "beside": "peer", "budget": "20 ms, 2 queries"},
    {"name": "fast but not ahead", "rows": 1, "seconds": 0.1, "beside": "peer", "aim": ">= 5", "budget": "200 ms"},
    {"name": "alone", "seconds": 0.001, "queries": 1, "budget": "5 ms"},
]


def test_a_row_must_meet_its_aim_and_every_part_of_its_budget():
    verdicts = {row["name"]: row["verdict"] for row in with_ratios(BUDGETED)}
    assert verdicts == {
        "peer": "",
        "fast": "ok",
        "chatty": "missed",
        "slow": "missed",
        "fast but not ahead": "missed",
        "alone": "ok",
    }


def test_queries_and_budgets_have_columns_only_where_there_are_some():
    assert "queries" not in table(ROWS)
    assert "budget" not in table(ROWS)
    heads, _line, peer, *_others = table(BUDGETED).splitlines()
    assert "queries" in heads
    assert "budget" in heads
    assert "242" in peer
