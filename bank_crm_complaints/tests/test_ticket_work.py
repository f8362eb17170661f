from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time

from .common import TicketCase


class WorkCase(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.taxon_a = cls.make_taxon("cause", "ZA")
        cls.taxon_a1 = cls.make_taxon("cause", "ZA1", parent_id=cls.taxon_a.id)
        cls.taxon_b = cls.make_taxon("cause", "ZB")
        cls.office.member_ids = [
            Command.create({"user_id": cls.users["agent"].id, "cause_taxon_ids": [Command.set(cls.taxon_a.ids)]}),
            Command.create({"user_id": cls.users["agent_two"].id}),
        ]
        cls.member, cls.member_two = cls.office.member_ids

    @classmethod
    def make_taxon(cls, axis, code, **values):
        return cls.env["bank.ticket.taxon"].create({"axis": axis, "code": code, "name": f"Cause {code}", **values})


class TestTicketAssignment(WorkCase):
    def test_the_first_fitting_team_takes_new_tickets(self):
        self.office.handles = "complaints"
        others = self.make_team("HELP", "Service Desk", handles="others")
        self.assertEqual(self.make_ticket().team_id, self.office)
        self.assertEqual(self.make_ticket(kind="inquiry").team_id, others)

    def test_skill_load_and_capacity(self):
        tickets = self.make_ticket(cause_taxon_id=self.taxon_b.id) | self.make_ticket(cause_taxon_id=self.taxon_a1.id)
        tickets._assign_by_skill()
        self.assertEqual(tickets[0].user_id, self.users["agent_two"], "the other one has no skill for this cause")
        self.assertEqual(tickets[1].user_id, self.users["agent"], "less load, and skilled by the cause above")
        self.member_two.capacity = 1
        full = self.make_ticket(cause_taxon_id=self.taxon_b.id)
        self.assertFalse(full._assign_by_skill())
        self.assertFalse(full.user_id)

    def test_heavy_tickets_count_more(self):
        self.make_ticket(severity="critical", user_id=self.users["agent_two"].id)
        for _index in range(2):
            self.make_ticket(cause_taxon_id=self.taxon_a.id)._assign_by_skill()
        loads = self.member._loads(self.users["agent"] | self.users["agent_two"])
        self.assertGreaterEqual(loads[self.users["agent_two"].id], 5)
        self.assertGreaterEqual(loads[self.users["agent"].id], 4)

    def test_language_is_a_skill(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.member_two.lang_ids = self.env["res.lang"]._lang_get("en_US")
        ticket = self.make_ticket(cause_taxon_id=self.taxon_b.id, lang="zh_CN")
        self.assertFalse(ticket._assign_by_skill())

    def test_who_is_away_gets_nothing(self):
        resource = self.env["resource.resource"].create({"name": "Agent", "user_id": self.users["agent"].id})
        now = fields.Datetime.now()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "resource_id": resource.id,
                "date_from": now - timedelta(days=1),
                "date_to": now + timedelta(days=1),
            }
        )
        self.assertIn(self.users["agent"], self.office.member_ids._absent_users())
        ticket = self.make_ticket(cause_taxon_id=self.taxon_a.id)
        ticket._assign_by_skill()
        self.assertEqual(ticket.user_id, self.users["agent_two"])

    def test_assigned_at_registration_by_whoever_registers(self):
        self.office.assigns_at_once = True
        tickets = self.env["bank.ticket"].with_user(self.users["rm_north"])
        ticket = tickets.create({"kind": "complaint", "subject": "Queue", "partner_id": self.anna.id})
        self.assertIn(ticket.sudo().user_id, self.users["agent"] | self.users["agent_two"])

    def test_one_write_for_each_handler(self):
        tickets = self.env["bank.ticket"].create(
            [{"kind": "complaint", "subject": f"No. {index}"} for index in range(30)]
        )
        tickets.mapped("team_id.member_ids")
        self.env.flush_all()
        with self.assertQueryCount(110):
            tickets._assign_by_skill()
            self.env.flush_all()
        self.assertEqual(len(tickets.filtered("user_id")), 30)

    def test_the_next_one_is_the_most_urgent_and_locked(self):
        calm = self.make_ticket()
        urgent = self.make_ticket()
        now = fields.Datetime.now()
        calm._unguarded().write({"next_statutory_due_at": now + timedelta(days=9)})
        urgent._unguarded().write({"next_statutory_due_at": now + timedelta(days=1)})
        action = self.env["bank.ticket"].with_user(self.users["agent_two"]).action_take_next()
        self.assertEqual(action["res_id"], urgent.id)
        self.assertEqual(urgent.user_id, self.users["agent_two"])
        self.assertEqual(self.env["bank.ticket"].with_user(self.users["agent"])._take_next(self.office), calm)
        with self.assertRaises(UserError):
            self.env["bank.ticket"].with_user(self.users["agent_two"]).action_take_next()


class TestTicketConflict(WorkCase):
    def assert_conflict(self, ticket, user):
        with self.assertRaisesRegex(ValidationError, r"\[conflict_of_interest\]") as caught:
            ticket.user_id = user
            self.env.flush_all()
        self.assertNotIn("complained", str(caught.exception))
        ticket.invalidate_recordset()

    def test_who_may_not_handle(self):
        ticket = self.make_ticket()
        ticket.complained_user_ids = self.users["manager_north"]
        self.assert_conflict(ticket, self.users["manager_north"])
        self.assert_conflict(ticket, self.users["rm_north"])  # works in a branch that the manager leads
        ticket.user_id = self.users["rm_south"]

    def test_the_relationship_manager_and_conduct(self):
        ticket = self.make_ticket(user_id=self.users["rm_north"].id)
        with self.assertRaisesRegex(ValidationError, r"\[conflict_of_interest\]"):
            ticket.confidentiality = "conduct"
            self.env.flush_all()

    def test_nobody_handles_his_own_complaint(self):
        ticket = self.make_ticket()
        ticket._unguarded().partner_id = self.users["agent"].partner_id
        self.assert_conflict(ticket, self.users["agent"])

    def test_assignment_passes_over_them(self):
        ticket = self.make_ticket(cause_taxon_id=self.taxon_a.id)
        ticket.complained_user_ids = self.users["agent"]
        ticket._assign_by_skill()
        self.assertEqual(ticket.user_id, self.users["agent_two"])
        other = self.make_ticket()
        other.complained_user_ids = self.users["agent"]
        self.assertFalse(self.env["bank.ticket"].with_user(self.users["agent"])._take_next(self.office))

    def test_a_task_is_work_too(self):
        ticket = self.make_ticket()
        ticket.complained_user_ids = self.users["rm_south"]
        with self.assertRaisesRegex(ValidationError, r"\[conflict_of_interest\]"):
            self.env["bank.ticket.task"].create(
                {"ticket_id": ticket.id, "name": "Comment", "user_id": self.users["rm_south"].id}
            )


class TestTicketTask(WorkCase):
    def make_task(self, **values):
        return self.env["bank.ticket.task"].create(
            {"ticket_id": self.make_ticket().id, "name": "Check the contract", "team_id": self.legal.id, **values}
        )

    def test_needs_somebody_who_does_it(self):
        with self.assertRaisesRegex(UserError, "Department"):
            self.make_task(team_id=False)

    def test_due_on_working_hours(self):
        calendar = self.env["resource.calendar"].create({"name": "Office", "tz": "UTC"})
        self.legal.write({"calendar_id": calendar.id, "task_hours": 8})
        with freeze_time("2026-03-27 15:00:00"):  # a Friday, two hours before the office closes
            task = self.make_task()
        self.assertEqual(task.due_at.date().isoformat(), "2026-03-30")

    def test_the_department_answers(self):
        self.legal.member_ids = [Command.create({"user_id": self.users["rm_south"].id})]
        task = self.make_task()
        task.ticket_id.user_id = self.users["agent"]
        as_member = self.as_user("rm_south", task)
        self.assertTrue(as_member.action_start(), "None is a fault over XML-RPC")
        with self.assertRaisesRegex(UserError, "Answer"):
            as_member.action_done()
        as_member.answer = "The fee is not in the contract. Card 4111 1111 1111 1111."
        self.assertTrue(as_member.action_done())
        self.assertEqual(task.in_time, 100)
        self.assertEqual(task.activity_ids.user_id, self.users["agent"], "the handler is told")
        self.assertNotIn("4111", task.answer)
        self.assertIn("task_done", self.kinds_of(task.ticket_id))
        with self.assertRaises(AccessError):
            as_member.ticket_id.read(["subject"])

    def test_queries_do_not_grow_with_tasks(self):
        def queries(count):
            tickets = self.env["bank.ticket"].create(
                [{"kind": "complaint", "subject": f"No. {index}"} for index in range(count)]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            tasks = self.env["bank.ticket.task"].create(
                [{"ticket_id": ticket.id, "name": "Look", "team_id": self.legal.id} for ticket in tickets]
            )
            tasks.action_cancel()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(2)
        self.assertLessEqual(queries(20), queries(5) + 3)

    def test_strangers_see_and_change_nothing(self):
        task = self.make_task()
        for role in ("rm_south", "bank_admin", "operations"):
            found = self.env["bank.ticket.task"].with_user(self.users[role]).search([("id", "=", task.id)])
            self.assertEqual(bool(found), role == "operations", role)
        with self.assertRaises(AccessError):
            self.as_user("rm_north", task).write({"answer": "x"})  # sees the customer's ticket, has nothing to do
        with self.assertRaisesRegex(AccessError, r"\[guarded_field\]"):
            self.as_user("agent", task).write({"state": "done"})

    def test_overdue_without_a_scheduler(self):
        task = self.make_task()
        task.due_at = fields.Datetime.now() - timedelta(minutes=1)
        self.assertTrue(task.is_overdue)
        self.assertIn(task, self.env["bank.ticket.task"].search([("is_overdue", "=", True)]))
        task.action_cancel()
        self.assertNotIn(task, self.env["bank.ticket.task"].search([("is_overdue", "=", True)]))


class TestServiceRequest(WorkCase):
    def setUp(self):
        super().setUp()
        self.service = self.env.ref("bank_crm_complaints.bank_ticket_service_card_replacement")
        self.ticket = self.make_ticket(kind="service_request", subject="New card", service_id=self.service.id)

    def test_steps_follow_each_other(self):
        lines = self.ticket.progress_ids
        self.assertEqual(len(lines), len(self.service.step_ids))
        planned = lines.mapped("planned_at")
        self.assertEqual(planned, sorted(planned))
        self.assertTrue(lines[0].with_user(self.users["agent"]).action_done())
        self.assertEqual(self.ticket.state, "investigating")
        self.assertEqual(self.ticket.progress_percent, 25)
        lines[1:].with_user(self.users["agent"]).action_skip()
        self.assertEqual(self.ticket.state, "responded")
        self.assertEqual(self.ticket.progress_percent, 100)

    def test_lines_change_by_the_buttons_only(self):
        line = self.ticket.progress_ids[0]
        with self.assertRaises(AccessError):
            self.as_user("agent", line).write({"state": "done"})
        for role in ("rm_north", "auditor", "operations"):
            with self.assertRaises(AccessError):
                self.as_user(role, line).action_done()
        self.ticket._set_state("withdrawn")
        with self.assertRaisesRegex(UserError, "closed"):
            self.as_user("agent", line).action_done()
