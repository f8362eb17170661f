"""Working hours, holidays and make-up working days of one place."""

from dataclasses import dataclass, field
from datetime import timedelta

from .local_time import DAY, at, day_start, local, local_date

WHOLE_DAY = ((0, 86400),)


@dataclass(frozen=True)
class YearFacts:
    """What is special in a year: dates with names, and closures that take only part of a day (moments in UTC)."""

    holidays: dict = field(default_factory=dict)
    workdays: dict = field(default_factory=dict)
    closures: tuple = ()


NOTHING_SPECIAL = YearFacts()


class WorkCalendar:
    """Answers what a day is: a business day or not, why, and from when to when business is done.

    :param tz: time zone of the place
    :param weeks: None for business around the clock; else one table ``{weekday: ((from, to), …)}`` in seconds after
        midnight, Monday is 0; or two tables for weeks that alternate
    :param year_facts: function that gives the :class:`YearFacts` of a year; asked once for each year that is touched

    A make-up working day (China's 调休) has the hours of the first working day of its week. Where a date is both a
    holiday and a make-up working day it is worked: the earlier deadline is the safe one.
    """

    def __init__(self, tz, weeks=None, year_facts=None):
        self.tz = tz
        self.weeks = tuple(weeks) if weeks and any(weeks) else None
        self._year_facts = year_facts or (lambda year: NOTHING_SPECIAL)
        self._years = {}

    @classmethod
    def regular(cls, tz, hours=((9, 17),), weekdays=range(5), holidays=None, workdays=None, closures=()):
        """Make a calendar with the same ``hours`` (pairs of hours) on all ``weekdays``, dates given for all years."""
        spans = tuple((int(start * 3600), int(end * 3600)) for start, end in hours)
        facts = YearFacts(dict(holidays or {}), dict(workdays or {}), tuple(closures))
        return cls(tz, [{weekday: spans for weekday in weekdays}], lambda year: facts)

    def facts(self, year):
        if year not in self._years:
            self._years[year] = self._year_facts(year)
        return self._years[year]

    def hours(self, day):
        """Return the hours that the weekly table gives to ``day``, holidays not considered."""
        if self.weeks is None:
            return WHOLE_DAY
        return self._table(day).get(day.weekday(), ())

    def _table(self, day):
        # The parity is that of Odoo's calendars of two weeks (resource.calendar.attendance.get_week_type).
        return self.weeks[(day.toordinal() - 1) // 7 % len(self.weeks)]

    def verdict(self, day):
        """Return ``(is a business day, why, name)``; why is ``workday``, ``makeup``, ``holiday`` or ``weekend``."""
        facts = self.facts(day.year)
        if day in facts.workdays:
            return True, "makeup", facts.workdays[day]
        if day in facts.holidays:
            return False, "holiday", facts.holidays[day]
        if self.hours(day):
            return True, "workday", ""
        return False, "weekend", ""

    def is_business_day(self, day):
        return self.verdict(day)[0]

    def opening(self, day):
        """Return the hours of ``day``, those of a make-up working day included; nothing when it is none."""
        if not self.is_business_day(day):
            return ()
        hours = self.hours(day)
        if hours:
            return hours
        table = self._table(day)
        return table[min(table)] if table else next(other[min(other)] for other in self.weeks if other)

    def spans(self, day):
        """Return the times of business of ``day`` as pairs of moments in UTC, partial closures taken out."""
        spans = [(at(day, start, self.tz), at(day, end, self.tz)) for start, end in self.opening(day)]
        closures = [closure[:2] for closure in self.facts(day.year).closures]
        return subtract(spans, closures)

    def close(self, day):
        """Return the moment at which business closes on ``day``: the last second that is still in time.

        None when the calendar has no hours for that day or is open around the clock.
        """
        opening = self.opening(day)
        if not opening or self.weeks is None or opening[-1][1] >= 86400:
            return None
        spans = self.spans(day)
        return spans[-1][1] if spans else None

    def whole(self, day):
        """Return the local day from midnight to midnight as a pair of moments in UTC."""
        return day_start(day, self.tz), day_start(day + DAY, self.tz)

    def date_of(self, moment):
        return local_date(moment, self.tz)

    def local(self, moment):
        return local(moment, self.tz)


def subtract(spans, holes):
    """Return what is left of ``spans`` without ``holes``; both are pairs of moments, holes in any order."""
    for hole_start, hole_end in holes:
        left = []
        for start, end in spans:
            if hole_end <= start or end <= hole_start:
                left.append((start, end))
                continue
            if start < hole_start:
                left.append((start, hole_start))
            if hole_end < end:
                left.append((hole_end, end))
        spans = left
    return [(start, end) for start, end in spans if start < end]


def length_of(spans):
    return sum((end - start for start, end in spans), timedelta())
