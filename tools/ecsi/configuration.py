"""The questionnaire and the programme: created where missing, never changed.

What staff have renamed or reworded stays as it is; only the codes of programme and figures matter.
"""
from __future__ import annotations

from tools.importer.server import ServerError

from .items import ITEMS
from .mapping import PROGRAM, SURVEY_TITLE, program_values, survey_values

_ALSO_ARCHIVED = {"active_test": False}


def ensure_configuration(server):
    """Create what is missing and start the programme.

    :param server: logged-in :class:`tools.importer.server.Server`
    :return: dictionary of what was done -> number of records
    :raises ServerError: if somebody has to decide first
    """
    created = {"questionnaires created": 0, "programmes created": 0, "programmes started": 0}
    programs = server.call(
        "bank.survey.program", "search_read", [["code", "=", PROGRAM]], ["state", "active"], context=_ALSO_ARCHIVED
    )
    if not programs:
        survey_id = _unused_questionnaire(server)
        if not survey_id:
            survey_id = server.call("survey.survey", "create", [survey_values()])[0]
            created["questionnaires created"] = 1
        ids = server.call("bank.survey.program", "create", [program_values(survey_id)])
        created["programmes created"] = 1
        programs = [{"id": ids[0], "state": "draft", "active": True}]
    program = programs[0]
    if program["state"] == "paused" or not program["active"]:
        raise ServerError(f"The programme {PROGRAM} is paused or archived. Start it again to load answers.")
    if program["state"] == "draft":
        server.call("bank.survey.program", "action_start", [program["id"]])
        created["programmes started"] = 1
    return created


def read_questions(server):
    """:return: dictionary name of the item -> id of its question in the programme's questionnaire
    :raises ServerError: if questions are missing"""
    survey = server.call("bank.survey.program", "search_read", [["code", "=", PROGRAM]], ["survey_id"])[0]["survey_id"]
    rows = server.call(
        "survey.question", "search_read", [["survey_id", "=", survey[0]], ["bank_metric_code", "in", list(ITEMS)]],
        ["bank_metric_code"],
    )  # fmt: skip
    questions = {row["bank_metric_code"]: row["id"] for row in rows}
    if missing := [item for item in ITEMS if item not in questions]:
        codes = ", ".join(missing)
        raise ServerError(f"The questionnaire of {PROGRAM} has no question with the code {codes}. Add it.")
    return questions


def _unused_questionnaire(server):
    """That of a run which was interrupted before it came to the programme."""
    domain = [["title", "=", SURVEY_TITLE], ["survey_type", "=", "bank"], ["bank_program_ids", "=", False]]
    return next(iter(server.call("survey.survey", "search", domain, limit=1)), None)
