"""The clock engine against deadlines that were counted by hand on a paper calendar."""

from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from ..tools.clocks import ClockRule, Extension, Pause, WorkCalendar, YearFacts, deadline, strictest_start, zone

NEW_YEAR = {date(2026, 1, day): "New Year" for day in (1, 2, 3)}
SPRING = {date(2026, 2, day): "Spring Festival" for day in range(15, 24)}
MAKE_UP = {date(2026, 1, 4): "New Year", date(2026, 2, 14): "Spring Festival", date(2026, 2, 28): "Spring Festival"}
BANK_HOLIDAYS = {
    date(2026, 4, 3): "Good Friday",
    date(2026, 4, 6): "Easter Monday",
    date(2026, 5, 4): "Early May bank holiday",
    date(2026, 5, 25): "Spring bank holiday",
    date(2026, 12, 25): "Christmas Day",
    date(2026, 12, 28): "Boxing Day (substitute)",
    date(2027, 1, 1): "New Year's Day",
}
US_HOLIDAYS = {date(2026, 11, 11): "Veterans Day", date(2026, 11, 26): "Thanksgiving", date(2026, 12, 25): "Christmas"}

CHINA = WorkCalendar.regular(zone("Asia/Shanghai"), holidays=NEW_YEAR | SPRING, workdays=MAKE_UP)
UK = WorkCalendar.regular(zone("Europe/London"), holidays=BANK_HOLIDAYS)
US = WorkCalendar.regular(zone("America/New_York"), holidays=US_HOLIDAYS)
UTC = WorkCalendar(zone("UTC"))


def local(calendar, text):
    """Return the moment (UTC) at which the clock on the calendar's wall shows ``text``."""
    return datetime.fromisoformat(text).replace(tzinfo=calendar.tz).astimezone(zone("UTC")).replace(tzinfo=None)


@tagged("post_install", "-at_install")
class TestClockEngine(BaseCase):
    def assertDue(self, calendar, start, rule, expected, **more):
        result = deadline(rule, local(calendar, start), calendar, **more)
        shown = calendar.local(result.due_at).replace(tzinfo=None).isoformat(" ")
        self.assertEqual(shown, expected)
        self.assertEqual(result.trace[-1]["due"][:19], expected.replace(" ", "T"))
        return result

    # ------------------------------------------------------------------ China

    def test_china_calendar_days_run_through_the_spring_festival(self):
        decision = ClockRule("calendar_day", 15)
        self.assertDue(CHINA, "2026-02-10 09:00", decision, "2026-02-25 23:59:59")
        self.assertDue(CHINA, "2026-02-10 23:59:59", decision, "2026-02-25 23:59:59")
        self.assertDue(CHINA, "2026-02-11 00:00", decision, "2026-02-26 23:59:59")

    def test_china_business_days_around_the_spring_festival(self):
        """Saturday 14 and Saturday 28 February are worked, Sunday 15 to Monday 23 are not."""
        expected = {
            1: "2026-02-14 23:59:59",  # Fri 13 + 1 = Sat 14, make-up
            2: "2026-02-24 23:59:59",  # Tue
            5: "2026-02-27 23:59:59",  # Fri
            6: "2026-02-28 23:59:59",  # Sat, make-up
            7: "2026-03-02 23:59:59",  # Mon; Sun 1 March is free
        }
        for length, due in expected.items():
            self.assertDue(CHINA, "2026-02-13 16:00", ClockRule("business_day", length), due)

    def test_china_received_in_the_holidays(self):
        self.assertDue(CHINA, "2026-02-17 10:00", ClockRule("business_day", 1), "2026-02-24 23:59:59")
        self.assertDue(CHINA, "2026-02-17 10:00", ClockRule("business_day", 1, start_day_counts=True),
                       "2026-02-24 23:59:59")

    def test_china_extensions_count_from_the_receipt(self):
        decision = ClockRule("calendar_day", 15)
        days = [Extension("calendar_day", 30), Extension("calendar_day", 60)]
        result = self.assertDue(CHINA, "2026-02-10 09:00", decision, "2026-03-12 23:59:59", extensions=days[:1])
        former = [entry["date"] for entry in result.trace if entry.get("was_due")]
        self.assertEqual(former, ["2026-02-25"])
        self.assertDue(CHINA, "2026-02-10 09:00", decision, "2026-04-11 23:59:59", extensions=days)
        self.assertDue(CHINA, "2026-02-10 09:00", decision, "2026-02-25 23:59:59",
                       extensions=[Extension("calendar_day", 3)])

    def test_the_explanation_names_every_day(self):
        result = self.assertDue(CHINA, "2026-02-13 16:00", ClockRule("business_day", 2), "2026-02-24 23:59:59")
        rows = [(row["date"][8:], row["counted"], row["why"], row["n"]) for row in result.trace]
        holidays = [(str(day), False, "holiday", 1) for day in range(15, 24)]
        self.assertEqual(
            rows, [("13", False, "start", 0), ("14", True, "makeup", 1), *holidays, ("24", True, "counted", 2)]
        )
        self.assertEqual(result.trace[2]["name"], "Spring Festival")

    # ------------------------------------------------------------------ United Kingdom

    def test_uk_three_business_days_over_easter(self):
        """Thursday 2 April; Friday and Monday are bank holidays: Tuesday 7, Wednesday 8, Thursday 9."""
        self.assertDue(UK, "2026-04-02 10:00", ClockRule("business_day", 3), "2026-04-09 23:59:59")
        close = ClockRule("business_day", 3, end_of="business")
        self.assertDue(UK, "2026-04-02 10:00", close, "2026-04-09 17:00:00")

    def test_uk_three_business_days_in_a_plain_week(self):
        close = ClockRule("business_day", 3, end_of="business")
        self.assertDue(UK, "2026-06-08 00:00", close, "2026-06-11 17:00:00")  # Mon → Thu
        self.assertDue(UK, "2026-06-12 23:59", close, "2026-06-17 17:00:00")  # Fri → Wed
        self.assertDue(UK, "2026-06-13 12:00", close, "2026-06-17 17:00:00")  # Sat → Wed

    def test_uk_received_after_close_may_be_treated_as_received_the_next_business_day(self):
        rolls = ClockRule("business_day", 3, start_rolls=True, end_of="business")
        self.assertDue(UK, "2026-06-08 16:59", rolls, "2026-06-11 17:00:00")
        self.assertDue(UK, "2026-06-08 17:00", rolls, "2026-06-12 17:00:00")
        self.assertDue(UK, "2026-06-13 12:00", rolls, "2026-06-18 17:00:00")
        self.assertDue(UK, "2026-04-03 12:00", rolls, "2026-04-10 17:00:00")

    def test_uk_eight_weeks_over_the_change_to_summer_time(self):
        result = self.assertDue(UK, "2026-02-02 10:00", ClockRule("week", 8), "2026-03-30 23:59:59")
        self.assertEqual(result.due_at, datetime(2026, 3, 30, 22, 59, 59))  # British Summer Time
        self.assertEqual(len(result.trace), 9)  # the day of the start and eight weeks
        self.assertEqual([row["n"] for row in result.trace], list(range(0, 57, 7)))

    def test_uk_fifteen_and_thirty_five_business_days(self):
        """From Wednesday 1 April: 2, 7-10, 13-17, 20-24 are 15; 27-30 April, 1, 5-8, 11-15, 18-22, 26 May: 35."""
        self.assertDue(UK, "2026-04-01 09:00", ClockRule("business_day", 15), "2026-04-24 23:59:59")
        self.assertDue(UK, "2026-04-01 09:00", ClockRule("business_day", 35), "2026-05-26 23:59:59")

    def test_uk_over_christmas_and_new_year(self):
        """Wednesday 23 December: 24, 29, 30, 31 December, 4 January."""
        self.assertDue(UK, "2026-12-23 15:00", ClockRule("business_day", 5), "2027-01-04 23:59:59")

    def test_uk_six_months_of_the_ombudsman(self):
        self.assertDue(UK, "2026-08-31 12:00", ClockRule("month", 6), "2027-02-28 23:59:59")
        self.assertDue(UK, "2026-03-10 12:00", ClockRule("month", 6), "2026-09-10 23:59:59")
        self.assertDue(UK, "2027-08-31 12:00", ClockRule("month", 6), "2028-02-29 23:59:59")

    # ------------------------------------------------------------------ United States, European Union

    def test_us_cfpb(self):
        self.assertDue(US, "2026-10-25 23:59", ClockRule("calendar_day", 15), "2026-11-09 23:59:59")
        self.assertDue(US, "2026-10-25 23:59", ClockRule("calendar_day", 60), "2026-12-24 23:59:59")

    def test_us_regulation_e(self):
        """Friday 6 November: 9, 10, 12, 13, 16-20, 23 are ten business days (Veterans Day on the 11th)."""
        self.assertDue(US, "2026-11-06 14:00", ClockRule("business_day", 10), "2026-11-23 23:59:59")
        self.assertDue(US, "2026-11-06 14:00", ClockRule("business_day", 20), "2026-12-08 23:59:59")
        self.assertDue(US, "2026-11-06 14:00", ClockRule("business_day", 10), "2026-12-21 23:59:59",
                       extensions=[Extension("calendar_day", 45)])
        self.assertDue(US, "2026-11-25 14:00", ClockRule("business_day", 1), "2026-11-27 23:59:59")

    def test_eu_target_days(self):
        days = {date(2026, 4, 3): "Good Friday", date(2026, 4, 6): "Easter Monday", date(2026, 5, 1): "Labour Day"}
        target = WorkCalendar.regular(zone("Europe/Berlin"), holidays=days)
        self.assertDue(target, "2026-03-31 12:00", ClockRule("business_day", 15), "2026-04-23 23:59:59")
        self.assertDue(target, "2026-03-31 12:00", ClockRule("business_day", 35), "2026-05-22 23:59:59")

    # ------------------------------------------------------------------ days that are not 24 hours

    def test_days_of_23_and_25_hours(self):
        one = ClockRule("calendar_day", 1)
        spring, autumn = "2026-03-28 12:00", "2026-10-24 12:00"
        self.assertEqual(deadline(one, local(UK, spring), UK).due_at, datetime(2026, 3, 29, 22, 59, 59))
        self.assertEqual(deadline(one, local(UK, autumn), UK).due_at, datetime(2026, 10, 25, 23, 59, 59))
        self.assertDue(US, "2026-03-07 12:00", one, "2026-03-08 23:59:59")
        self.assertDue(US, "2026-10-31 12:00", one, "2026-11-01 23:59:59")

    def test_hours_around_the_clock_over_the_change_of_time(self):
        """24 hours are 24 hours: from noon to one o'clock in spring, to eleven in autumn."""
        around = WorkCalendar(zone("Europe/London"))
        self.assertDue(around, "2026-03-28 12:00", ClockRule("working_hour", 24), "2026-03-29 13:00:00")
        self.assertDue(around, "2026-10-24 12:00", ClockRule("working_hour", 24), "2026-10-25 11:00:00")

    def test_midnight_that_the_clock_skips(self):
        """Lebanon moves its clocks at midnight: 29 March 2026 begins at one o'clock."""
        beirut = WorkCalendar(zone("Asia/Beirut"))
        start = datetime(2026, 3, 28, 10)
        for length, due in ((0, datetime(2026, 3, 28, 21, 59, 59)), (1, datetime(2026, 3, 29, 20, 59, 59))):
            self.assertEqual(deadline(ClockRule("calendar_day", length), start, beirut).due_at, due)

    def test_29_february(self):
        self.assertDue(UTC, "2028-02-14 12:00", ClockRule("calendar_day", 15), "2028-02-29 23:59:59")
        self.assertDue(UTC, "2027-02-14 12:00", ClockRule("calendar_day", 15), "2027-03-01 23:59:59")
        self.assertDue(UTC, "2028-01-31 12:00", ClockRule("month", 1), "2028-02-29 23:59:59")
        self.assertDue(UTC, "2027-01-31 12:00", ClockRule("month", 1), "2027-02-28 23:59:59")
        self.assertDue(UTC, "2028-02-29 12:00", ClockRule("month", 12), "2029-02-28 23:59:59")

    def test_the_same_moment_is_another_day_elsewhere(self):
        moment, one = datetime(2026, 6, 1, 11, 30), ClockRule("calendar_day", 1)
        for name, due in {
            "Etc/GMT+12": datetime(2026, 6, 2, 11, 59, 59),  # still 31 May there
            "Etc/GMT-12": datetime(2026, 6, 2, 11, 59, 59),  # 1 June, 23:30
            "Pacific/Kiritimati": datetime(2026, 6, 3, 9, 59, 59),  # 2 June, 01:30
            "UTC": datetime(2026, 6, 2, 23, 59, 59),
        }.items():
            self.assertEqual(deadline(one, moment, WorkCalendar(zone(name))).due_at, due, name)

    # ------------------------------------------------------------------ rules of the start and of the end

    def test_the_day_of_the_start_may_count(self):
        self.assertDue(UTC, "2026-06-01 12:00", ClockRule("calendar_day", 15, start_day_counts=True),
                       "2026-06-15 23:59:59")
        self.assertDue(UTC, "2026-06-01 12:00", ClockRule("week", 1, start_day_counts=True), "2026-06-07 23:59:59")
        self.assertDue(UK, "2026-06-08 12:00", ClockRule("business_day", 3, start_day_counts=True),
                       "2026-06-10 23:59:59")

    def test_after_close_of_business_the_day_cannot_count(self):
        close = ClockRule("business_day", 1, start_day_counts=True, end_of="business")
        self.assertDue(UK, "2026-06-08 16:59", close, "2026-06-08 17:00:00")
        self.assertDue(UK, "2026-06-08 17:30", close, "2026-06-09 17:00:00")

    def test_a_last_day_without_business_may_roll_forward(self):
        rolls = ClockRule("calendar_day", 2, roll_forward=True)
        result = self.assertDue(UK, "2026-04-01 12:00", rolls, "2026-04-07 23:59:59")
        self.assertEqual([row["why"] for row in result.trace], ["start", *["counted"] * 2, *["rolled"] * 4])
        self.assertDue(UK, "2026-04-01 12:00", ClockRule("calendar_day", 2), "2026-04-03 23:59:59")

    # ------------------------------------------------------------------ pauses

    def test_a_hold_over_the_weekend_is_no_business_time(self):
        weekend = [Pause(local(UK, "2026-06-12 17:00"), local(UK, "2026-06-15 09:00"))]
        days = ClockRule("business_day", 5, is_pausable=True)
        self.assertDue(UK, "2026-06-10 12:00", days, "2026-06-17 23:59:59", pauses=weekend)
        hours = ClockRule("working_hour", 24, is_pausable=True)
        self.assertDue(UK, "2026-06-11 09:00", hours, "2026-06-15 17:00:00", pauses=weekend)

    def test_a_hold_is_measured_in_the_unit_of_the_clock(self):
        """Monday 13:00 to Thursday 13:00: 24 working hours, 3 business days, 3 calendar days."""
        hold = [Pause(local(UK, "2026-06-15 13:00"), local(UK, "2026-06-18 13:00"))]
        for unit, length, without, with_hold in (
            ("working_hour", 16, "2026-06-16 17:00:00", "2026-06-19 17:00:00"),
            ("business_day", 5, "2026-06-19 23:59:59", "2026-06-24 23:59:59"),
            ("calendar_day", 5, "2026-06-19 23:59:59", "2026-06-22 23:59:59"),
        ):
            start = "2026-06-15 09:00" if unit == "working_hour" else "2026-06-14 09:00"
            self.assertDue(UK, start, ClockRule(unit, length, is_pausable=True), without)
            self.assertDue(UK, start, ClockRule(unit, length, is_pausable=True), with_hold, pauses=hold)

    def test_short_holds_add_up_to_days(self):
        """Four hours of an eight-hour day, twice, are one business day; once they are none."""
        days = ClockRule("business_day", 5, is_pausable=True)
        once = [Pause(local(UK, "2026-06-15 09:00"), local(UK, "2026-06-15 13:00"))]
        twice = [*once, Pause(local(UK, "2026-06-16 13:00"), local(UK, "2026-06-17 09:00"))]
        self.assertDue(UK, "2026-06-14 12:00", days, "2026-06-19 23:59:59", pauses=once)
        result = self.assertDue(UK, "2026-06-14 12:00", days, "2026-06-22 23:59:59", pauses=twice)
        self.assertEqual([row.get("paused") for row in result.trace[1:3]], [0.5, 0.5])

    def test_holds_that_overlap_count_once(self):
        days = ClockRule("business_day", 2, is_pausable=True)
        holds = [Pause(local(UK, f"2026-06-15 {hour}"), local(UK, "2026-06-16 00:00")) for hour in ("09:00", "09:30")]
        self.assertDue(UK, "2026-06-14 12:00", days, "2026-06-17 23:59:59", pauses=holds)

    def test_the_law_does_not_wait(self):
        hold = [Pause(local(UK, "2026-06-15 00:00"), local(UK, "2026-07-15 00:00"))]
        self.assertDue(UK, "2026-06-10 12:00", ClockRule("week", 8), "2026-08-05 23:59:59", pauses=hold)

    def test_a_hold_that_goes_on_is_not_measured_yet(self):
        days = ClockRule("business_day", 5, is_pausable=True)
        self.assertDue(UK, "2026-06-14 12:00", days, "2026-06-19 23:59:59",
                       pauses=[Pause(local(UK, "2026-06-15 09:00"))])

    # ------------------------------------------------------------------ working hours

    def test_hours_start_when_business_opens(self):
        four = ClockRule("working_hour", 4)
        self.assertDue(UK, "2026-06-12 16:00", four, "2026-06-15 12:00:00")
        self.assertDue(UK, "2026-06-12 20:00", four, "2026-06-15 13:00:00")
        self.assertDue(UK, "2026-06-13 23:59", four, "2026-06-15 13:00:00")
        self.assertDue(UK, "2026-06-15 00:00", four, "2026-06-15 13:00:00")
        self.assertDue(UK, "2026-04-02 16:00", four, "2026-04-07 12:00:00")

    def test_lunch_is_not_worked(self):
        split = WorkCalendar.regular(zone("Asia/Shanghai"), hours=((9, 12), (13.5, 17.5)))
        self.assertDue(split, "2026-06-15 11:00", ClockRule("working_hour", 2), "2026-06-15 14:30:00")

    def test_make_up_days_have_hours(self):
        self.assertDue(CHINA, "2026-02-13 16:00", ClockRule("working_hour", 4), "2026-02-14 12:00:00")

    def test_a_closure_of_half_a_day(self):
        closed = (local(UK, "2026-12-24 12:00"), local(UK, "2026-12-24 17:00"), "Christmas Eve")
        calendar = WorkCalendar.regular(UK.tz, holidays=BANK_HOLIDAYS, closures=[closed])
        self.assertDue(calendar, "2026-12-24 10:00", ClockRule("working_hour", 4), "2026-12-29 11:00:00")
        self.assertDue(calendar, "2026-12-23 10:00", ClockRule("business_day", 1, end_of="business"),
                       "2026-12-24 12:00:00")

    def test_weeks_that_alternate(self):
        """Fridays are worked every other week; the parity is Odoo's."""
        hours = ((9 * 3600, 17 * 3600),)
        long, short = {day: hours for day in range(5)}, {day: hours for day in range(4)}
        calendar = WorkCalendar(zone("UTC"), [long, short])
        worked = [day for day in (5, 12, 19, 26) if calendar.is_business_day(date(2026, 6, day))]
        parity = [day for day in (5, 12, 19, 26) if (date(2026, 6, day).toordinal() - 1) // 7 % 2 == 0]
        self.assertEqual(worked, parity)
        self.assertEqual(len(worked), 2)

    # ------------------------------------------------------------------ never a crash

    def test_no_calendar_is_open_around_the_clock(self):
        self.assertDue(UTC, "2026-06-13 12:00", ClockRule("working_hour", 4), "2026-06-13 16:00:00")
        self.assertDue(UTC, "2026-06-12 12:00", ClockRule("business_day", 3), "2026-06-15 23:59:59")
        self.assertDue(UTC, "2026-06-12 12:00", ClockRule("business_day", 3, end_of="business"), "2026-06-15 23:59:59")

    def test_a_calendar_that_never_opens(self):
        always = WorkCalendar(UK.tz, UK.weeks, _closed_all)
        for rule in (ClockRule("business_day", 3), ClockRule("working_hour", 3)):
            result = deadline(rule, datetime(2026, 6, 12), always)
            self.assertEqual(result.trace[-1]["why"], "no_calendar")
        empty = WorkCalendar(UK.tz, [{}])
        self.assertDue(empty, "2026-06-12 12:00", ClockRule("business_day", 3), "2026-06-15 23:59:59")

    def test_a_time_zone_nobody_knows(self):
        self.assertEqual(zone("Atlantis/Capital"), zone("UTC"))
        self.assertEqual(zone(False), zone("UTC"))
        self.assertEqual(zone("../etc/passwd"), zone("UTC"))

    def test_bad_rules_are_refused(self):
        for values in (("fortnight", 1), ("week", -1), ("week", 1, False, False, False, "noon")):
            with self.assertRaises(ValueError):
                ClockRule(*values)

    def test_the_earliest_receipt_governs(self):
        early, late = datetime(2026, 6, 1), datetime(2026, 6, 5)
        self.assertEqual(strictest_start(late, None, early), early)
        self.assertIsNone(strictest_start(None))


def _closed_all(year):
    first = date(year, 1, 1).toordinal()
    return YearFacts({date.fromordinal(first + day): "Closed" for day in range(366)})
