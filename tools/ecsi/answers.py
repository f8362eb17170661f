"""Invites those who have not answered yet and sends their answers, several at a time like several customers."""
from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tools.importer.server import ServerError

from .door import Door
from .mapping import PROGRAM, customer_number

AT_ONCE = 8
_SHOWN = 50


@dataclass
class Tally:
    """:ivar invited: new invitations; ``sent``: answers sent; ``there``: answered in an earlier run"""

    invited: int = 0
    sent: int = 0
    there: int = 0
    seconds: float = 0.0


def send_answers(server, respondents, questions, report):
    """Answer for everybody who has not answered yet.

    :param questions: dictionary item -> id of its question
    :param report: called with (answers sent, of how many, seconds)
    :rtype: Tally
    :raises ServerError: if somebody cannot be invited, or an answer is not taken
    """
    began = time.monotonic()
    answered = _read_answered(server)
    waiting = [respondent for respondent in respondents if customer_number(respondent) not in answered]
    invited, links = _invite(server, waiting)
    tally = Tally(invited=invited, there=len(respondents) - len(waiting))

    def send(respondent):
        door = Door(server.url, links[customer_number(respondent)])
        door.answer({questions[item]: score for item, score in respondent.scores.items()})

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _none in pool.map(send, waiting):
            tally.sent += 1
            if not tally.sent % _SHOWN or tally.sent == len(waiting):
                report(tally.sent, len(waiting), time.monotonic() - began)
    tally.seconds = time.monotonic() - began
    return tally


def _read_answered(server):
    """:return: set of the customer numbers whose answers the server has"""
    rows = server.call(
        "bank.survey.invitation", "search_read",
        [["program_id.code", "=", PROGRAM], ["state", "=", "completed"]], ["partner_id"],
    )  # fmt: skip
    ids = sorted({row["partner_id"][0] for row in rows})
    return {partner["customer_number"] for partner in server.call("res.partner", "read", ids, ["customer_number"])}


def _invite(server, respondents):
    """:return: (how many were invited now, dictionary customer number -> link); those whom a run that was interrupted
    had invited get their links again"""
    numbers = [customer_number(respondent) for respondent in respondents]
    if not numbers:
        return 0, {}
    answer = server.call(
        "bank.survey.program", "invite", {"program_code": PROGRAM, "customer_numbers": numbers, "channel": "link"}
    )
    links = answer.get("links") or {}
    if missing := [row for row in answer["suppressed"] if row["customer_number"] not in links]:
        raise ServerError(
            f"{len(missing)} customers may not be invited; the first is {missing[0]['customer_number']}:"
            f" {missing[0]['reason']}. Change the contact rules of the database, or load into a fresh one."
        )
    return answer["created"], links
