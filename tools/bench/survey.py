"""Satisfaction beside Odoo's own surveys: figures of 200,000 answers, a wave of 10,000, the end of an answer.

Each side has a database of its own, the peer one with Odoo's modules alone; no mail is delivered on either.
"""

import contextlib
import statistics
import time
from dataclasses import dataclass

import requests

from tools.bench import _survey_draw, _survey_our_side, _survey_peer_side
from tools.bench._web_client import WebClient
from tools.bench.tickets import _Worker

ANSWERS = 200_000
FEW_ANSWERS = 20_000
CUSTOMERS = 50_000
WAVE = 10_000
INVITED = 1_000  # by Odoo's wizard, whatever the scale
REPETITIONS = 15
LEAST_REPETITIONS = 3
SLOW_SECONDS = 20
PAGE_SECONDS = 1800  # how long Odoo's page of results may take
BOARDS = {
    "board as it opens, 90 days": {"group_by": "branch"},
    "board of 365 days": {"days": 365, "group_by": "branch"},
}


@dataclass(frozen=True)
class Case:
    """One piece of work that both sides, or ours alone, do in an Odoo process of their own.

    :param key: name of the method of `Cases`
    """

    name: str
    key: str
    rows: int
    budget: str | None = None
    has_peer: bool = False


CASES = (
    Case("kpi()", "kpi", 1, "300 ms"),
    Case("kpi() by branch", "kpi_by_branch", 1, "300 ms"),
    Case("end of an answer", "finish_answer", 1, has_peer=True),
    Case("scores of 1,000 answers written anew", "write_scores_1000", 1_000),
)


@dataclass(frozen=True)
class _Side:
    """A filled database (what `tickets._Worker` wants to know of a side)."""

    context: object
    label: str
    module: object
    database: str


def run(context):
    """Measure.

    :returns: rows for `tools.dev.bench_table`; ``seconds`` is the median of one piece of work
    """
    ours, peer = _our_side(context), _peer_side(context)
    rows = _pages(context, ours, peer)
    rows += _in_process(context, ours, peer)
    rows += _wave(context, ours)
    return rows


# ---------------------------------------------------------------------- databases


def _our_side(context):
    answers, customers = context.rows(ANSWERS), max(2 * context.rows(WAVE), context.rows(CUSTOMERS))
    kept, is_new = context.kept_database(f"ours_{answers}_{customers}")
    if is_new:
        context.say(f"filling {kept} with {answers:,} answers (kept for the next time)")
        setup = context.shell(kept, _survey_our_side.SETUP)
        connection = context.connect(kept)
        _survey_our_side.fill(context, connection, kept, setup, customers=customers, answers=answers)
        connection.close()
        context.keep(kept)
    return _Side(context, "ours", _survey_our_side, context.clone(kept, "ours"))


def _peer_side(context):
    few, many = context.rows(FEW_ANSWERS), context.rows(ANSWERS)
    customers = max(INVITED, context.rows(CUSTOMERS))
    core = context.bench.databases.ensure_core()
    kept, is_new = context.kept_database(f"peer_{many}_{few}_{customers}", core)
    if is_new:
        context.say(f"filling {kept} with {few:,} and {many:,} answers (kept for the next time)")
        setup = context.shell(kept, _survey_peer_side.SETUP)
        connection = context.connect(kept)
        _survey_peer_side.fill(connection, setup, customers=customers, few=few, many=many)
        connection.close()
        context.keep(kept, core)
    return _Side(context, "peer", _survey_peer_side, context.clone(kept, "peer"))


# ---------------------------------------------------------------------- over HTTP


def _pages(context, ours, peer):
    """Odoo's page of results, once for each survey, beside our board of as many answers, as the browser asks."""
    rows = []
    with context.server(peer.database) as server:
        client = WebClient(server.url, peer.database, _survey_draw.LOGIN, _survey_draw.PASSWORD)
        for title, number in (("few", FEW_ANSWERS), ("many", ANSWERS)):
            context.say(f"Odoo's page of {context.rows(number):,} answers")
            rows.append(_results_page(client, title, context.rows(number)))
    with context.server(ours.database) as server:
        client = WebClient(server.url, ours.database, _survey_draw.LOGIN, _survey_draw.PASSWORD)
        beside = rows[-1]["name"]
        for name, values in BOARDS.items():
            call = client.timed("bank.survey.program", "board", values)
            call()  # warms the caches
            times = [call() for _time in range(REPETITIONS)]
            row = {"name": f"ours: {name}", "seconds": statistics.median(times), "repetitions": len(times)}
            rows.append({**row, "beside": beside, "aim": "<= 0.01", "budget": "300 ms"})
    return rows


def _results_page(client, title, answers):
    [survey] = client.call("survey.survey", "search", [["title", "=", title]])
    start, note, size = time.perf_counter(), None, 0
    try:
        page = client.http.get(f"{client.url}/survey/results/{survey}", timeout=PAGE_SECONDS)
        size = len(page.content)
        if page.status_code != requests.codes.ok:
            note = f"answered {page.status_code}"
    except requests.RequestException as error:
        note = f"no page: {type(error).__name__}"
    seconds = time.perf_counter() - start
    name = f"peer: page of results of {answers:,} answers"
    return {"name": name, "seconds": seconds, "note": note or f"{size / 1e6:.1f} MB of HTML"}


# ---------------------------------------------------------------------- in Odoo processes


def _in_process(context, ours, peer):
    rows = []
    with contextlib.ExitStack() as stack:
        workers = {side.label: stack.enter_context(_Worker(side)) for side in (peer, ours)}
        for case in CASES:
            rows += _case(workers if case.has_peer else {"ours": workers["ours"]}, case)
            context.say(f"{case.name}: done")
        answer = workers["peer"].measure("invite_1000")
        context.say("Odoo's invitations: done")
    row = {"name": f"peer: {INVITED:,} invitations by the wizard", "rows": INVITED, "repetitions": 1}
    return [*rows, {**row, "seconds": answer["seconds"], "queries": answer["queries"]}]


def _case(workers, case):
    """The rows of one case; the sides work in turn and the median counts."""
    for worker in workers.values():
        worker.measure(case.key)  # warms the caches
    answers = {label: [] for label in workers}
    spent = 0.0
    while len(answers["ours"]) < LEAST_REPETITIONS or (len(answers["ours"]) < REPETITIONS and spent < SLOW_SECONDS):
        for label, worker in workers.items():
            answers[label].append(worker.measure(case.key))
            spent += answers[label][-1]["seconds"]
    rows = []
    for label, found in answers.items():
        row = {
            "name": f"{label}: {case.name}",
            "rows": case.rows,
            "seconds": statistics.median(answer["seconds"] for answer in found),
            "queries": round(statistics.median(answer["queries"] for answer in found)),
            "repetitions": len(found),
        }
        if label == "ours":
            row |= {"budget": case.budget, "beside": f"peer: {case.name}" if case.has_peer else None}
        rows.append(row)
    return rows


# ---------------------------------------------------------------------- a wave


def _wave(context, ours):
    """Once, in a database of its own: everything is committed, as the scheduler does."""
    size = context.rows(WAVE)
    code = _survey_our_side.WAVE.format(login=_survey_draw.LOGIN, size=size)
    found = context.shell(ours.database, code)
    if not found["sent"] == found["mails"] > size * 0.9:
        raise RuntimeError(f"not what was to be measured: {found}")
    note = f"{found['sent']:,} mails in the queue, of {found['population']:,} customers"
    seconds = found["draw"] + found["sample"] + found["release"] + found["outbox"]
    name = f"ours: a wave of {size:,}: draw, contact rules, invitations, mails"
    beside = f"peer: {INVITED:,} invitations by the wizard"
    return [
        {"name": name, "rows": found["sent"], "seconds": seconds, "beside": beside, "aim": ">= 10", "note": note},
        {"name": "ours: … drawing the sample", "rows": size, "seconds": found["sample"]},
        {"name": "ours: … the outbox", "rows": found["sent"], "seconds": found["outbox"]},
        {"name": "ours: … the button that draws", "seconds": found["draw"], "budget": "1000 ms"},
        {"name": "ours: … the button that releases", "seconds": found["release"], "budget": "1000 ms"},
    ]
