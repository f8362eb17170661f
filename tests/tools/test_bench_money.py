"""The benchmarks of money: what --scale means, the months around the night, the code for the Odoo shell."""

import ast
from datetime import date
from types import SimpleNamespace

import pytest

from tools.bench._money_bank import Bank, customers_of
from tools.bench._money_jobs import shell_code


@pytest.mark.parametrize(
    ("scale", "customers"),
    [(1, 1_000_000), (0.01, 10_000), (2, 2_000_000), (1_000, 1_000), (100_000, 100_000), (1_000_000, 1_000_000)],
)
def test_a_large_scale_is_the_number_of_customers_itself(scale, customers):
    context = SimpleNamespace(scale=scale, rows=lambda number: round(number * scale))
    assert customers_of(context) == customers


@pytest.mark.parametrize(
    ("month", "last", "before", "days"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), date(2026, 10, 1), 30),
        (date(2027, 1, 1), date(2027, 1, 31), date(2026, 12, 1), 31),
        (date(2028, 2, 1), date(2028, 2, 29), date(2028, 1, 1), 29),
    ],
)
def test_dates_around_a_month(month, last, before, days):
    assert Bank._dates(month) == {"month": month, "last": last, "before": before, "days": days}


def test_arguments_reach_the_shell_as_they_are():
    code = shell_code("correct", today="2026-12-01", share=0.01, scattered=True, name='it\'s "so" \\ {x}')
    [text] = [
        node.value
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Constant) and "share" in str(node.value)
    ]
    assert ast.literal_eval(text.replace("true", "True")) == {
        "today": "2026-12-01",
        "share": 0.01,
        "scattered": True,
        "name": 'it\'s "so" \\ {x}',
    }
