"""What goes into the engine and what comes out of it."""

from dataclasses import dataclass, field
from datetime import datetime

UNITS = ("calendar_day", "business_day", "week", "month", "working_hour")
ENDS = ("day", "business")


@dataclass(frozen=True)
class ClockRule:
    """How a deadline is counted.

    ``unit`` is one of :data:`UNITS`, ``length`` the number of units (0 means: on the day of the start).

    ``start_day_counts``: the day of the start is day 1; else the day after it is ("within 15 business days *after the
    day on which it received* the complaint", DISP 1.6.2A R).
    ``start_rolls``: what arrives on a day without business or after its close is treated as received on the next
    business day (a choice some laws leave to the firm; off unless a rule says so).
    ``roll_forward``: a last day without business moves the deadline to the next business day.
    ``end_of``: ``day`` is 23:59:59 local time, ``business`` the close of business of the calendar.
    ``is_pausable``: pauses count. The law hardly ever allows it.
    """

    unit: str
    length: int
    start_day_counts: bool = False
    start_rolls: bool = False
    roll_forward: bool = False
    end_of: str = "day"
    is_pausable: bool = False

    def __post_init__(self):
        if self.unit not in UNITS:
            raise ValueError(f"unit: {self.unit!r} is unknown, use one of {', '.join(UNITS)}")
        if self.end_of not in ENDS:
            raise ValueError(f"end_of: {self.end_of!r} is unknown, use one of {', '.join(ENDS)}")
        if self.length < 0:
            raise ValueError(f"length: {self.length} is negative, a deadline cannot lie before its start")


@dataclass(frozen=True)
class Pause:
    """A time that does not count. While ``to`` is empty the pause goes on, and nothing of it can be measured yet."""

    since: datetime
    to: datetime | None = None


@dataclass(frozen=True)
class Extension:
    """A longer time in place of the rule's own. It counts from the original start, not from the day it is granted."""

    unit: str
    length: int


@dataclass(frozen=True)
class Deadline:
    """The moment until which the answer is in time (UTC), and the explanation (see :mod:`.trace`)."""

    due_at: datetime
    trace: list = field(default_factory=list, compare=False)
