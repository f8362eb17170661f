"""When a message may go out: between two hours of the recipient's day, and never while he is to be left in peace.

Pure Python, no Odoo.  Moments are naive UTC, as the server stores them; hours are local.
"""

import math
from datetime import datetime, time, timedelta, timezone

STEP = timedelta(minutes=15)
LOOK_AHEAD = timedelta(days=92)


def next_moment(at, zone, send_from, send_to, reason_to_wait):
    """Return the first moment from ``at`` on at which a message may go out, or None within three months.

    :param zone: ``zoneinfo.ZoneInfo`` of the recipient
    :param send_from: hours of his day, such as 9.5
    :param send_to: hours; at this time of the day nothing goes out any more
    :param reason_to_wait: ``reason_to_wait(at)`` -> ``quiet_hours``, ``quiet_day``, ``holiday`` or None
    """
    latest = at + LOOK_AHEAD
    while at < latest:
        local = at.replace(tzinfo=timezone.utc).astimezone(zone)
        hour = local.hour + local.minute / 60 + local.second / 3600
        if hour < send_from:
            at = _later(at, _moment(local.date(), send_from, zone))
        elif hour >= send_to:
            at = _later(at, _moment(local.date() + timedelta(days=1), send_from, zone))
        elif not (reason := reason_to_wait(at)):
            return at
        elif reason == "quiet_day":
            at = _later(at, _moment(local.date() + timedelta(days=1), send_from, zone))
        else:
            at = _quarter_after(at)
    return None


def _moment(day, hour, zone):
    minutes = min(math.ceil(hour * 60 - 1e-6), 24 * 60 - 1)
    local = datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=zone)
    return local.astimezone(timezone.utc).replace(tzinfo=None)


def _later(at, candidate):
    """In the hour that a clock shows twice, a local time may lie behind us."""
    return candidate if candidate > at else _quarter_after(at)


def _quarter_after(at):
    whole = at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)
    return whole + STEP
