"""The statutory clock: when is an answer due, and why then?

Pure Python, without Odoo and without a database, so that every rule can be checked by hand and by properties::

    from .engine import deadline
    deadline(ClockRule("business_day", 15), start, calendar).due_at

Moments are naive datetimes in UTC, as Odoo stores them. Counting happens in the local time of the calendar.

========== ==========================================================================================
module     what it knows
========== ==========================================================================================
facts      the dataclasses: rule, pause, extension, deadline
local_time local dates, their first and last second (days of 23 and 25 hours too)
calendars  working hours, holidays, make-up working days
pauses     how much of a day a pause takes away
days       counting calendar days and business days; weeks and months are calendar days of a known number
hours      counting working hours
trace      the explanation, day by day
engine     puts them together
========== ==========================================================================================

The algorithm is that of the specification of complaint handling, section 6.2.
"""

from .calendars import WorkCalendar, YearFacts
from .engine import deadline, strictest_start
from .facts import ClockRule, Deadline, Extension, Pause
from .local_time import zone
