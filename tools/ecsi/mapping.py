"""The file's rows in the shape of the public methods (see the integration guide). The customers are invented: the file
has answers and a gender, no names."""
from __future__ import annotations

from .dataset import HIGHEST, LOWEST
from .items import ITEMS, RECOMMENDATION, SATISFACTION

SOURCE = "ecsi"
PROGRAM = "ECSI"
SATISFIED_FROM = 8

SURVEY_TITLE = "Customer satisfaction index (ECSI)"
_ENDS = {
    RECOMMENDATION: ("Not at all likely", "Extremely likely"),
    SATISFACTION: ("Not satisfied at all", "Completely satisfied"),
}
_USUAL_ENDS = ("I do not agree at all", "I agree completely")


def customer_number(respondent):
    return f"{PROGRAM}-{respondent.key}"


def customer_row(respondent):
    """:return: a row of push_customers; without an address to write to, so nobody is ever written to"""
    number = customer_number(respondent)
    return {
        "external_id": number,
        "customer_number": number,
        "name": f"Respondent {respondent.key}",
        "type": "individual",
        "gender": respondent.gender,
    }


def survey_values():
    """:return: values of the questionnaire: all items on one page, each from 0 to 10"""
    return {
        "title": SURVEY_TITLE,
        "survey_type": "bank",
        "access_mode": "token",
        "questions_layout": "one_page",
        "scoring_type": "no_scoring",
        "user_id": False,
        "lang_ids": [[6, 0, []]],  # all languages
        "question_and_page_ids": [
            [0, 0, question_values(number, item)] for number, item in enumerate(ITEMS, start=1)
        ],
    }


def question_values(number, item):
    title, metric = ITEMS[item]
    low_label, high_label = _ENDS.get(item, _USUAL_ENDS)
    return {
        "sequence": number,
        "title": title,
        "question_type": "scale",
        "scale_min": LOWEST,
        "scale_max": HIGHEST,
        "scale_min_label": low_label,
        "scale_max_label": high_label,
        "bank_metric": metric,
        "bank_metric_code": item,
        "constr_mandatory": item == RECOMMENDATION,
    }


def program_values(survey_id):
    """:return: values of the programme: links are handed out by another system, and a program answers at once"""
    return {
        "name": SURVEY_TITLE,
        "code": PROGRAM,
        "kind": "transactional",
        "survey_id": survey_id,
        "satisfied_from": SATISFIED_FROM,
        "min_seconds": 0,
        "min_cell": 1,  # the answers are published anyway
        "channel_ids": [[0, 0, {"channel": "portal"}]],
    }
