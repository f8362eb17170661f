from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time

from .lifecycle_common import LifecycleCase


class TestTicketKindChange(LifecycleCase):
    def test_an_inquiry_becomes_a_complaint_with_its_first_receipt(self):
        with freeze_time("2026-03-02 03:00:00"):
            ticket = self.make_ticket(kind="inquiry")
            self.assertFalse(self.due(ticket))
        with freeze_time("2026-03-10 03:00:00"):
            self.apply("bank.ticket.convert", "agent", ticket, kind="complaint", reason="He complains")
        self.assertEqual(ticket.kind, "complaint")
        self.assertEqual(ticket.received_at, self.at("2026-03-02 03:00:00"))
        self.assertIn(self.nfra, ticket.regime_ids)
        # 15 days from 2 March, local end of the day
        self.assertEqual(self.clocks(ticket), {"decision": "running"})
        self.assertEqual(self.due(ticket).date().isoformat()[:8], "2026-03-")
        self.assertEqual(ticket.sudo().clock_ids.filtered("is_open").filtered(
            lambda clock: clock.kind == "statutory"
        ).started_at, ticket.received_at)
        data = self.event(ticket, "converted")
        self.assertEqual(data, {"from": "inquiry", "to": "complaint", "reason": "He complains"})

    def test_what_was_answered_as_an_inquiry_is_investigated_as_a_complaint(self):
        ticket = self.make_ticket(kind="inquiry")
        self.agent(ticket).action_respond()
        self.agent(ticket)._convert("complaint", "He complains")
        self.assertEqual(ticket.state, "investigating")

    def test_only_a_lead_or_compliance_says_that_a_complaint_is_none(self):
        ticket = self.make_ticket()
        self.assertTrue(self.due(ticket))
        with self.assertRaisesRegex(AccessError, r"\[not_yours\]"):
            self.agent(ticket)._convert("inquiry", "He only asks")
        self.as_user("lead", ticket)._convert("inquiry", "He only asks")
        self.assertFalse(self.due(ticket))
        self.assertEqual(self.clocks(ticket), {"decision": "cancelled"})

    def test_only_open_tickets_and_only_with_a_reason(self):
        ticket = self.make_ticket(kind="inquiry")
        with self.assertRaisesRegex(UserError, r"\[reason_missing\]"):
            self.agent(ticket)._convert("complaint", "  ")
        self.agent(ticket).action_respond()
        self.agent(ticket).action_close()
        with self.assertRaisesRegex(UserError, r"\[ticket_closed\]"):
            self.agent(ticket)._convert("complaint", "He complains")

    def test_no_card_number_in_a_reason(self):
        ticket = self.make_ticket(kind="inquiry")
        self.agent(ticket)._convert("complaint", "Card 4111 1111 1111 1111")
        self.assertNotIn("4111 1111 1111", str(self.event(ticket, "converted")))

    def test_who_only_reads_converts_nothing(self):
        ticket = self.make_ticket(kind="inquiry")
        for role in ("rm_north", "auditor", "operations"):
            with self.assertRaises(AccessError):
                self.as_user(role, ticket)._convert("complaint", "x")


class TestTicketIdentity(LifecycleCase):
    def test_the_customer_becomes_known(self):
        ticket = self.make_ticket(False, is_anonymous=True)
        self.apply("bank.ticket.identify", "agent", ticket, partner_id=self.anna)
        self.assertEqual(ticket.partner_id, self.anna)
        self.assertFalse(ticket.is_anonymous)
        self.assertEqual(ticket.branch_id, self.north_vip)
        self.assertEqual(ticket.contact_email, "anna@example.com")
        self.assertEqual(self.event(ticket, "identified"), {"customer": self.anna.id})
        self.assertEqual(self.events(self.anna, "ticket.registered").source_id, ticket.id)

    def test_what_was_entered_stays(self):
        ticket = self.make_ticket(False, contact_name="A.", branch_id=self.south.id)
        self.agent(ticket)._identify(self.anna)
        self.assertEqual((ticket.contact_name, ticket.branch_id), ("A.", self.south))

    def test_a_customer_is_not_exchanged_and_a_contact_is_none(self):
        with self.assertRaisesRegex(UserError, r"\[already_identified\]"):
            self.agent(self.make_ticket())._identify(self.carl)
        with self.assertRaisesRegex(UserError, r"\[no_customer\]"):
            self.agent(self.make_ticket(False))._identify(self.contact)

    def test_the_receipt_is_corrected_and_deadlines_follow(self):
        with freeze_time("2026-03-10 03:00:00"):
            ticket = self.make_ticket()
            before = self.due(ticket)
            with self.assertRaisesRegex(AccessError, r"\[not_yours\]"):
                self.agent(ticket)._correct_receipt("2026-03-05 03:00:00", "Stamp of the post room")
            self.apply(
                "bank.ticket.receipt.correction",
                "lead",
                ticket,
                received_at="2026-03-05 03:00:00",
                reason="Stamp of the post room",
            )
            self.assertEqual(ticket.received_at, self.at("2026-03-05 03:00:00"))
            self.assertTrue(ticket.is_late_registered)
            self.assertEqual(before - self.due(ticket), timedelta(days=5))
            data = self.event(ticket, "receipt_corrected")
            self.assertEqual(
                data,
                {"from": "2026-03-10 03:00:00", "to": "2026-03-05 03:00:00", "reason": "Stamp of the post room"},
            )
            with self.assertRaisesRegex(ValidationError, "Received"):
                self.as_user("lead", ticket)._correct_receipt(fields.Datetime.now() + timedelta(days=1), "x")
            with self.assertRaisesRegex(UserError, r"\[reason_missing\]"):
                self.as_user("compliance", ticket)._correct_receipt("2026-03-04 03:00:00", False)
        self.assertFalse(ticket._first_broken_event())


class TestTicketClocksFollow(LifecycleCase):
    """The peer's SLA depends on the team at creation and never looks again (weakness 7)."""

    def test_clocks_do_not_wait_for_a_team(self):
        ticket = self.make_ticket(team_id=False, user_id=False)
        statutory, service = self.clocks(ticket), self.clocks(ticket, "service")
        self.assertEqual(statutory, {"decision": "running"})
        self.assertTrue(service)
        self.agent(ticket).team_id = self.office
        self.assertEqual(self.clocks(ticket), statutory)
        self.assertEqual(self.clocks(ticket, "service"), service)

    def test_they_follow_the_kind_and_back(self):
        ticket = self.make_ticket(kind="inquiry", team_id=False)
        self.assertFalse(self.clocks(ticket))
        self.agent(ticket)._convert("complaint", "He complains")
        due = self.due(ticket)
        self.assertTrue(due)
        lead = self.as_user("lead", ticket)
        lead._convert("inquiry", "He only asks")
        self.assertFalse(self.due(ticket))
        lead._convert("complaint", "He complains after all")
        self.assertEqual(self.due(ticket), due)

    def test_they_follow_the_severity(self):
        with freeze_time("2026-03-02 03:00:00"):
            ticket = self.make_ticket()
            before, legal = ticket.next_service_due_at, self.due(ticket)
            self.agent(ticket).severity = "critical"
            ticket.invalidate_recordset()
            self.assertLess(ticket.next_service_due_at, before)
            self.assertEqual(self.due(ticket), legal, "the law knows no severity")

    def test_a_second_handler_leaves_the_first_ones_entry(self):
        """The peer overwrites the date of the assignment at each reassignment (weakness 14)."""
        ticket = self.make_ticket()
        for role in ("agent", "agent_two"):
            self.as_user("lead", ticket).user_id = self.users[role]
        found = [event.data["to"] for event in ticket.event_ids.sorted("seq") if event.kind == "assigned"]
        self.assertEqual(found, ["bank_agent", "bank_agent_two"])
