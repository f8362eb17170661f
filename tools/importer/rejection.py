"""The server found bad rows in a batch and kept none of it."""
from __future__ import annotations

from .problems import SHOWN_PROBLEMS

# Under which key a row is found in the files, e.g. `loan-4959`.
_KEYS = ("external_id", "holding_external_id", "external_ref")


class RejectedError(Exception):
    """A batch was rejected; earlier ones stay.

    :ivar kind: what the rows are, e.g. customers
    :ivar rows: the rows of the batch
    :ivar answer: of the server
    """

    def __init__(self, kind, rows, answer):
        self.kind, self.rows, self.answer = kind, rows, answer
        super().__init__(f"{kind}: a batch was rejected")

    def report(self):
        """:return: text for the user: the first errors, each with its row and its key"""
        lines = [f"The server rejected a batch of {len(self.rows)} {self.kind} and kept none of it:"]
        errors = self.answer["errors"]
        for error in errors[:SHOWN_PROBLEMS]:
            lines.append(f"  row {error['row']}{self._key(error['row'])}: {error['message']}")
        if len(errors) > SHOWN_PROBLEMS:
            lines.append(f"  ... and {len(errors) - SHOWN_PROBLEMS} more")
        if self.answer.get("batch_key"):
            lines.append(f"The batch {self.answer['batch_key']} is on screen under Bank CRM, Exchange.")
        return "\n".join(lines)

    def _key(self, number):
        """Row 0 is the batch itself."""
        if not number:
            return ""
        row = self.rows[number - 1]
        return f" ({next((row[key] for key in _KEYS if row.get(key)), '')})"
