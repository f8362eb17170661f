"""Days that are worked to make up for a holiday: the addon of complaints knows them, follow-ups count them."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.bank_crm_survey.tests.loop_common import LoopCase

FRIDAY = datetime(2026, 3, 6, 8, 0)  # 16:00 in Shanghai, an hour before the bank closes


@tagged("post_install", "-at_install", "standard")
class TestMakeUpDays(LoopCase):
    def due(self, ref):
        with freeze_time(FRIDAY):
            followup = self.followup(nps="2", at=FRIDAY, touchpoint_ref=ref)
        return followup.contact_due_at, followup.close_due_at

    def work_on(self, *days):
        self.env["bank.ticket.workday"].create(
            [{"calendar_id": self.calendar.id, "date": day, "name": "Spring Festival"} for day in days]
        )

    def test_a_saturday_that_is_worked(self):
        plain = self.due("plain")
        self.work_on(date(2026, 3, 7), date(2026, 3, 14))
        contact, close = self.due("made up")
        # 24 hours: one on Friday, then eight a day.
        self.assertEqual(plain[0], datetime(2026, 3, 11, 8, 0))
        self.assertEqual(contact, datetime(2026, 3, 10, 8, 0))
        self.assertLess(close, plain[1])

    def test_the_days_of_another_calendar_do_not_count(self):
        plain = self.due("plain")
        other = self.calendar.copy({"name": "Elsewhere"})
        self.env["bank.ticket.workday"].create(
            {"calendar_id": other.id, "date": date(2026, 3, 7), "name": "Spring Festival"}
        )
        self.assertEqual(self.due("other"), plain)

    def test_a_holiday_that_is_worked(self):
        """Both were entered: it is worked, as for complaints."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 3, 8, 16, 0),
                "date_to": datetime(2026, 3, 9, 15, 59),
            }
        )
        closed = self.due("closed")
        self.work_on(date(2026, 3, 9))
        self.assertLess(self.due("worked")[0], closed[0])
