"""The explanation of a deadline: a JSON list, one row for each local day.

============= =======================================================================================
key           meaning
============= =======================================================================================
``date``      local day, ISO 8601
``counted``   whether it counts
``why``       ``start`` (day of the start, not counted), ``counted``, ``makeup`` (make-up working day),
              ``weekend``, ``holiday``, ``paused``, ``rolled`` (the last day had no business),
              ``waiting`` (the start moves to the next business day), ``after_close``,
              ``no_calendar`` (the calendar has no business day for a year: days count as they are)
``name``      name of the holiday or of the make-up day, where there is one
``n``         running count after this day, in the unit that is counted (days or hours)
``paused``    part of the day taken by pauses (0 to 1) where it is not the whole day
``to``        last day of a row that stands for several days in a row (weeks and months)
``due``       in the last row: local date and time of the deadline with its offset
``was_due``   true on the day on which the deadline lay before it was extended
============= =======================================================================================
"""

from datetime import date

MANY_ROWS = 62


def row(day, counted, why, n, name="", paused=0):
    entry = {"date": day.isoformat(), "counted": counted, "why": why, "n": tidy(n)}
    if name:
        entry["name"] = name
    if paused:
        entry["paused"] = tidy(paused)
    return entry


def tidy(number):
    """Return a number as JSON shows it best: whole numbers as such, others with two decimals."""
    number = round(float(number), 2)
    return int(number) if number == int(number) else number


def finish(rows, due, unit):
    """Mark the last row with the deadline and put ordinary stretches of long clocks together.

    :param due: aware local time of the deadline
    """
    if unit in ("week", "month") or len(rows) > MANY_ROWS:
        rows = compress(rows, unit)
    rows[-1]["due"] = due.isoformat(timespec="seconds")
    return rows


def compress(rows, unit):
    """Put rows of the same kind that follow each other together, at most a week (for months: a month) in each."""
    packed, first = [], None
    for entry in rows:
        if packed and _joins(packed[-1], first, entry, unit):
            packed[-1]["to"] = entry["date"]
            packed[-1]["n"] = entry["n"]
        else:
            packed.append(dict(entry))
            first = entry
    return packed


def _joins(packed, first, entry, unit):
    same = all(packed.get(key) == entry.get(key) for key in ("counted", "why", "name"))
    if not same or packed["why"] == "start" or "paused" in packed or "paused" in entry:
        return False
    if unit == "month":
        return packed["date"][:7] == entry["date"][:7]
    return (date.fromisoformat(entry["date"]) - date.fromisoformat(first["date"])).days < 7


def mark_former(rows, day):
    """Mark the day on which the deadline lay before it was extended."""
    for entry in rows:
        if entry["date"] <= day.isoformat() <= entry.get("to", entry["date"]):
            entry["was_due"] = True
            return
