"""Reads the tickets back over XML-RPC, translates them into the words of the source, and compares the figures."""
from __future__ import annotations

import datetime
import json
from collections import Counter
from pathlib import Path

from tools.importer.checks import Check

from .mapping import NO_NARRATIVE, PREFIX, RULE, reference, registration_row
from .places import REGIME, SEPARATOR
from .pseudonyms import code_of
from .records import CHANNELS, RESPONSES

ORACLE_KEY = "cfpb/complaints_2015_2020.csv.gz"
LONGEST_ROUTING = 15  # days in which the authority sends a complaint to the company

_PAGE = 1000
_FIELDS = (
    "external_ref", "channel_id", "product_taxon_id", "cause_taxon_id", "branch_id", "received_at", "forwarded_at",
    "state", "outcome", "relief", "description",
)  # fmt: skip
_CHANNELS_BACK = {code: word for word, code in CHANNELS.items()}
_RESPONSES_BACK = {response: word for word, response in RESPONSES.items()}


def check_against_file(server, complaints, scrubber):
    """Compare the tickets of these complaints, one by one and in figures.

    :return: list of :class:`tools.importer.checks.Check`
    """
    tickets = read_tickets(server, {reference(complaint) for complaint in complaints})
    found = figures_of_tickets(server, tickets)
    checks = _compare(figures_of_file(complaints), found, "")
    texts = {row["external_ref"]: row["description"] for row in tickets}
    wanted = {reference(complaint): registration_row(complaint, scrubber)["description"] for complaint in complaints}
    same = sum(texts.get(key) == text for key, text in wanted.items())
    masked = sum(_is_masked(texts.get(key) or "", text) for key, text in wanted.items())
    return [*checks, Check("texts as sent, or with numbers masked", len(wanted), same + masked)]


def check_against_oracle(server, folder):
    """Compare all tickets of the source with independently computed figures.

    :param folder: holds expected.json
    """
    expected = json.loads((Path(folder) / "expected.json").read_text(encoding="utf-8"))[ORACLE_KEY]
    return _compare(expected, figures_of_tickets(server, read_tickets(server)), " (oracle)")


def figures_of_file(complaints):
    """:return: dictionary in the shape of the oracle"""
    return {
        "rows": len(complaints),
        "first": min(complaint.received_on for complaint in complaints).isoformat(),
        "last": max(complaint.received_on for complaint in complaints).isoformat(),
        "narratives": sum(bool(complaint.narrative) for complaint in complaints),
        "distinct_companies": len({code_of(complaint.company) for complaint in complaints}),
        "routing_lag_gt_15d": sum(complaint.days_to_company > LONGEST_ROUTING for complaint in complaints),
        "routing_lag_negative": sum(complaint.days_to_company < 0 for complaint in complaints),
        "product": dict(Counter(complaint.product for complaint in complaints)),
        "channel": dict(Counter(complaint.submitted_via for complaint in complaints)),
        "response": dict(Counter(complaint.response for complaint in complaints)),
        "timely": dict(Counter("Yes" if complaint.is_timely else "No" for complaint in complaints)),
    }


def read_tickets(server, references=None):
    """:param references: only these; None: all of the source
    :return: list of rows of bank.ticket"""
    rows, last_id = [], 0
    while True:
        domain = [["external_ref", "=like", f"{PREFIX}%"], ["id", ">", last_id]]
        page = server.call("bank.ticket", "search_read", domain, list(_FIELDS), limit=_PAGE, order="id")
        rows += [row for row in page if references is None or row["external_ref"] in references]
        if len(page) < _PAGE:
            return rows
        last_id = page[-1]["id"]


def figures_of_tickets(server, tickets):
    """Count tickets in the words of the source: what cannot be translated back shows as a wrong figure.

    :return: dictionary in the shape of the oracle
    """
    labels = _labels(server, {row["product_taxon_id"][0] for row in tickets if row["product_taxon_id"]})
    channels = _codes(server, {row["channel_id"][0] for row in tickets if row["channel_id"]})
    received = sorted(row["received_at"] for row in tickets) or [""]
    lags = [(_day(row["forwarded_at"]) - _day(row["received_at"])).days for row in tickets if row["forwarded_at"]]
    return {
        "rows": len(tickets),
        "first": received[0][:10],
        "last": received[-1][:10],
        "narratives": sum(not row["description"].startswith(NO_NARRATIVE) for row in tickets),
        "distinct_companies": len({row["branch_id"][0] for row in tickets if row["branch_id"]}),
        "routing_lag_gt_15d": sum(lag > LONGEST_ROUTING for lag in lags),
        "routing_lag_negative": sum(lag < 0 for lag in lags),
        "product": dict(Counter(labels.get((row["product_taxon_id"] or [0])[0], "?") for row in tickets)),
        "channel": dict(
            Counter(_CHANNELS_BACK.get(channels.get((row["channel_id"] or [0])[0]), "?") for row in tickets)
        ),
        "response": dict(Counter(_response_word(row) for row in tickets)),
        "timely": _timeliness(server, [row["id"] for row in tickets]),
    }


def _labels(server, taxon_ids):
    """:return: dictionary id of a place -> the authority's product, as a report would translate it"""
    rows = server.call(
        "bank.ticket.taxon.map", "search_read",
        [["regime_id.code", "=", REGIME], ["taxon_id", "in", sorted(taxon_ids)]], ["taxon_id", "code"],
    )  # fmt: skip
    return {row["taxon_id"][0]: row["code"].split(SEPARATOR)[0] for row in rows}


def _codes(server, taxon_ids):
    rows = server.call(
        "bank.ticket.taxon", "search_read", [["id", "in", sorted(taxon_ids)]], ["code"], context={"active_test": False}
    )
    return {row["id"]: row["code"] for row in rows}


def _response_word(row):
    outcome, relief = row["outcome"] or "", row["relief"] or ""
    word = next((word for response, word in _RESPONSES_BACK.items() if response == (outcome, relief)), "?")
    is_open = row["state"] not in ("closed", "withdrawn", "forwarded")
    return word if is_open == (word == "In progress") else "?"


def _timeliness(server, ticket_ids):
    """:return: dictionary Yes/No -> number, from the results of the clocks"""
    rule_ids = server.call("bank.ticket.clock.rule", "search", [["regime_id.code", "=", REGIME], ["code", "=", RULE]])
    clocks = []
    for start in range(0, len(ticket_ids), _PAGE):
        domain = [["ticket_id", "in", ticket_ids[start:start + _PAGE]]]
        rows = server.call("bank.ticket.clock", "search_read", domain, ["rule_id", "state", "is_breached"])
        clocks += [row for row in rows if row["rule_id"][0] in rule_ids]
    words = {("met", False): "Yes", ("breached", True): "No"}
    return dict(Counter(words.get((clock["state"], clock["is_breached"]), "?") for clock in clocks))


def _day(moment):
    return datetime.date.fromisoformat(moment[:10])


def _is_masked(found, sent):
    """Tell whether a text differs from what was sent only where numbers were masked."""
    if found == sent or len(found.split()) != len(sent.split()):
        return False
    pairs = zip(found.split(), sent.split(), strict=True)
    return all(
        one == other or (any(letter.isdigit() for letter in other) and one[-1:] == other[-1:]) for one, other in pairs
    )


def _compare(expected, found, suffix):
    checks = []
    for name, value in expected.items():
        if isinstance(value, dict):
            words = sorted(set(value) | set(found[name]))
            checks += [
                Check(f"{name}: {word[:44]}{suffix}", value.get(word, 0), found[name].get(word, 0)) for word in words
            ]
        else:
            checks.append(Check(f"{name}{suffix}", value, found[name]))
    return checks
