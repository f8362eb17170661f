from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, users

from .common import TicketCase

START = "2026-03-02 09:00:00"  # a Monday
AT_WORK = "2026-03-11 10:00:00"  # a Wednesday


class TestTicketEscalation(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create({"name": "Office", "tz": "UTC"})
        cls.company.resource_calendar_id = cls.calendar
        cls.levels = cls.env["bank.ticket.escalation.level"].search([])
        cls.regime = cls.env["bank.ticket.regime"].create(
            {
                "code": "TEST",
                "name": "Test Regime",
                "rule_ids": [
                    Command.create(
                        {
                            "code": "answer",
                            "name": "Answer",
                            "length": 10,
                            "unit": "calendar_day",
                            "kind": "statutory",
                            "stop_letter_kind_ids": [
                                Command.set(cls.env.ref("bank_crm_complaints.letter_kind_final").ids)
                            ],
                        }
                    )
                ],
            }
        )
        cls.north.manager_id = cls.users["manager_north"]

    def setUp(self):
        super().setUp()
        with freeze_time(START):
            self.ticket = self.make_ticket(
                regime_ids=[Command.set(self.regime.ids)],
                user_id=self.users["agent"].id,
                team_id=self.office.id,
                branch_id=self.north.id,
            )
        self.clock = self.ticket.clock_ids.filtered(lambda clock: clock.rule_id.code == "answer")
        self.clock.ensure_one()

    def escalate(self, at):
        with freeze_time(at), self.enter_registry_test_mode():
            self.env.ref("bank_crm_complaints.ir_cron_escalate").method_direct_trigger()
        self.env.invalidate_all()
        return self.told()

    def told(self):
        lines = self.env["bank.ticket.escalation"].search([("clock_id", "=", self.clock.id)], order="id")
        return {(line.level_id.percent, line.level_id.hours_after, line.user_id) for line in lines}

    def test_the_ladder(self):
        agent, lead = self.users["agent"], self.users["lead"]
        self.assertFalse(self.escalate("2026-03-05 10:00:00"))
        self.assertEqual(self.escalate("2026-03-09 10:00:00"), {(50, 0, agent)})
        self.assertIn((75, 0, agent), self.escalate("2026-03-10 10:00:00"))
        self.assertIn((90, 0, lead), self.escalate("2026-03-12 10:00:00"))
        found = self.escalate("2026-03-13 09:00:00")
        self.assertIn((100, 0, lead), found)
        self.assertIn((100, 0, self.users["compliance"]), found)
        self.assertNotIn((100, 24, self.users["manager_north"]), found)
        self.assertIn((100, 24, self.users["manager_north"]), self.escalate("2026-03-16 10:00:00"))

    def test_once_for_each_clock_and_level(self):
        self.escalate(AT_WORK)
        count = self.env["bank.ticket.escalation"].search_count([])
        messages = self.env["mail.message"].search_count([("message_type", "=", "user_notification")])
        self.escalate("2026-03-11 10:05:00")
        self.assertEqual(self.env["bank.ticket.escalation"].search_count([]), count)
        after = self.env["mail.message"].search_count([("message_type", "=", "user_notification")])
        self.assertEqual(after, messages)

    def test_a_scheduler_that_stood_still_makes_up_for_it_in_one_message(self):
        before = self.env["mail.message"].search([]).ids
        self.escalate("2026-03-17 10:00:00")
        self.assertEqual(len(self.told()), 6)
        new = self.env["mail.message"].search([("id", "not in", before), ("message_type", "=", "user_notification")])
        to_agent = new.filtered(lambda message: self.users["agent"].partner_id in message.notified_partner_ids)
        self.assertEqual(len(to_agent), 1)
        self.assertEqual(to_agent.body.count(self.ticket.number), 1)
        self.assertNotIn(self.anna.name, to_agent.body)

    def test_overdue_is_seen_without_the_scheduler(self):
        with freeze_time("2026-03-13 09:00:00"):
            self.assertIn(self.ticket, self.env["bank.ticket"].search([("is_overdue", "=", True)]))
            self.ticket.invalidate_recordset(["is_overdue", "urgency"])
            self.assertEqual(self.ticket.urgency, "breached")
        with freeze_time("2026-03-12 09:00:00"):
            self.assertNotIn(self.ticket, self.env["bank.ticket"].search([("is_overdue", "=", True)]))

    def test_delivered_in_working_hours_only(self):
        self.escalate("2026-03-07 18:00:00")  # a Saturday; half of the time is over
        line = self.env["bank.ticket.escalation"].search([("clock_id", "=", self.clock.id)])
        self.assertTrue(line)
        self.assertFalse(line.sent_at)
        self.escalate("2026-03-09 03:00:00")
        self.assertFalse(line.sent_at)
        self.escalate("2026-03-09 10:00:00")
        self.assertTrue(line.sent_at)
        self.assertTrue(self.ticket.activity_ids.filtered(lambda activity: activity.user_id == self.users["agent"]))

    def test_stopped_clocks_are_not_escalated(self):
        self.ticket._set_state("withdrawn")
        self.assertFalse(self.escalate(AT_WORK))

    def test_nobody_who_is_complained_of_is_told(self):
        self.ticket.user_id = False
        self.ticket.complained_user_ids = self.users["lead"]
        told = {user for _percent, _hours, user in self.escalate("2026-03-13 09:00:00")}
        self.assertNotIn(self.users["lead"], told)
        self.assertIn(self.users["compliance"], told)

    def test_without_a_handler_the_leader_is_told(self):
        self.ticket.user_id = False
        self.assertEqual(self.escalate("2026-03-09 10:00:00"), {(50, 0, self.users["lead"])})

    def test_conduct_stays_with_those_who_may_see_it(self):
        self.ticket.confidentiality = "conduct"
        told = {user for _percent, _hours, user in self.escalate("2026-03-16 10:00:00")}
        self.assertFalse(told & {self.users["lead"], self.users["manager_north"]})

    def test_lines_are_written_by_the_scheduler_only(self):
        self.escalate(AT_WORK)
        line = self.env["bank.ticket.escalation"].search([("clock_id", "=", self.clock.id)], limit=1)
        for role in ("agent", "lead", "compliance", "bank_admin"):
            with self.assertRaises(AccessError):
                self.as_user(role, line).write({"sent_at": fields.Datetime.now()})

    @users("bank_lead")
    def test_reports_count_late_ones_at_this_second(self):
        reports = self.env["bank.ticket.clock.report"]
        for at, expected in (("2026-03-12 09:00:00", "running"), ("2026-03-13 09:00:00", "overdue")):
            with freeze_time(at):
                self.env.invalidate_all()
                self.assertEqual(reports.search([("clock_id", "=", self.clock.id)]).result, expected)
        ages = self.env["bank.ticket.report"]
        with freeze_time(fields.Datetime.to_datetime(START) + timedelta(days=5)):
            groups = ages.formatted_read_group([("ticket_id", "=", self.ticket.id)], ["age_bucket"], ["__count"])
        self.assertEqual(groups[0]["age_bucket"], "b")

    def queries_of_noting(self, count):
        with freeze_time(START):
            for _index in range(count):
                self.make_ticket(regime_ids=[Command.set(self.regime.ids)], user_id=self.users["agent"].id)
        self.env.flush_all()
        with freeze_time(AT_WORK):
            reached = self.env["bank.ticket.escalation"]._reached(500)
            self.assertGreaterEqual(len(reached), 2 * count)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["bank.ticket.escalation"]._note(reached)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow_with_tickets(self):
        self.queries_of_noting(2)
        few = self.queries_of_noting(5)
        self.assertLessEqual(self.queries_of_noting(40), few + 3)
