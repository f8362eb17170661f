"""Clocks of tickets: what starts them, what stops them, and what does not."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time

from .clock_common import ClockCase


class TestStarting(ClockCase):
    @freeze_time("2026-02-10 09:00:00")
    def test_each_regime_brings_its_clocks(self):
        ticket = self.make_complaint("cn_nfra", "2026-02-10 01:00:00")
        self.assertEqual(self.codes(ticket), {"decision": "running"})
        self.assertDue(ticket, "decision", "2026-02-25 23:59:59", "Asia/Shanghai")
        self.assertEqual(ticket.next_statutory_due_at, self.clock(ticket, "decision").due_at)

    @freeze_time("2026-04-02 09:00:00")
    def test_several_clocks_run_at_once(self):
        """DISP: acknowledgement, the three days and the eight weeks; the earliest duty is the ticket's date."""
        ticket = self.make_complaint("uk_disp", "2026-04-02 08:30:00")
        self.assertEqual(set(self.codes(ticket)), {"acknowledgement", "summary", "final"})
        self.assertDue(ticket, "acknowledgement", "2026-04-09 23:59:59", "Europe/London")
        self.assertDue(ticket, "summary", "2026-04-09 17:00:00", "Europe/London")
        self.assertDue(ticket, "final", "2026-05-28 23:59:59", "Europe/London")
        self.assertEqual(ticket.next_statutory_due_at, self.clock(ticket, "acknowledgement").due_at)

    @freeze_time("2026-02-10 09:00:00")
    def test_late_registration_counts_from_the_receipt(self):
        ticket = self.make_complaint("cn_nfra", "2026-01-20 02:00:00")
        self.assertTrue(ticket.is_late_registered)
        self.assertDue(ticket, "decision", "2026-02-04 23:59:59", "Asia/Shanghai")
        self.assertTrue(self.clock(ticket, "decision").is_breached)

    @freeze_time("2026-02-10 09:00:00")
    def test_no_regime_no_clock(self):
        ticket = self.make_ticket(regime_ids=[])
        self.assertFalse(ticket.clock_ids)
        self.assertFalse(ticket.next_statutory_due_at)
        self.assertFalse(ticket.next_service_due_at)

    def test_the_country_of_the_branch_decides(self):
        self.north.country_id = self.env.ref("base.uk")
        ticket = self.make_ticket(branch_id=self.north.id)
        self.assertEqual(set(ticket.regime_ids.mapped("code")), {"UK-DISP", "SERVICE"})
        inquiry = self.make_ticket(branch_id=self.north.id, kind="inquiry")
        self.assertEqual(inquiry.regime_ids.mapped("code"), ["SERVICE"])
        self.assertFalse(inquiry.next_statutory_due_at)
        self.assertTrue(inquiry.next_service_due_at)

    def test_a_company_may_apply_a_regime_everywhere(self):
        self.regime("eu_psd2").company_ids = self.company
        self.assertIn("EU-PSD2", self.make_ticket().regime_ids.mapped("code"))

    def test_a_regime_that_is_over_is_not_applied(self):
        self.regime("service").valid_to = "2026-01-31"
        after = self.make_ticket(received_at="2026-02-01 00:00:00")
        before = self.make_ticket(received_at="2026-01-31 00:00:00")
        self.assertNotIn("SERVICE", after.regime_ids.mapped("code"))
        self.assertIn("SERVICE", before.regime_ids.mapped("code"))

    @freeze_time("2026-06-15 09:00:00")
    def test_rules_with_dates(self):
        """The rule in force on the day of the receipt governs, whenever the ticket is registered."""
        old = self.rule("cn_nfra_decision")
        old.valid_to = "2026-05-31"
        old.copy({"length": 10, "valid_from": "2026-06-01", "valid_to": False})
        before = self.make_complaint("cn_nfra", "2026-05-31 02:00:00")
        after = self.make_complaint("cn_nfra", "2026-06-01 02:00:00")
        self.assertDue(before, "decision", "2026-06-15 23:59:59", "Asia/Shanghai")
        self.assertDue(after, "decision", "2026-06-11 23:59:59", "Asia/Shanghai")

    @freeze_time("2026-06-15 09:00:00")
    def test_sent_by_an_authority(self):
        ticket = self.make_complaint("us_cfpb", "2026-06-01 12:00:00", forwarded_at="2026-06-10 12:00:00")
        self.assertEqual(self.clock(ticket, "response").started_at, datetime(2026, 6, 10, 12))
        self.assertDue(ticket, "response", "2026-06-25 23:59:59", "America/New_York")
        self.assertFalse(self.make_complaint("us_cfpb", "2026-06-01 12:00:00").clock_ids)

    @freeze_time("2026-06-15 09:00:00")
    def test_materials_that_are_completed_start_the_time_anew(self):
        ticket = self.make_complaint("cn_pboc", "2026-06-01 02:00:00", forwarded_at="2026-06-01 02:00:00")
        self.assertDue(ticket, "reply", "2026-06-16 23:59:59", "Asia/Shanghai")
        ticket._record_date("materials_completed", datetime(2026, 6, 12, 3))
        self.assertEqual(len(ticket.clock_ids), 1)
        self.assertDue(ticket, "reply", "2026-06-27 23:59:59", "Asia/Shanghai")
        self.assertEqual(ticket.next_statutory_due_at, ticket.clock_ids.due_at)
        ticket._record_date("materials_completed", datetime(2026, 6, 12, 3))
        self.assertDue(ticket, "reply", "2026-06-27 23:59:59", "Asia/Shanghai")

    @freeze_time("2026-11-06 15:00:00")
    def test_new_accounts_have_more_time(self):
        self.anna_account.opened_on = "2026-10-20"
        new = self.make_complaint("us_rege", "2026-11-06 14:00:00", holding_id=self.anna_account.id)
        self.assertDue(new, "determine", "2026-12-08 23:59:59", "America/New_York")
        self.anna_account.opened_on = "2020-01-01"
        old = self.make_complaint("us_rege", "2026-11-06 14:00:00", holding_id=self.anna_account.id)
        self.assertDue(old, "determine", "2026-11-23 23:59:59", "America/New_York")
        unknown = self.make_complaint("us_rege", "2026-11-06 14:00:00")
        self.assertDue(unknown, "determine", "2026-11-23 23:59:59", "America/New_York")

    def test_the_same_event_twice_changes_nothing(self):
        ticket = self.make_complaint("uk_disp", "2026-04-02 08:30:00")
        clocks = ticket.clock_ids
        events = ticket.event_ids
        for _time in range(2):
            self.env["bank.ticket.clock"]._on_event(ticket, "received")
        ticket.invalidate_recordset()
        self.assertEqual(ticket.clock_ids, clocks)
        self.assertEqual(ticket.event_ids, events)
        self.send(ticket, "final", "2026-04-20 10:00:00")
        self.env["bank.ticket.clock"]._on_event(ticket, "received")
        self.assertEqual(self.codes(ticket)["final"], "met")
        self.assertEqual(len(ticket.clock_ids.filtered(lambda clock: clock.rule_id.code == "final")), 1)

    def test_an_event_that_nobody_knows(self):
        with self.assertRaisesRegex(ValueError, "event: 'recieved'"):
            self.env["bank.ticket.clock"]._on_event(self.make_ticket(), "recieved")

    def test_the_history_tells(self):
        ticket = self.make_complaint("cn_nfra", "2026-02-10 01:00:00")
        event = ticket.event_ids.filtered(lambda event: event.kind == "clocks")
        self.assertEqual(event.data, {"event": "received", "started": ["CN-NFRA/decision 2026-02-25 15:59:59"]})
        self.assertIn("started", event.summary)
        self.assertFalse(ticket._first_broken_event())


class TestPlaces(ClockCase):
    """By whose calendar and in which time zone a clock runs."""

    def test_days_end_where_the_branch_is(self):
        calendar = self.env["resource.calendar"].create({"name": "Kiritimati", "tz": "Pacific/Kiritimati"})
        self.north.calendar_id = calendar
        ticket = self.make_complaint("cn_nfra", "2026-02-10 09:59:59", branch_id=self.north.id)
        self.assertEqual(self.clock(ticket, "decision").due_at, datetime(2026, 2, 25, 9, 59, 59))
        later = self.make_complaint("cn_nfra", "2026-02-10 10:00:00", branch_id=self.north.id)
        self.assertEqual(self.clock(later, "decision").due_at, datetime(2026, 2, 26, 9, 59, 59))

    def test_no_calendar_anywhere_is_around_the_clock(self):
        self.company.resource_calendar_id = False
        self.regime("cn_nfra").calendar_id = False
        self.regime("service").calendar_id = False
        ticket = self.make_ticket(
            regime_ids=(self.regime("cn_nfra") | self.regime("service")).ids, received_at="2026-02-14 01:00:00"
        )
        self.assertEqual(self.clock(ticket, "decision").due_at, datetime(2026, 3, 1, 23, 59, 59))
        self.assertEqual(self.clock(ticket, "first_answer").due_at, datetime(2026, 2, 14, 17))

    def test_service_runs_on_the_hours_of_the_team_then_branch_then_company(self):
        def hours(name, start, end):
            line = {"name": "Day", "hour_from": start, "hour_to": end, "day_period": "full_day"}
            lines = [(5, 0, 0), *[(0, 0, {**line, "dayofweek": str(day)}) for day in range(7)]]
            return self.env["resource.calendar"].create({"name": name, "tz": "UTC", "attendance_ids": lines})

        self.company.resource_calendar_id = hours("Company", 0, 4)
        values = {
            "regime_ids": self.regime("service").ids,
            "received_at": "2026-02-10 00:00:00",
            "severity": "critical",
            "branch_id": self.north.id,
            "team_id": self.office.id,
        }
        self.assertEqual(self.clock(self.make_ticket(**values), "first_answer").due_at, datetime(2026, 2, 10, 4))
        self.north.calendar_id = hours("Branch", 6, 10)
        self.assertEqual(self.clock(self.make_ticket(**values), "first_answer").due_at, datetime(2026, 2, 10, 10))
        self.office.calendar_id = hours("Team", 12, 16)
        self.assertEqual(self.clock(self.make_ticket(**values), "first_answer").due_at, datetime(2026, 2, 10, 16))

    def test_a_new_holiday_is_known_at_once_and_moves_no_clock_that_runs(self):
        before = self.make_complaint("uk_disp", "2026-04-08 08:30:00")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "A royal wedding",
                "calendar_id": self.env.ref("bank_crm_complaints.resource_calendar_uk").id,
                "date_from": "2026-04-08 23:00:00",
                "date_to": "2026-04-09 22:59:59",
            }
        )
        after = self.make_complaint("uk_disp", "2026-04-08 08:30:00")
        self.assertDue(before, "acknowledgement", "2026-04-13 23:59:59", "Europe/London")
        self.assertDue(after, "acknowledgement", "2026-04-14 23:59:59", "Europe/London")
        named = [row.get("name") for row in self.clock(after, "acknowledgement").trace]
        self.assertIn("A royal wedding", named)

    def test_make_up_days_and_personal_leave(self):
        calendar = self.env.ref("bank_crm_complaints.resource_calendar_cn")
        work = self.env["resource.calendar"]._bank_work_calendar(calendar.id)
        day = datetime(2026, 2, 14).date()
        self.assertEqual(work.verdict(day), (True, "makeup", "Spring Festival: make-up working day"))
        self.env["bank.ticket.workday"].search([("date", "=", day)]).unlink()
        work = self.env["resource.calendar"]._bank_work_calendar(calendar.id)
        self.assertFalse(work.is_business_day(day))
        employee = self.env["resource.resource"].create({"name": "One", "calendar_id": calendar.id})
        self.env["resource.calendar.leaves"].create(
            {
                "resource_id": employee.id,
                "calendar_id": calendar.id,
                "date_from": "2026-06-08 00:00:00",
                "date_to": "2026-06-09 12:00:00",
            }
        )
        work = self.env["resource.calendar"]._bank_work_calendar(calendar.id)
        self.assertTrue(work.is_business_day(datetime(2026, 6, 9).date()))

    def test_the_packs_holidays(self):
        """Spot checks by hand: first and last day of holidays, substitute days, days that are not moved."""
        closed = {
            "cn": "2026-02-15 2026-02-23 2026-04-06 2026-05-05 2025-10-08 2027-02-08",
            "uk": "2026-04-06 2026-12-28 2027-12-27 2027-12-28",
            "us": "2025-01-20 2026-11-26 2027-07-05",
            "eu": "2026-04-03 2026-05-01 2027-03-29",
        }
        worked = {
            "cn": "2025-01-26 2026-02-14 2026-02-24 2026-02-28 2026-05-09 2026-09-20 2026-10-08 2026-10-10",
            "uk": "2026-04-07 2026-12-29 2027-12-29",
            "us": "2026-07-03 2026-11-27 2027-06-18",
            "eu": "2026-05-14 2026-12-24",
        }
        for expected, found in ((closed, False), (worked, True)):
            for code, days in expected.items():
                calendar = self.env.ref(f"bank_crm_complaints.resource_calendar_{code}")
                work = self.env["resource.calendar"]._bank_work_calendar(calendar.id)
                for day in days.split():
                    self.assertEqual(work.is_business_day(fields.Date.to_date(day)), found, (code, day))


class TestStopping(ClockCase):
    def test_a_letter_of_the_right_kind_stops_and_no_other(self):
        ticket = self.make_complaint("cn_nfra", "2026-02-10 01:00:00")
        self.send(ticket, "acknowledgement", "2026-02-11 01:00:00")
        self.send(ticket, "progress", "2026-02-12 01:00:00")
        self.assertEqual(self.codes(ticket)["decision"], "running")
        letter = self.send(ticket, "decision", "2026-02-25 15:59:59")
        clock = self.clock(ticket, "decision")
        self.assertEqual((clock.state, clock.stopped_at, clock.stop_letter_id), ("met", letter.sent_at, letter))
        self.assertFalse(ticket.next_statutory_due_at)

    def test_a_second_too_late_is_late(self):
        ticket = self.make_complaint("cn_nfra", "2026-02-10 01:00:00")
        self.send(ticket, "decision", "2026-02-25 16:00:00")
        clock = self.clock(ticket, "decision")
        self.assertEqual((clock.state, clock.breached_at), ("breached", clock.due_at))
        self.assertTrue(clock.is_breached)

    def test_no_stage_and_no_message_stops_a_legal_clock(self):
        ticket = self.make_complaint("cn_nfra", "2026-02-10 01:00:00")
        ticket.stage_id = self.env["bank.ticket.stage"].search([], order="sequence desc", limit=1)
        ticket._on_staff_message()
        ticket.action_investigate()
        self.assertEqual(self.codes(ticket)["decision"], "running")

    def test_the_decision_opens_the_time_for_a_review(self):
        ticket = self.make_complaint("cn_nfra", "2026-02-10 01:00:00")
        self.send(ticket, "decision", "2026-02-20 01:00:00")
        window = self.clock(ticket, "review_window")
        self.assertEqual((window.kind, window.state), ("option", "running"))
        self.assertDue(ticket, "review_window", "2026-03-22 23:59:59", "Asia/Shanghai")
        self.assertFalse(ticket.next_statutory_due_at, "an option is no duty")
        ticket._fire("review_received", at=datetime(2026, 3, 10, 1))
        self.assertEqual(self.clock(ticket, "review_window").state, "met")
        self.assertDue(ticket, "review", "2026-04-09 23:59:59", "Asia/Shanghai")
        self.send(ticket, "review_decision", "2026-04-01 01:00:00")
        self.assertEqual(self.clock(ticket, "review").state, "met")

    def test_a_holding_reply_stops_the_fifteen_days_and_starts_the_thirty_five(self):
        """Both count from the receipt: Wednesday 1 April 2026."""
        ticket = self.make_complaint("uk_psr", "2026-04-01 08:00:00")
        self.assertDue(ticket, "reply", "2026-04-24 23:59:59", "Europe/London")
        self.send(ticket, "holding", "2026-04-23 08:00:00")
        self.assertEqual(self.clock(ticket, "reply").state, "met")
        self.assertDue(ticket, "reply_35", "2026-05-26 23:59:59", "Europe/London")
        self.assertEqual(ticket.next_statutory_due_at, self.clock(ticket, "reply_35").due_at)
        self.send(ticket, "final", "2026-05-26 23:00:00")
        self.assertEqual(self.clock(ticket, "reply_35").state, "breached")

    def test_in_progress_and_final_response_to_the_cfpb(self):
        ticket = self.make_complaint("us_cfpb", "2026-06-01 12:00:00", forwarded_at="2026-06-02 12:00:00")
        self.send(ticket, "holding", "2026-06-10 12:00:00")
        self.assertEqual(self.clock(ticket, "response").state, "met")
        self.assertDue(ticket, "final", "2026-08-01 23:59:59", "America/New_York")

    def test_a_summary_resolution_needs_the_customer_s_acceptance(self):
        ticket = self.make_complaint("uk_disp", "2026-04-02 08:30:00")
        self.send(ticket, "summary_resolution", "2026-04-08 10:00:00")
        self.assertEqual(self.codes(ticket)["summary"], "running")
        self.assertEqual(self.codes(ticket)["final"], "running")
        ticket._fire("accepted", at=datetime(2026, 4, 9, 10))
        self.assertEqual(self.clock(ticket, "summary").stopped_at, datetime(2026, 4, 9, 10))
        met = {code: state for code, state in self.codes(ticket).items() if code != "fos_window"}
        self.assertEqual(met, {"summary": "met", "final": "met", "acknowledgement": "met"})

    def test_acceptance_first_then_the_letter(self):
        ticket = self.make_complaint("uk_disp", "2026-04-02 08:30:00")
        ticket._fire("accepted", at=datetime(2026, 4, 7, 10))
        self.assertEqual(self.codes(ticket)["summary"], "running")
        self.send(ticket, "summary_resolution", "2026-04-08 10:00:00")
        self.assertEqual(self.clock(ticket, "summary").stopped_at, datetime(2026, 4, 8, 10))

    def test_a_summary_resolution_that_comes_too_late_falls_through_to_eight_weeks(self):
        ticket = self.make_complaint("uk_disp", "2026-04-02 08:30:00")
        self.send(ticket, "summary_resolution", "2026-04-09 15:00:00")
        ticket._fire("accepted", at=datetime(2026, 4, 9, 16, 0, 1))  # 17:00:01 in London
        self.assertEqual(self.codes(ticket)["summary"], "lapsed")
        self.assertFalse(self.clock(ticket, "summary").is_breached)
        self.assertEqual(self.codes(ticket)["final"], "running")

    def test_regulation_e_from_determination_to_report(self):
        ticket = self.make_complaint("us_rege", "2026-11-06 14:00:00")
        ticket._fire("determination", at=datetime(2026, 11, 10, 14))
        self.assertEqual(self.codes(ticket), {"determine": "met", "report": "running"})
        self.assertDue(ticket, "report", "2026-11-16 23:59:59", "America/New_York")  # Veterans Day on the 11th
        ticket = self.make_complaint("us_rege", "2026-11-06 14:00:00")
        ticket.write({"outcome": "upheld", "outcome_reason": "The transfer was not authorised."})
        ticket._fire("determination", at=datetime(2026, 11, 10, 14))
        self.assertDue(ticket, "correct", "2026-11-12 23:59:59", "America/New_York")
        ticket._fire("corrected", at=datetime(2026, 11, 12, 14))
        self.assertEqual(self.codes(ticket)["correct"], "met")

    def test_a_person_s_answer_stops_service_clocks_an_automatic_letter_does_not(self):
        ticket = self.make_ticket(regime_ids=self.regime("service").ids, received_at="2026-06-15 08:00:00")
        self.send(ticket, "acknowledgement", "2026-06-15 08:05:00")
        self.assertEqual(self.codes(ticket), {"first_answer": "running"})
        self.env["bank.ticket.clock"]._on_event(ticket, "staff_message", datetime(2026, 6, 15, 10))
        self.assertEqual(self.codes(ticket), {"first_answer": "met"})

    def test_the_next_update_counts_from_the_last_message(self):
        ticket = self.make_ticket(regime_ids=self.regime("service").ids, received_at="2026-06-15 08:00:00")
        clocks = self.env["bank.ticket.clock"]
        clocks._on_event(ticket, "staff_message", datetime(2026, 6, 15, 9))
        for hour in (10, 12):
            clocks._on_event(ticket, "customer_message", datetime(2026, 6, 15, hour))
        update = self.clock(ticket, "next_update")
        self.assertEqual((update.started_at, update.state), (datetime(2026, 6, 15, 12), "running"))
        clocks._on_event(ticket, "staff_message", datetime(2026, 6, 15, 13))
        clocks._on_event(ticket, "customer_message", datetime(2026, 6, 15, 12))  # told again
        self.assertEqual([clock.state for clock in self.clocks(ticket, "next_update")], ["met"])

    def test_a_customer_who_writes_again_does_not_make_the_bank_punctual(self):
        ticket = self.make_ticket(regime_ids=self.regime("service").ids, received_at="2026-06-15 08:00:00")
        clocks = self.env["bank.ticket.clock"]
        clocks._on_event(ticket, "staff_message", datetime(2026, 6, 15, 9))
        clocks._on_event(ticket, "customer_message", datetime(2026, 6, 15, 10))
        due = self.clock(ticket, "next_update").due_at
        clocks._on_event(ticket, "customer_message", due + timedelta(days=1))
        self.assertEqual(self.clock(ticket, "next_update").due_at, due)
        clocks._on_event(ticket, "staff_message", due + timedelta(days=2))
        self.assertEqual(self.clock(ticket, "next_update").state, "breached")

    def test_closing_ends_promises_and_leaves_options(self):
        ticket = self.make_ticket(
            regime_ids=(self.regime("uk_disp") | self.regime("service")).ids, received_at="2026-04-02 08:30:00"
        )
        self.env["bank.ticket.clock"]._on_event(ticket, "customer_message", datetime(2026, 4, 3, 8))
        self.send(ticket, "final", "2026-04-07 10:00:00")
        self.env["bank.ticket.clock"]._on_event(ticket, "customer_message", datetime(2026, 4, 8, 8))
        self.env["bank.ticket.clock"]._on_event(ticket, "closed", datetime(2026, 4, 8, 9))
        last = self.clocks(ticket, "next_update")[-1]
        self.assertEqual((last.state, last.cancel_code), ("cancelled", "closed"))
        self.assertEqual(self.codes(ticket)["fos_window"], "running")
        self.assertFalse(ticket.next_service_due_at)

    def test_withdrawal_ends_the_procedure_and_reopening_brings_the_old_deadline_back(self):
        ticket = self.make_complaint("cn_nfra", "2026-02-10 01:00:00")
        due = ticket.next_statutory_due_at
        self.env["bank.ticket.clock"]._on_event(ticket, "withdrawn", datetime(2026, 2, 12))
        self.assertEqual(self.codes(ticket)["decision"], "cancelled")
        self.assertFalse(ticket.next_statutory_due_at)
        self.env["bank.ticket.clock"]._on_event(ticket, "reopened", datetime(2026, 2, 13))
        self.assertEqual(self.codes(ticket)["decision"], "running")
        self.assertEqual(ticket.next_statutory_due_at, due)

    def test_what_was_late_at_the_withdrawal_was_late(self):
        ticket = self.make_complaint("cn_nfra", "2026-02-10 01:00:00")
        self.env["bank.ticket.clock"]._on_event(ticket, "withdrawn", datetime(2026, 3, 12))
        self.assertEqual(self.codes(ticket)["decision"], "breached")


class TestBounces(ClockCase):
    def test_a_letter_that_comes_back_stopped_nothing(self):
        ticket = self.make_complaint("cn_nfra", "2026-02-10 01:00:00")
        due = ticket.next_statutory_due_at
        letter = self.send(ticket, "decision", "2026-02-20 01:00:00")
        self.bounce(letter)
        self.assertEqual(self.codes(ticket), {"decision": "running", "review_window": "cancelled"})
        self.assertEqual(self.clock(ticket, "decision").due_at, due)
        self.assertTrue(self.clock(ticket, "decision").is_breached, "its deadline is long over")
        self.assertEqual(ticket.next_statutory_due_at, due)
        self.assertFalse(self.clock(ticket, "decision").stop_letter_id)

    def test_another_letter_that_arrived_counts(self):
        ticket = self.make_complaint("cn_nfra", "2026-02-10 01:00:00")
        first = self.send(ticket, "decision", "2026-02-20 01:00:00")
        second = self.send(ticket, "final", "2026-02-21 01:00:00")
        self.bounce(first)
        clock = self.clock(ticket, "decision")
        self.assertEqual((clock.state, clock.stop_letter_id), ("met", second))

    def test_a_holding_reply_that_comes_back(self):
        ticket = self.make_complaint("uk_psr", "2026-04-01 08:00:00")
        letter = self.send(ticket, "holding", "2026-04-23 08:00:00")
        self.bounce(letter)
        self.assertEqual(self.codes(ticket), {"reply": "running", "reply_35": "cancelled"})
        self.send(ticket, "holding", "2026-04-24 08:00:00")
        self.assertEqual(self.codes(ticket), {"reply": "met", "reply_35": "running"})

    def test_half_of_a_summary_resolution_that_comes_back(self):
        ticket = self.make_complaint("uk_disp", "2026-04-02 08:30:00")
        letter = self.send(ticket, "summary_resolution", "2026-04-08 10:00:00")
        self.bounce(letter)
        ticket._fire("accepted", at=datetime(2026, 4, 9, 10))
        self.assertEqual(self.codes(ticket)["summary"], "running")


class TestBreaches(ClockCase):
    def test_a_stopped_scheduler_hides_nothing(self):
        with freeze_time("2026-02-10 02:00:00"):
            ticket = self.make_complaint("cn_nfra", "2026-02-10 01:00:00")
        clocks = self.env["bank.ticket.clock"]
        mine = [("ticket_id", "=", ticket.id)]
        with freeze_time("2026-02-25 15:59:59"):
            self.env.invalidate_all()
            self.assertFalse(clocks.search([*mine, ("is_breached", "=", True)]))
            self.assertFalse(ticket.clock_ids.is_breached)
        with freeze_time("2026-02-25 16:00:00"):
            self.env.invalidate_all()
            self.assertEqual(clocks.search([*mine, ("is_breached", "=", True)]), ticket.clock_ids)
            self.assertFalse(clocks.search([*mine, ("is_breached", "=", False)]))
            self.assertTrue(ticket.clock_ids.is_breached)
            self.assertIn(ticket, ticket.search([("is_overdue", "=", True)]))
            self.assertIn(ticket, ticket.search([("is_breached", "=", True)]))
            self.assertTrue(ticket.is_breached)
            self.assertFalse(ticket.clock_ids.breached_at, "nothing has run")

    def test_the_job_writes_it_down_once(self):
        ticket = self.make_complaint("cn_nfra", "2026-02-10 01:00:00")
        for _time in range(2):
            self.run_cron()
        clock = self.clock(ticket, "decision")
        self.assertEqual((clock.breached_at, clock.state, clock.is_open), (clock.due_at, "running", True))
        noted = [event for event in ticket.event_ids if event.data.get("event") == "deadline"]
        self.assertEqual([event.data["breached"] for event in noted], [["CN-NFRA/decision"]])

    def test_options_lapse(self):
        ticket = self.make_complaint("uk_disp", "2026-04-02 08:30:00")
        self.run_cron()
        summary = self.clock(ticket, "summary")
        self.assertEqual((summary.state, summary.stopped_at), ("lapsed", summary.due_at))
        self.assertFalse(summary.is_breached)

    def test_reported_results(self):
        """An authority says whether the answer was in time; what our clock would say does not matter."""
        tickets = self.env["bank.ticket"].union(
            *(
                self.make_complaint("us_cfpb", "2026-06-01 12:00:00", forwarded_at="2026-06-02 12:00:00")
                for _time in range(2)
            )
        )
        clocks = self.env["bank.ticket.clock"]
        clocks._report_result(tickets[0], "response", True)
        clocks._report_result(tickets[1], "response", False, "2026-06-03 12:00:00")
        states = [(clock.state, clock.is_reported, clock.is_open) for clock in tickets.clock_ids.sorted("id")]
        self.assertEqual(states, [("met", True, False), ("breached", True, False)])
        self.assertFalse(tickets[0].next_statutory_due_at)
        events = tickets.event_ids
        clocks._report_result(tickets[0], "response", True)
        tickets.invalidate_recordset()
        self.assertEqual(tickets.event_ids, events)

    def test_reported_without_a_verdict(self):
        ticket = self.make_complaint("us_cfpb", "2026-06-01 12:00:00", forwarded_at="2026-06-02 12:00:00")
        self.env["bank.ticket.clock"]._report_result(ticket, "response", None, "2026-06-18 12:00:00")
        self.assertEqual(self.clock(ticket, "response").state, "breached")


class TestGuards(ClockCase):
    def test_nobody_writes_clocks(self):
        ticket = self.make_complaint("cn_nfra", "2026-02-10 01:00:00", user_id=self.users["agent"].id)
        clock = ticket.clock_ids
        for role in ("agent", "lead", "compliance", "bank_admin", "rm_north"):
            for values in ({"due_at": "2030-01-01"}, {"state": "met"}):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.as_user(role, clock).write(values)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.as_user(role, clock).unlink()
        with self.assertRaisesRegex(AccessError, "guarded_field"):
            clock.write({"due_at": "2030-01-01"})
        with self.assertRaisesRegex(AccessError, "guarded_field"):
            ticket.write({"next_statutory_due_at": False})

    def test_whoever_sees_the_ticket_sees_its_deadlines(self):
        ticket = self.make_complaint("cn_nfra", "2026-02-10 01:00:00")
        clock = ticket.clock_ids
        for role in ("rm_north", "agent", "lead", "compliance", "auditor", "operations"):
            self.assertTrue(self.as_user(role, clock).read(["due_at", "trace"]), role)
        for role in ("rm_south", "employee", "bank_admin", "portal"):
            with self.assertRaises(AccessError, msg=role):
                self.as_user(role, clock).read(["due_at"])

    def test_a_customer_s_ticket_has_clocks_too(self):
        """Whoever registers need not be allowed to see clocks."""
        operations = self.as_user("operations", self.env["bank.ticket"])
        ticket = operations.create({"subject": "Fee", "partner_id": self.anna.id, "kind": "complaint"})
        self.assertTrue(ticket.sudo().clock_ids)
