"""What has to be true of every deadline (specification of complaint handling, section 6.2)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.clocks import ClockRule, Extension, Pause, WorkCalendar, deadline, strictest_start, zone
from ..tools.clocks.facts import UNITS

ZONES = (
    "UTC", "Asia/Shanghai", "Europe/London", "America/New_York", "Etc/GMT+12", "Etc/GMT-12", "Asia/Kolkata",
    "Australia/Lord_Howe", "Asia/Beirut", "America/Havana", "Pacific/Kiritimati",
)

zones = st.sampled_from(ZONES).map(zone)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31)).map(lambda moment: moment.replace(microsecond=0))
dates = st.dates(date(2024, 1, 1), date(2029, 12, 31))
named_days = st.dictionaries(dates, st.just("Day"), max_size=30)
hours = st.sampled_from([((9, 17),), ((8.5, 12), (13, 17.5)), ((0, 24),)])
calendars = st.builds(
    WorkCalendar.regular,
    zones,
    hours=hours,
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    holidays=named_days,
    workdays=named_days,
) | zones.map(WorkCalendar)
rules = st.builds(
    ClockRule,
    unit=st.sampled_from(UNITS),
    length=st.integers(0, 40),
    start_day_counts=st.booleans(),
    start_rolls=st.booleans(),
    roll_forward=st.booleans(),
    end_of=st.sampled_from(["day", "business"]),
    is_pausable=st.booleans(),
)


@st.composite
def holds(draw, start):
    since = start + timedelta(minutes=draw(st.integers(-5000, 60000)))
    return Pause(since, since + timedelta(minutes=draw(st.integers(0, 20000))))


@tagged("post_install", "-at_install")
class TestClockProperties(BaseCase):
    @given(rules, moments, calendars)
    def test_longer_is_never_earlier(self, rule, start, calendar):
        longer = replace(rule, length=rule.length + 1)
        self.assertLessEqual(deadline(rule, start, calendar).due_at, deadline(longer, start, calendar).due_at)

    @given(rules, moments, calendars)
    def test_a_deadline_is_not_before_its_start(self, rule, start, calendar):
        self.assertGreaterEqual(deadline(rule, start, calendar).due_at, start)

    @given(rules, moments, st.integers(0, 100000), calendars)
    def test_whoever_starts_earlier_is_due_no_later(self, rule, start, minutes, calendar):
        later = start + timedelta(minutes=minutes)
        self.assertLessEqual(deadline(rule, start, calendar).due_at, deadline(rule, later, calendar).due_at)

    @given(rules, moments, calendars, st.data())
    def test_pausing_never_shortens_and_only_pausable_rules_pause(self, rule, start, calendar, data):
        pauses = data.draw(st.lists(holds(start), max_size=4))
        plain = deadline(rule, start, calendar).due_at
        paused = deadline(rule, start, calendar, pauses).due_at
        if rule.is_pausable:
            self.assertGreaterEqual(paused, plain)
            more = [*pauses, data.draw(holds(start))]
            self.assertGreaterEqual(deadline(rule, start, calendar, more).due_at, paused)
        else:
            self.assertEqual(paused, plain)

    @given(rules, moments, calendars, st.data())
    def test_pauses_count_once_in_any_order(self, rule, start, calendar, data):
        pauses = data.draw(st.lists(holds(start), max_size=4))
        once = deadline(rule, start, calendar, pauses)
        self.assertEqual(deadline(rule, start, calendar, [*reversed(pauses), *pauses]).due_at, once.due_at)

    @given(moments, zones, st.integers(0, 30), st.data())
    def test_a_hold_outside_of_business_takes_nothing(self, start, tz, length, data):
        calendar = WorkCalendar.regular(tz, holidays=data.draw(named_days))
        day = data.draw(st.dates(start.date(), start.date() + timedelta(days=40)))
        while calendar.is_business_day(day):
            day += timedelta(days=1)
        hold = Pause(*calendar.whole(day))
        for unit in ("business_day", "working_hour"):
            rule = ClockRule(unit, length, is_pausable=True)
            self.assertEqual(
                deadline(rule, start, calendar, [hold]).due_at, deadline(rule, start, calendar).due_at
            )

    @given(moments, calendars, st.integers(0, 60), st.data())
    def test_a_day_of_hold_is_a_day(self, start, calendar, length, data):
        """A hold over whole calendar days moves a clock of calendar days by exactly these days."""
        first = calendar.date_of(start) + timedelta(days=data.draw(st.integers(1, max(length, 1))))
        days = data.draw(st.integers(1, 20))
        since, to = calendar.whole(first)[0], calendar.whole(first + timedelta(days=days - 1))[1]
        rule = ClockRule("calendar_day", length, is_pausable=True)
        plain = calendar.date_of(deadline(rule, start, calendar).due_at)
        paused = calendar.date_of(deadline(rule, start, calendar, [Pause(since, to)]).due_at)
        expected = days if first <= plain else 0
        self.assertEqual((paused - plain).days, expected)

    @given(rules, moments, calendars, st.lists(st.integers(0, 90), max_size=3))
    def test_extensions_never_shorten_and_count_from_the_start(self, rule, start, calendar, lengths):
        extensions = [Extension("calendar_day", length) for length in lengths]
        extended = deadline(rule, start, calendar, extensions=extensions).due_at
        alone = [deadline(rule, start, calendar).due_at]
        alone += [
            deadline(replace(rule, unit="calendar_day", length=length), start, calendar).due_at for length in lengths
        ]
        self.assertEqual(extended, max(alone))

    @given(rules, st.lists(moments, min_size=1, max_size=4), calendars)
    def test_a_merged_complaint_keeps_the_strictest_deadline(self, rule, starts, calendar):
        merged = deadline(rule, strictest_start(*starts), calendar).due_at
        self.assertEqual(merged, min(deadline(rule, start, calendar).due_at for start in starts))

    @given(moments, zones, st.integers(0, 400))
    def test_calendar_days_end_at_the_last_second_of_the_local_day(self, start, tz, length):
        calendar = WorkCalendar(tz)
        due = deadline(ClockRule("calendar_day", length), start, calendar).due_at
        self.assertEqual(calendar.date_of(due), calendar.date_of(start) + timedelta(days=length))
        self.assertEqual(calendar.date_of(due + timedelta(seconds=1)), calendar.date_of(due) + timedelta(days=1))

    @given(moments, calendars, st.integers(1, 40))
    def test_business_days_are_counted_one_by_one(self, start, calendar, length):
        """An independent count: as many business days lie after the start, up to the deadline, as were asked for."""
        due = deadline(ClockRule("business_day", length), start, calendar)
        if any(row["why"] == "no_calendar" for row in due.trace):
            return
        first, last = calendar.date_of(start), calendar.date_of(due.due_at)
        days = [first + timedelta(days=offset) for offset in range(1, (last - first).days + 1)]
        self.assertEqual(sum(calendar.is_business_day(day) for day in days), length)
        self.assertTrue(calendar.is_business_day(last))

    @given(rules, moments, calendars)
    def test_the_explanation_covers_every_day(self, rule, start, calendar):
        result = deadline(rule, start, calendar)
        days = []
        for row in result.trace:
            first, last = date.fromisoformat(row["date"]), date.fromisoformat(row.get("to", row["date"]))
            days += [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
        self.assertEqual(days, [days[0] + timedelta(days=offset) for offset in range(len(days))])
        self.assertEqual(days[0], calendar.date_of(start))
        self.assertEqual(days[-1], calendar.date_of(result.due_at))
        self.assertEqual([row for row in result.trace if "due" in row], [result.trace[-1]])
