"""From a rule, a start and a calendar to a deadline."""

from dataclasses import replace

from .days import DayCount
from .facts import Deadline
from .hours import HourCount
from .trace import finish, mark_former


def deadline(rule, start, calendar, pauses=(), extensions=()):
    """Return when an answer is due and why.

    :param rule: :class:`.facts.ClockRule`
    :param start: moment from which it counts, naive UTC
    :param calendar: :class:`.calendars.WorkCalendar`
    :param pauses: iterable of :class:`.facts.Pause`; they count only where the rule allows it
    :param extensions: iterable of :class:`.facts.Extension`: each counts from ``start`` in place of the rule's length.
        The longest governs; an extension never shortens a deadline.
    :return: :class:`.facts.Deadline`
    :raises ValueError: the rule's unit or length is none
    """
    result = _count(rule, start, calendar, pauses)
    for extension in extensions:
        longer = replace(rule, unit=extension.unit, length=extension.length)
        other = _count(longer, start, calendar, pauses)
        if other.due_at > result.due_at:
            mark_former(other.trace, calendar.date_of(result.due_at))
            result = other
    return result


def _count(rule, start, calendar, pauses):
    counter = HourCount if rule.unit == "working_hour" else DayCount
    count = counter(rule, start, calendar, tuple(pauses))
    due = count.run()
    return Deadline(due, finish(count.rows, calendar.local(due), rule.unit))


def strictest_start(*starts):
    """Return the start that governs where several complaints about one matter are handled as one: the earliest.

    Each complaint keeps its own date of receipt; the clock of the merged one runs from the first. Empty ones are left
    out; None when there is none.
    """
    return min((start for start in starts if start), default=None)
