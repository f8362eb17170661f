"""Sends complaints and the companies' answers in batches and counts what became of them."""
from __future__ import annotations

import time
from dataclasses import dataclass, field

from tools.importer.rejection import RejectedError

DEFAULT_CHUNK = 500


@dataclass
class Tally:
    """What became of the rows of one kind.

    :ivar counts: word of the server's answer -> number of rows
    """

    kind: str
    words: tuple[str, ...]
    rows: int = 0
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def rows_per_second(self):
        return self.rows / self.seconds if self.seconds else 0.0

    def add(self, answer, rows, seconds):
        self.rows += rows
        self.seconds += seconds
        for word in self.words:
            self.counts[word] = self.counts.get(word, 0) + answer[word]


def register(server, rows, chunk, report):
    """Register complaints.

    :return: :class:`Tally` with the words created and existing
    :raises RejectedError: at the first rejected batch; earlier batches stay
    """
    return _send(server, "complaints", "register_batch", ("created", "existing"), rows, chunk, report)


def respond(server, rows, chunk, report):
    """Record the companies' answers.

    :return: :class:`Tally` with the words recorded and unchanged
    :raises RejectedError: at the first rejected batch; earlier batches stay
    """
    return _send(server, "responses", "record_response_batch", ("recorded", "unchanged"), rows, chunk, report)


def _send(server, kind, method, words, rows, chunk, report):
    tally = Tally(kind, words)
    for start in range(0, len(rows), chunk):
        batch = rows[start:start + chunk]
        began = time.monotonic()
        answer = server.call("bank.ticket", method, {"rows": batch, "on_error": "reject_batch"})
        tally.add(answer, len(batch), time.monotonic() - began)
        if answer["state"] != "done":
            raise RejectedError(kind, batch, answer)
        report(tally, len(rows))
    return tally
