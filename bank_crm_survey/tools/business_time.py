"""Deadlines in business time, from working intervals that were read once for many of them.

An interval is ``(begin, end, day)``: two naive UTC datetimes and the local date on which it begins, ascending.
"""

from datetime import timedelta


def after_hours(intervals, begin, hours):
    """Return the moment at which ``hours`` of working time have passed since ``begin``, None beyond the intervals."""
    left = timedelta(hours=hours)
    for start, end, _day in intervals:
        start = max(start, begin)
        if start >= end:
            continue
        if end - start >= left:
            return start + left
        left -= end - start
    return None


def after_days(intervals, day, days):
    """Return the end of work on the ``days``-th working day after the local date ``day``, None beyond the intervals.

    The day itself does not count: five working days from Monday end on the next Monday.
    """
    ends = {}
    for _start, end, local in intervals:
        if local > day:
            ends[local] = max(end, ends.get(local, end))
    working = sorted(ends)
    return ends[working[days - 1]] if len(working) >= days else None
