from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time

from .lifecycle_common import LifecycleCase


class TestTicketWithdrawal(LifecycleCase):
    def test_the_procedure_ends_on_the_day_the_withdrawal_was_received(self):
        """CBIRC Order 2020 No. 3, art. 15: entered on day 17, received on day 14 of 15, nothing is late."""
        with freeze_time("2026-03-02 03:00:00"):
            ticket = self.make_ticket()
        with freeze_time("2026-03-19 03:00:00"):
            self.assertIn(ticket, self.env["bank.ticket"].search([("is_breached", "=", True)]))
            self.apply(
                "bank.ticket.withdraw", "agent", ticket, withdrawn_at="2026-03-16 03:00:00", reason="Letter of today"
            )
            ticket.invalidate_recordset()
            self.assertEqual((ticket.state, ticket.outcome), ("withdrawn", "withdrawn"))
            self.assertEqual(ticket.closed_at, self.at("2026-03-16 03:00:00"))
            clock = ticket.clock_ids.filtered(lambda clock: clock.kind == "statutory")
            self.assertEqual((clock.state, clock.stopped_at), ("cancelled", self.at("2026-03-16 03:00:00")))
            self.assertTrue(clock.cancel_reason)
            self.assertNotIn(ticket, self.env["bank.ticket"].search([("is_breached", "=", True)]))
        self.assertEqual(ticket.closure_ids.state, "withdrawn")
        self.assertEqual(ticket.closure_ids.closed_at, ticket.closed_at)
        self.assertFalse(self.due(ticket))
        self.assertTrue(self.events(self.anna, "ticket.withdrawn"))

    def test_what_was_late_already_stays_late(self):
        with freeze_time("2026-03-02 03:00:00"):
            ticket = self.make_ticket()
        with freeze_time("2026-03-25 03:00:00"):
            self.agent(ticket)._withdraw("Called")
            self.assertEqual(self.clocks(ticket), {"decision": "breached"})

    def test_a_withdrawal_taken_back_has_its_first_receipt(self):
        with freeze_time("2026-03-02 03:00:00"):
            ticket = self.make_ticket()
            due = self.due(ticket)
        with freeze_time("2026-03-05 03:00:00"):
            self.agent(ticket)._withdraw("Called")
        with freeze_time("2026-03-09 03:00:00"):
            self.agent(ticket)._reopen("Did not mean it")
        self.assertEqual(self.due(ticket), due)

    def test_the_day_can_be_true(self):
        ticket = self.make_ticket()
        now = fields.Datetime.now()
        with self.assertRaisesRegex(ValidationError, "future"):
            self.agent(ticket)._withdraw("x", now + timedelta(days=1))
        with self.assertRaisesRegex(ValidationError, "before"):
            self.agent(ticket)._withdraw("x", now - timedelta(days=1))
        self.agent(ticket)._withdraw("x")
        with self.assertRaisesRegex(UserError, r"\[ticket_closed\]"):
            self.agent(ticket)._withdraw("x")

    def test_who_may_not_write_withdraws_nothing(self):
        ticket = self.make_ticket()
        with self.assertRaises(AccessError):
            self.apply("bank.ticket.withdraw", "rm_north", ticket, reason="x")
        self.assertEqual(ticket.state, "new")


class TestTicketForwarding(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.insurer = cls.env["res.partner"].create({"name": "Insurer", "email": "claims@insurer.example"})

    def test_a_complaint_is_passed_on_with_the_written_notice(self):
        with freeze_time("2026-03-02 03:00:00"):
            ticket = self.make_ticket()
            self.apply("bank.ticket.forward", "agent", ticket, respondent_id=self.insurer, reason="It insures")
            self.assertTrue(ticket.is_open, "no notice was sent")
            self.assertTrue(self.due(ticket))
        notice = ticket.letter_ids
        self.assertEqual((notice.kind_id.code, notice.state), ("forwarding", "draft"))
        self.assertIn("Insurer", notice.body)
        self.assertIn("claims@insurer.example", notice.body)
        self.assertIn("It insures", notice.body)
        with freeze_time("2026-03-03 03:00:00"):
            self.agent(notice).action_send()
        ticket.invalidate_recordset()
        self.assertEqual((ticket.state, ticket.outcome), ("forwarded", "forwarded"))
        self.assertEqual(ticket.forward_to_id, self.insurer)
        self.assertEqual(self.clocks(ticket), {"decision": "cancelled"})
        self.assertEqual(ticket.closure_ids.state, "forwarded")

    def test_other_letters_pass_nothing_on(self):
        ticket = self.make_ticket()
        self.agent(ticket)._forward(self.insurer, "It insures")
        self.send(ticket, "acknowledgement")
        self.assertEqual(ticket.state, "ack")
        self.send(ticket, "forwarding")
        self.assertEqual(ticket.state, "forwarded")

    def test_a_notice_without_a_respondent_passes_nothing_on(self):
        ticket = self.make_ticket()
        self.send(ticket, "forwarding")
        self.assertTrue(ticket.is_open)

    def test_an_inquiry_and_what_is_anonymous_need_no_letter(self):
        for ticket in (self.make_ticket(kind="inquiry"), self.make_ticket(False, is_anonymous=True)):
            self.assertEqual(self.agent(ticket)._forward(self.insurer, "x").sudo(), ticket)
            self.assertEqual(ticket.state, "forwarded")

    def test_the_bank_answers_itself_after_all(self):
        ticket = self.make_ticket()
        self.agent(ticket)._forward(self.insurer, "x")
        self.agent(ticket).action_keep_ticket()
        self.assertFalse(ticket.forward_to_id)
        self.assertFalse(ticket.outcome)
        self.send(ticket, "forwarding")
        self.assertTrue(ticket.is_open)

    def test_neither_to_the_bank_nor_to_the_customer(self):
        ticket = self.make_ticket()
        for partner in (self.company.partner_id, self.anna):
            with self.assertRaisesRegex(UserError, r"\[own_respondent\]"):
                self.agent(ticket)._forward(partner, "x")
        with self.assertRaisesRegex(AccessError, r"\[guarded_field\]"):
            self.agent(ticket).write({"forward_to_id": self.insurer.id})

    def test_no_closing_while_a_legal_deadline_runs(self):
        ticket = self.make_ticket()
        self.agent(ticket).write({"outcome": "upheld", "outcome_reason": "Facts"})
        with self.assertRaisesRegex(UserError, r"\[clock_running\]"):
            self.agent(ticket).action_close()
