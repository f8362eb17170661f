"""Counting days: calendar days, business days; weeks and months, which are a known number of calendar days."""

from fractions import Fraction

from dateutil.relativedelta import relativedelta

from .local_time import DAY, day_end
from .pauses import measured, paused_share
from .trace import row

MAX_IDLE = 366  # days without any business: such a calendar is a mistake, and must not stop the clock
MAX_WAIT = 31


class DayCount:
    """Walks from the day of the start to the last day and writes the trace on its way.

    :param rule: :class:`.facts.ClockRule`, in any unit but hours
    :param start: moment of the start, UTC
    """

    def __init__(self, rule, start, calendar, pauses=()):
        self.rule, self.calendar, self.start = rule, calendar, start
        self.pauses = measured(pauses, start) if rule.is_pausable else []
        self.rows = []
        self.n = Fraction(0)
        self.idle = 0

    def run(self):
        """Return the moment of the deadline; the explanation is in :attr:`rows`."""
        day = self._first_day()
        length = self._length(day)
        counts_today = self.rule.start_day_counts and not self._is_after_close(day)
        if length == 0 or not counts_today:
            why = "after_close" if self.rule.start_day_counts and length else "start"
            self.rows.append(row(day, False, why, 0))
        else:
            self._count(day)
        while self._is_short(length):
            day += DAY
            self._count(day)
        return self._end_of(self._rolled(day))

    # ------------------------------------------------------------------ start

    def _first_day(self):
        """Return the day of the start; with ``start_rolls`` the business day on which it is treated as received."""
        day = self.calendar.date_of(self.start)
        if not self.rule.start_rolls:
            return day
        for _attempt in range(MAX_WAIT):
            business, why, name = self.calendar.verdict(day)
            if business and not self._is_after_close(day):
                break
            self.rows.append(row(day, False, "waiting" if business else why, 0, name))
            day += DAY
        return day

    def _is_after_close(self, day):
        if self.rule.end_of != "business" and not self.rule.start_rolls:
            return False
        close = self.calendar.close(day)
        return close is not None and self.start >= close

    def _length(self, day):
        """Return the number of days to count: weeks and months reach to the same day later (31 January plus a month
        is the last day of February)."""
        length = self.rule.length
        if self.rule.unit == "week":
            return 7 * length
        if self.rule.unit == "month":
            return (day + relativedelta(months=length) - day).days
        return length

    # ------------------------------------------------------------------ counting

    def _is_short(self, length):
        # Whole days of pauses move the deadline, parts of a day do not.
        return self.n <= length - 1

    def _count(self, day):
        counted, why, name = self._verdict(day)
        if not counted:
            self.rows.append(row(day, False, why, self.n, name))
            return
        share = paused_share(self._countable(day), self.pauses) if self.pauses else 0
        self.n += 1 - share
        if share == 1:
            self.rows.append(row(day, False, "paused", self.n))
        else:
            self.rows.append(row(day, True, why, self.n, name, share))

    def _verdict(self, day):
        if self.rule.unit != "business_day":
            return True, "counted", ""
        if self.idle > MAX_IDLE:
            return True, "no_calendar", ""
        counted, why, name = self.calendar.verdict(day)
        self.idle = 0 if counted else self.idle + 1
        return counted, "counted" if why == "workday" else why, name

    def _countable(self, day):
        if self.rule.unit == "business_day":
            return self.calendar.spans(day)
        return [self.calendar.whole(day)]

    # ------------------------------------------------------------------ end

    def _rolled(self, day):
        if not self.rule.roll_forward:
            return day
        last = day
        for _attempt in range(MAX_IDLE):
            if self.calendar.is_business_day(last):
                return last
            last += DAY
            _business, _why, name = self.calendar.verdict(last)
            self.rows.append(row(last, False, "rolled", self.n, name))
        return day

    def _end_of(self, day):
        close = self.calendar.close(day) if self.rule.end_of == "business" else None
        if close is not None and close > self.start:
            return close
        return day_end(day, self.calendar.tz)
