"""Counting working hours: the times of business of the calendar, without the pauses of the ticket."""

from datetime import timedelta

from .calendars import length_of, subtract
from .days import MAX_IDLE
from .local_time import DAY
from .pauses import measured
from .trace import row

HOUR = timedelta(hours=1)


class HourCount:
    """Walks over the times of business until the hours are used up; has the interface of :class:`.days.DayCount`."""

    def __init__(self, rule, start, calendar, pauses=()):
        self.rule, self.calendar, self.start = rule, calendar, start
        self.pauses = measured(pauses, start) if rule.is_pausable else []
        self.rows = []

    def run(self):
        left = self.rule.length * HOUR
        day = self.calendar.date_of(self.start)
        idle = 0
        if not left:
            self.rows.append(row(day, True, "counted", 0))
            return self.start
        while True:
            spans, why, name = self._open(day, idle)
            free = subtract(spans, self.pauses)
            idle = 0 if spans else idle + 1
            for since, to in free:
                if to - since >= left:
                    self.rows.append(row(day, True, why, self.rule.length, name))
                    return since + left
                left -= to - since
            self._explain(day, spans, free, why, name, left)
            day += DAY

    def _open(self, day, idle):
        """Return the times of business of ``day`` from the start on, and why there are some or none."""
        if idle > MAX_IDLE:
            return self._clip([self.calendar.whole(day)]), "no_calendar", ""
        business, why, name = self.calendar.verdict(day)
        if not business:
            return [], why, name
        return self._clip(self.calendar.spans(day)), "makeup" if why == "makeup" else "counted", name

    def _clip(self, spans):
        return [(max(since, self.start), to) for since, to in spans if to > self.start]

    def _explain(self, day, spans, free, why, name, left):
        done = self.rule.length - left / HOUR
        if free:
            open_for, free_for = length_of(spans), length_of(free)
            self.rows.append(row(day, True, why, done, name, 1 - free_for / open_for))
        elif spans:
            self.rows.append(row(day, False, "paused", done))
        elif why in ("weekend", "holiday"):
            self.rows.append(row(day, False, why, done, name))
        else:
            self.rows.append(row(day, False, "after_close", done, name))
