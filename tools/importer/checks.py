"""Figures that were read back, beside what they should be."""
from __future__ import annotations

import time
from dataclasses import dataclass
from numbers import Number


@dataclass(frozen=True)
class Check:
    """One figure: what it is, what it should be, what the server says."""

    name: str
    expected: object
    found: object

    @property
    def is_right(self):
        return self.expected == self.found

    def line(self, width):
        verdict = "ok" if self.is_right else f"WRONG, expected {_shown(self.expected)}"
        return f"  {self.name:{width}} {_shown(self.found):>14} {verdict}"


def count_wrong(checks, began):
    """Print every figure, and that all are right if they are.

    :param began: what ``time.monotonic()`` said before they were read
    :return: how many are wrong
    """
    width = max((len(check.name) for check in checks), default=0)
    for check in checks:
        print(check.line(width))
    wrong = sum(not check.is_right for check in checks)
    if not wrong:
        print(f"{len(checks)} figures read back and right ({time.monotonic() - began:.1f} s).")
    return wrong


def _shown(value):
    return f"{value:,}" if isinstance(value, Number) else str(value)
