"""Local dates and their limits. Days are 23, 24 or 25 hours long; arithmetic is done in UTC, never on a wall clock."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def zone(name):
    """Return the time zone of that name; UTC when the name is empty or unknown on this machine."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def local(moment, tz):
    """Return the aware local time of a naive moment in UTC."""
    return moment.replace(tzinfo=timezone.utc).astimezone(tz)


def local_date(moment, tz):
    return local(moment, tz).date()


def at(day, seconds, tz):
    """Return the moment (UTC) at which the wall clock shows ``seconds`` after midnight of ``day``.

    A time that the wall clock skips is taken by the offset before the change, one that it shows twice at its first
    showing.
    """
    wall = datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)
    return wall.replace(tzinfo=tz).astimezone(timezone.utc).replace(tzinfo=None)


def day_start(day, tz):
    return at(day, 0, tz)


def day_end(day, tz):
    """Return the last second of the local day: one before the next midnight, however long the day is."""
    return day_start(day + DAY, tz) - SECOND
