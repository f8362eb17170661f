"""Reads the figures back over XML-RPC and compares them with the file, and with independent figures if given."""
from __future__ import annotations

import json
import math
from pathlib import Path

from tools.importer.checks import Check

from .items import ITEMS, RECOMMENDATION, SATISFACTION
from .mapping import PROGRAM, SATISFIED_FROM, customer_number

ORACLE_KEY = "satisfaction_ecsi"
Z = 1.96
_DIGITS = 4
_PAGE = 2000


def check_against_file(server, respondents):
    """Compare every answer, and the figures of the programme.

    :return: list of :class:`tools.importer.checks.Check`
    """
    expected = figures_of_file(respondents)
    found = read_figures(server)
    checks = [Check(name, _rounded(value), _rounded(found.get(name))) for name, value in expected.items()]
    stored = read_scores(server)
    same = sum(stored.get(customer_number(respondent)) == respondent.scores for respondent in respondents)
    return [Check("answers as sent", len(respondents), same), *checks]


def check_against_oracle(server, folder):
    """Compare with independently computed figures.

    :param folder: holds expected.json
    """
    expected = json.loads((Path(folder) / "expected.json").read_text(encoding="utf-8"))[ORACLE_KEY]
    found = read_figures(server)
    pairs = {
        "n": ("n", 0),
        "promoters": ("promoters", 0),
        "passives": ("passives", 0),
        "detractors": ("detractors", 0),
        "nps_like_loy3 (9-10 minus 0-6, percent)": ("nps", 2),
        "csat_sat1_ge8_percent": ("csat", 2),
        "mean_sat1": (f"mean of {SATISFACTION}", 4),
    }
    return [
        Check(f"{name} (oracle)", expected[key], round(found[name], digits)) for key, (name, digits) in pairs.items()
    ]


def figures_of_file(respondents):
    """:return: dictionary name of a figure -> value, by the formulas of the specification"""
    scores = {item: [respondent.scores[item] for respondent in respondents] for item in ITEMS}
    recommendations, n = scores[RECOMMENDATION], len(respondents)
    promoters = sum(score >= 9 for score in recommendations)
    detractors = sum(score <= 6 for score in recommendations)
    nps_low, nps_high = _adjusted_wald(promoters, detractors, n)
    satisfied = sum(score >= SATISFIED_FROM for score in scores[SATISFACTION])
    csat_low, csat_high = _wilson(satisfied, n)
    return {
        "n": n,
        "promoters": promoters,
        "passives": n - promoters - detractors,
        "detractors": detractors,
        "nps": 100 * (promoters - detractors) / n,
        "nps_low": nps_low,
        "nps_high": nps_high,
        "csat": 100 * satisfied / n,
        "csat_low": csat_low,
        "csat_high": csat_high,
        **{f"mean of {item}": sum(values) / n for item, values in scores.items()},
    }


def _adjusted_wald(promoters, detractors, n):
    p, d = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    middle = p - d
    half = Z * math.sqrt((p + d - middle**2) / (n + 3))
    return max(-100.0, 100 * (middle - half)), min(100.0, 100 * (middle + half))


def _wilson(hits, n):
    q = hits / n
    scale = 1 + Z**2 / n
    centre = (q + Z**2 / (2 * n)) / scale
    half = Z / scale * math.sqrt(q * (1 - q) / n + Z**2 / (4 * n**2))
    return 100 * (centre - half), 100 * (centre + half)


def read_figures(server):
    """:return: dictionary in the shape of :func:`figures_of_file`"""
    [row] = server.call("bank.survey.program", "kpi", {"program_code": PROGRAM})
    groups = server.call(
        "bank.survey.score", "formatted_read_group",
        [["program_id.code", "=", PROGRAM], ["is_counted", "=", True]], ["metric_code"], ["score:avg"],
    )  # fmt: skip
    return {**row, **{f"mean of {group['metric_code']}": group["score:avg"] for group in groups}}


def read_scores(server):
    """:return: dictionary customer number -> dictionary item -> score"""
    numbers = {row["id"]: row["customer_number"] for row in _pages(
        server, "res.partner", [["customer_number", "=like", f"{PROGRAM}-%"]], ["customer_number"]
    )}  # fmt: skip
    stored = {}
    domain = [["program_id.code", "=", PROGRAM], ["is_counted", "=", True]]
    for row in _pages(server, "bank.survey.score", domain, ["partner_id", "metric_code", "score"]):
        number = numbers.get((row["partner_id"] or [0])[0])
        stored.setdefault(number, {})[row["metric_code"]] = row["score"]
    return stored


def _pages(server, model, domain, names):
    rows, last_id = [], 0
    while True:
        page = server.call(model, "search_read", [*domain, ["id", ">", last_id]], names, limit=_PAGE, order="id")
        rows += page
        if len(page) < _PAGE:
            return rows
        last_id = page[-1]["id"]


def _rounded(value):
    return round(value, _DIGITS) if isinstance(value, float) else value
