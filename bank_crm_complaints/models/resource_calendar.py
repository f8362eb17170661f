from datetime import date, timedelta

from odoo import api, models, tools

from ..tools.clocks import WorkCalendar, YearFacts, zone
from ..tools.clocks.calendars import length_of, subtract
from ..tools.clocks.local_time import day_start, local_date

DAY = timedelta(days=1)
CALENDAR_FIELDS = {"tz", "attendance_ids", "two_weeks_calendar", "flexible_hours", "schedule_type", "leave_ids"}


class ResourceCalendar(models.Model):
    """Working hours and holidays as the clock engine reads them: cached for a calendar and a year, so that the
    deadlines of any number of tickets cost no query."""

    _inherit = "resource.calendar"

    def write(self, vals):
        result = super().write(vals)
        if CALENDAR_FIELDS & vals.keys() or any(name.startswith("attendance_ids") for name in vals):
            self.env.registry.clear_cache()
        return result

    @api.model
    def _bank_work_calendar(self, calendar_id, tz_name=None):
        """Return the :class:`WorkCalendar` of a calendar; without one, of a place that never closes.

        :param tz_name: time zone in which days begin and end, default the calendar's own
        """
        own_zone, weeks = self._bank_weeks(calendar_id) if calendar_id else (None, None)
        tz = zone(tz_name or own_zone)
        if not weeks and not calendar_id:
            return WorkCalendar(tz)
        return WorkCalendar(tz, weeks, lambda year: self._bank_year(calendar_id, year))

    @api.model
    @tools.ormcache("calendar_id")
    def _bank_weeks(self, calendar_id):
        """Return ``(time zone, tables of the week)``; see :class:`WorkCalendar` for the tables."""
        # sudo: resource.calendar - hours and holidays of the bank are no secret to whoever's ticket runs on them
        calendar = self.sudo().browse(calendar_id).exists()
        attendances = calendar.attendance_ids.filtered(
            lambda line: line.day_period != "lunch" and not line.display_type and line.hour_from < line.hour_to
        )
        types = ("0", "1") if calendar.two_weeks_calendar else (False,)
        weeks = []
        for week_type in types:
            table = {}
            for line in attendances.filtered(lambda line, kind=week_type: not kind or line.week_type == kind):
                table.setdefault(int(line.dayofweek), []).append((_seconds(line.hour_from), _seconds(line.hour_to)))
            weeks.append({weekday: tuple(sorted(spans)) for weekday, spans in table.items()})
        return calendar.tz, tuple(weeks) if any(weeks) else None

    @api.model
    @tools.ormcache("calendar_id", "year")
    def _bank_year(self, calendar_id, year):
        """Return the :class:`YearFacts` of a calendar: leaves of everybody, and make-up working days.

        A leave makes a holiday of each day whose hours it covers wholly; of other days it takes hours away.
        """
        tz_name, weeks = self._bank_weeks(calendar_id)
        plain = WorkCalendar(zone(tz_name), weeks)
        first, last = date(year, 1, 1), date(year, 12, 31)
        since, to = day_start(first, plain.tz), day_start(last + DAY, plain.tz)
        holidays, closures = {}, []
        for leave_from, leave_to, name in self._bank_leaves(calendar_id, since, to):
            day = max(local_date(leave_from, plain.tz), first)
            while day <= min(local_date(leave_to, plain.tz), last):
                hours = plain.spans(day) or [plain.whole(day)]
                left = length_of(subtract(hours, [(leave_from, leave_to)]))
                if left <= timedelta(minutes=1):  # a leave ends at 23:59 or 23:59:59
                    holidays.setdefault(day, name)
                elif left < length_of(hours):
                    closures.append((leave_from, leave_to, name))
                day += DAY
        # sudo: bank.ticket.workday - see above
        workdays = self.env["bank.ticket.workday"].sudo()
        found = workdays.search([("calendar_id", "=", calendar_id), ("date", ">=", first), ("date", "<=", last)])
        return YearFacts(holidays, {day.date: day.name for day in found}, tuple(closures))

    @api.model
    def _bank_leaves(self, calendar_id, since, to):
        # sudo: resource.calendar, resource.calendar.leaves - see above
        company = self.sudo().browse(calendar_id).company_id
        leaves = self.env["resource.calendar.leaves"].sudo()
        mine = [("calendar_id", "=", calendar_id)]
        if company:  # closed on this day: the whole company
            mine = ["|", *mine, "&", ("calendar_id", "=", False), ("company_id", "=", company.id)]
        found = leaves.search(
            [
                *mine,
                ("resource_id", "=", False),
                ("time_type", "=", "leave"),
                ("date_from", "<", to),
                ("date_to", ">", since),
            ],
            order="date_from, id",
        )
        return [(leave.date_from, leave.date_to, leave.name or "") for leave in found]


def _seconds(hours):
    return round(hours * 3600)
