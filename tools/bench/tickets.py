"""Tickets beside OCA's helpdesk with its SLA: the same work on both, in turn, at 200,000 tickets of 20,000 customers.

Ratio: how many times as fast as the peer. Both sides work as a handler, with their record rules.
"""

import contextlib
import json
import os
import statistics
import subprocess
from dataclasses import dataclass

from tools.bench import _ticket_our_side, _ticket_peer, _ticket_peer_side, _ticket_rpc
from tools.dev.bench_context import Context
from tools.dev.errors import DevError

TICKETS = 200_000
CUSTOMERS = 20_000
MOST_CREATED = 1_000  # customers of whom tickets are made: there are never fewer customers
REPETITIONS = 15
CALLS = 5  # over XML-RPC
SLOW_SECONDS = 20  # a case gets fewer repetitions when they would take longer than this
LEAST_REPETITIONS = 3


@dataclass(frozen=True)
class Case:
    """One line of the comparison.

    :param key: name of the method of both `Cases`
    :param rows: how many records it handles
    """

    name: str
    key: str
    rows: int
    aim: str
    budget: str | None = None


AHEAD, FAR_AHEAD = ">= 1", ">= 5"
CASES = (
    Case("create 1", "create_1", 1, AHEAD, "25 queries"),
    Case("create 100 in one batch", "create_100", 100, FAR_AHEAD, "150 queries"),
    Case("create 100, each for another handler", "create_100_assigned", 100, AHEAD, "400 queries"),
    Case("next state of 50", "change_state_50", 50, AHEAD, "60 queries"),
    Case("worklist, first page", "worklist", 1, AHEAD, "30 ms"),
    Case("worklist as the web client asks", "worklist_web", 1, AHEAD),
    Case("overdue, first page", "overdue", 1, AHEAD, "20 ms"),
    Case("overdue as the web client asks", "overdue_web", 1, AHEAD),
    Case("a deadline missed, then or now, first page", "breached", 1, AHEAD, "20 ms"),
    Case("beginning of a number", "number_prefix", 1, AHEAD, "5 ms"),
    Case("tickets of one customer", "one_customer", 1, AHEAD, "3 ms"),
    Case("those of one customer as the web client asks", "one_customer_web", 1, AHEAD),
    Case("dashboard of the teams", "dashboard", 1, AHEAD, "80 ms"),
    Case("backlog by team and priority", "by_team_and_priority", 1, AHEAD),
    Case("counters of 80 customers", "counters_80", 80, FAR_AHEAD, "2 queries"),
)


def run(context):
    """Measure.

    :returns: rows for `tools.dev.bench_table`; ``seconds`` is the median of one piece of work
    """
    with contextlib.ExitStack() as stack:
        sides = [_Side(context, "ours", _ticket_our_side)]
        try:
            peer = _ticket_peer.prepare(context.bench)
        except DevError as error:
            context.say(f"{error}\nOur side is measured alone, against its budgets.")
        else:
            peer_context = stack.enter_context(Context(peer, context.name, context.scale))
            sides.insert(0, _Side(peer_context, "peer", _ticket_peer_side, _ticket_peer.ensure_database(peer)))
        for side in sides:
            side.prepare()
        rows = _in_process(context, sides) + _over_rpc(sides)
    return rows


class _Side:
    """A filled database and who is asked about it."""

    def __init__(self, context, label, module, template=None):
        self.context, self.label, self.module, self.template = context, label, module, template
        self.database = None

    def prepare(self):
        """Fill the database, or find it filled; the measurements get a copy."""
        tickets, customers = self.context.rows(TICKETS), max(MOST_CREATED, self.context.rows(CUSTOMERS))
        kept, is_new = self.context.kept_database(f"{self.label}_{tickets}_{customers}", self.template)
        if is_new:
            self.context.say(f"filling {kept} with {tickets:,} tickets (kept for the next time)")
            setup = self.context.shell(kept, self.module.SETUP)
            connection = self.context.connect(kept)
            self.module.fill(connection, setup, customers=customers, tickets=tickets)
            connection.close()
            self.context.keep(kept, self.template)
        self.database = self.context.clone(kept, self.label)

    def name(self, case):
        return f"{self.label}: {case}"


class _Worker:
    """An Odoo process of a side (see `_ticket_worker`)."""

    def __init__(self, side):
        self.side = side
        command_end, commands = os.pipe()
        answers, answer_end = os.pipe()
        bench = side.context.bench
        self._process = subprocess.Popen(
            bench.odoo("shell", "-d", side.database, "--no-http", "--log-level=error"),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=(command_end, answer_end),
            env={**bench.env, "PYTHONPATH": str(bench.paths.root)},
            cwd=bench.paths.state,
            text=True,
        )
        os.close(command_end)
        os.close(answer_end)
        arguments = f"env, {side.module.__name__!r}, {command_end}, {answer_end}"
        self._process.stdin.write(f"from tools.bench import _ticket_worker\n_ticket_worker.serve({arguments})")
        self._process.stdin.close()
        self._in, self._out = os.fdopen(answers), os.fdopen(commands, "w")

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._out.close()
        self._process.wait()
        self._in.close()

    def measure(self, key):
        print(json.dumps(key), file=self._out, flush=True)
        line = self._in.readline()
        answer = json.loads(line) if line else {"error": "its Odoo process has ended, see above"}
        if "error" in answer:
            raise RuntimeError(f"{self.side.label}, {key}: {answer['error']}")
        return answer


def _in_process(context, sides):
    """All cases on all sides in turn; the median counts."""
    rows = []
    with contextlib.ExitStack() as stack:
        workers = [stack.enter_context(_Worker(side)) for side in sides]
        for case in CASES:
            for worker in workers:
                worker.measure(case.key)  # warms the caches
            answers = {worker.side.label: [] for worker in workers}
            spent = 0.0
            while len(answers["ours"]) < LEAST_REPETITIONS or (
                len(answers["ours"]) < REPETITIONS and spent < SLOW_SECONDS
            ):
                for worker in workers:
                    answers[worker.side.label].append(worker.measure(case.key))
                    spent += answers[worker.side.label][-1]["seconds"]
            rows += [_row(side, case, answers[side.label], sides) for side in sides]
            context.say(f"{case.name}: done")
    return rows


def _row(side, case, answers, sides):
    """The row of one case on one side; ours is compared with the peer's."""
    row = {
        "name": side.name(case.name),
        "rows": case.rows,
        "seconds": statistics.median(answer["seconds"] for answer in answers),
        "queries": round(statistics.median(answer["queries"] for answer in answers)),
        "repetitions": len(answers),
        "found": answers[-1]["found"],
    }
    if side.label == "ours":
        row["budget"] = case.budget
        if len(sides) > 1:
            row |= {"beside": sides[0].name(case.name), "aim": case.aim}
    return row


def _over_rpc(sides):
    """100 tickets over XML-RPC, in one call, to running servers."""
    rows = []
    with contextlib.ExitStack() as stack:
        clients = [
            (side, _ticket_rpc.Client(stack.enter_context(side.context.server(side.database)), side.module))
            for side in sides
        ]
        seconds = {}
        for repetition in range(CALLS + 1):
            for side, client in clients:
                for name, call in client.calls():
                    taken = call()
                    if repetition:  # (the first one warms the caches)
                        seconds.setdefault((side, name), []).append(taken)
    for (side, name), times in seconds.items():
        row = {
            "name": side.name(name),
            "rows": _ticket_rpc.BATCH,
            "seconds": statistics.median(times),
            "repetitions": len(times),
        }
        if side.label == "ours" and len(sides) > 1:
            row |= {"beside": sides[0].name(_ticket_rpc.CREATE), "aim": AHEAD}
        rows.append(row)
    return rows
