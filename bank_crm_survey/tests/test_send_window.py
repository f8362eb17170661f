"""When a message may go out, in the time zone of its recipient: summer time, ends of months, quiet days."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import TransactionCase, tagged

from ..tools.send_window import LOOK_AHEAD, next_moment

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


@tagged("post_install", "-at_install")
class TestSendWindow(TransactionCase):
    def moment(self, text, zone=SHANGHAI, send_from=9.0, send_to=20.0, wait=lambda at: None):
        found = next_moment(datetime.fromisoformat(text), zone, send_from, send_to, wait)
        return found and found.isoformat(sep=" ")

    def test_inside_at_once(self):
        self.assertEqual(self.moment("2026-03-24 04:00:07"), "2026-03-24 04:00:07")
        self.assertEqual(self.moment("2026-03-24 01:00:00"), "2026-03-24 01:00:00")  # 9:00 is inside

    def test_outside_the_next_window(self):
        self.assertEqual(self.moment("2026-03-24 00:59:59"), "2026-03-24 01:00:00")
        self.assertEqual(self.moment("2026-03-24 12:00:00"), "2026-03-25 01:00:00")  # 20:00 is outside
        self.assertEqual(self.moment("2026-01-31 15:00:00"), "2026-02-01 01:00:00")

    def test_summer_time(self):
        # Clocks in New York go forward on 8 March 2026 at 2:00 and back on 1 November at 2:00.
        self.assertEqual(self.moment("2026-03-08 03:00:00", NEW_YORK), "2026-03-08 13:00:00")
        self.assertEqual(self.moment("2026-03-07 12:00:00", NEW_YORK), "2026-03-07 14:00:00")
        self.assertEqual(self.moment("2026-11-01 03:00:00", NEW_YORK), "2026-11-01 14:00:00")
        # The window begins in the hour that there is not, and in the hour that there is twice.
        self.assertEqual(self.moment("2026-03-08 06:00:00", NEW_YORK, 2.5, 5.0), "2026-03-08 07:30:00")
        self.assertEqual(self.moment("2026-11-01 06:05:00", NEW_YORK, 1.5, 5.0), "2026-11-01 06:30:00")

    def test_quiet_days_and_hours(self):
        weekend = lambda at: "quiet_day" if (at + timedelta(hours=8)).weekday() > 4 else None
        self.assertEqual(self.moment("2026-03-27 13:00:00", wait=weekend), "2026-03-30 01:00:00")
        lunch = lambda at: "quiet_hours" if at.hour == 4 else None
        self.assertEqual(self.moment("2026-03-24 04:10:00", wait=lunch), "2026-03-24 05:00:00")
        holiday = lambda at: "holiday" if at < datetime(2026, 3, 25, 16) else None
        self.assertEqual(self.moment("2026-03-24 04:00:00", wait=holiday), "2026-03-26 01:00:00")

    def test_never(self):
        self.assertIsNone(self.moment("2026-03-24 04:00:00", wait=lambda at: "quiet_day"))

    @given(
        st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)),
        st.sampled_from([SHANGHAI, NEW_YORK, ZoneInfo("Europe/London"), ZoneInfo("Australia/Lord_Howe")]),
        st.floats(0, 23),
        st.floats(0.6, 10),
    )
    def test_it_is_inside_the_window_and_not_before(self, at, zone, send_from, length):
        send_to = min(send_from + length, 24.0)
        found = next_moment(at, zone, send_from, send_to, lambda moment: None)
        self.assertLessEqual(at, found)
        self.assertLess(found - at, min(LOOK_AHEAD, timedelta(days=2, hours=2)))
        local = found.replace(tzinfo=timezone.utc).astimezone(zone)
        hour = local.hour + local.minute / 60 + local.second / 3600
        self.assertTrue(send_from <= hour < send_to, (found, hour))
