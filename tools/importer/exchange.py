"""Sends rows in batches through `bank.exchange` and counts the answers."""
from __future__ import annotations

import hashlib
import itertools
import json
import time
from dataclasses import dataclass

from .rejection import RejectedError

DEFAULT_CHUNK = 5000

_METHODS = {
    "customers": "push_customers",
    "holdings": "push_holdings",
    "balances": "push_balances",
    "transactions": "push_transactions",
}


@dataclass
class Tally:
    """What became of the rows of one kind. Rows of a replayed batch were not looked at again."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    replayed: int = 0
    rejected: int = 0
    seconds: float = 0.0

    @property
    def rows_per_second(self):
        return self.rows / self.seconds if self.seconds else 0.0

    def add(self, answer, rows, seconds):
        """:param dict answer: of a push method
        :param int rows: number of rows sent"""
        self.rows += rows
        self.seconds += seconds
        if answer["replayed"]:
            self.replayed += rows
            return
        self.created += answer["created"]
        self.updated += answer["updated"]
        self.unchanged += answer["unchanged"]
        self.rejected += answer["rejected"]


def check_ready(server, source):
    """Ask before anything is created whether the exchange is there and the login may see its batches.

    :raises ServerError: if not
    """
    server.call("bank.exchange.batch", "search_count", [["source", "=", source]])


def push(server, source, kind, rows, chunk, report):
    """Send all rows of one kind.

    :param server: logged-in :class:`~.server.Server`
    :param str source: under which the server keeps the other system's ids
    :param str kind: customers, holdings, balances or transactions
    :param list rows: as in the integration guide
    :param int chunk: rows a batch
    :param report: called with the :class:`Tally` so far after each batch
    :rtype: Tally
    :raises RejectedError: at the first rejected batch; earlier batches stay
    """
    tally = Tally()
    for start in range(0, len(rows), chunk):
        batch = rows[start:start + chunk]
        began = time.monotonic()
        answer = _push_batch(server, source, kind, batch)
        tally.add(answer, len(batch), time.monotonic() - began)
        if answer["rejected"] or answer["state"] not in ("done", "partial"):
            raise RejectedError(kind, batch, answer)
        report(tally)
    return tally


def _push_batch(server, source, kind, rows):
    """Send one batch. A rejection from an earlier run is not taken for an answer: what was missing on the server
    may be there by now, and the exchange would answer the same key from memory. So another key is tried."""
    for attempt in itertools.count(1):
        key = batch_key(kind, rows) + (f"-{attempt}" if attempt > 1 else "")
        answer = server.call("bank.exchange", _METHODS[kind], source, key, rows, "reject_batch")
        if not (answer["replayed"] and answer["state"] == "rejected"):
            return answer


def batch_key(kind, rows):
    """The same rows always get the same key, so sending them again is answered from memory."""
    content = json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"{kind}-{hashlib.sha256(content.encode()).hexdigest()[:32]}"
