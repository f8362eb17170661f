"""Customers who have not heard from the bank: decided from dates, and their handlers reminded once."""

from datetime import timedelta

from odoo import fields

from odoo.addons.mail.tests.common import MockEmail

from .letter_common import LetterCase


class TestTicketSilence(LetterCase, MockEmail):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.ticket_silence_days = 14
        cls.env["bank.ticket.regime"].search([]).silence_days = 0

    def days_ago(self, days):
        return fields.Datetime.now() - timedelta(days=days)

    def make_old(self, days, *regimes, **values):
        return self.make_complaint(*(regimes or ("UK-DISP",)), received_at=self.days_ago(days), **values)

    def is_silent(self, ticket):
        ticket.invalidate_recordset(["is_silent"])
        found = self.env["bank.ticket"].search([("is_silent", "=", True), ("id", "=", ticket.id)])
        not_found = self.env["bank.ticket"].search([("is_silent", "=", False), ("id", "=", ticket.id)])
        self.assertEqual(len(found) + len(not_found), 1)
        self.assertEqual(bool(found), ticket.is_silent, "search and value say the same")
        return ticket.is_silent

    def test_counted_from_the_receipt(self):
        self.assertTrue(self.is_silent(self.make_old(15)))
        self.assertTrue(self.is_silent(self.make_old(14)))
        self.assertFalse(self.is_silent(self.make_old(13)))

    def test_counted_from_the_last_word_of_the_bank(self):
        ticket = self.make_old(60)
        ticket._on_staff_message(self.days_ago(10))
        self.assertFalse(self.is_silent(ticket))
        ticket._on_staff_message(self.days_ago(20))
        self.assertTrue(self.is_silent(ticket))

    def test_a_letter_breaks_the_silence_and_a_word_of_the_customer_does_not(self):
        ticket = self.make_old(60)
        ticket._on_customer_message()
        self.assertTrue(self.is_silent(ticket))
        with self.mock_mail_gateway():
            self.write_letter("progress", ticket).action_send()
        self.assertFalse(self.is_silent(ticket))

    def test_closed_tickets_are_not_silent(self):
        ticket = self.make_old(60)
        ticket._set_state("withdrawn")
        self.assertFalse(self.is_silent(ticket))

    def test_a_regime_may_be_stricter_or_laxer(self):
        regimes = self.env["bank.ticket.regime"]
        regimes.search([("code", "=", "UK-DISP")]).silence_days = 5
        regimes.search([("code", "=", "CN-NFRA")]).silence_days = 30
        self.assertTrue(self.is_silent(self.make_old(6, "UK-DISP")))
        self.assertFalse(self.is_silent(self.make_old(20, "CN-NFRA")))
        self.assertTrue(self.is_silent(self.make_old(20, "CN-NFRA", "UK-DISP")))
        self.assertTrue(self.is_silent(self.make_old(20, "EU-PSD2")))

    def test_switched_off(self):
        self.company.ticket_silence_days = 0
        self.assertFalse(self.is_silent(self.make_old(400)))

    def test_a_stopped_server_hides_nothing(self):
        ticket = self.make_old(40)
        found = self.env["bank.ticket"].with_user(self.users["agent"]).search([("is_silent", "=", True)])
        self.assertIn(ticket, found)

    def reminders(self, ticket):
        kind = self.env.ref("bank_crm_complaints.mail_activity_type_silence")
        return ticket.with_context(active_test=True).activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    def run_cron(self):
        with self.mock_mail_gateway(), self.enter_registry_test_mode():
            self.env.ref("bank_crm_complaints.ir_cron_bank_ticket_silence").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self._mails)

    def test_handlers_are_reminded_once(self):
        ticket = self.make_old(40, user_id=self.users["agent"].id)
        fresh = self.make_old(1, user_id=self.users["agent"].id)
        self.run_cron()
        self.run_cron()
        self.assertEqual(len(self.reminders(ticket)), 1)
        self.assertEqual(self.reminders(ticket).user_id, self.users["agent"])
        self.assertFalse(self.reminders(fresh))
        self.assertEqual(self.kinds_of(ticket).count("silence"), 1)

    def test_writing_ticks_the_reminder_off(self):
        ticket = self.make_old(40, user_id=self.users["agent"].id)
        self.run_cron()
        ticket.with_user(self.users["agent_two"])._on_staff_message()
        ticket.invalidate_recordset()
        self.assertFalse(self.reminders(ticket))

    def test_many_in_few_queries(self):
        tickets = self.env["bank.ticket"].union(
            *[self.make_old(40, user_id=self.users["agent"].id) for _n in range(30)]
        )
        kind = self.env.ref("bank_crm_complaints.mail_activity_type_silence")
        tickets[:1]._remind_of_silence(kind)
        self.env.flush_all()
        with self.assertQueryCount(90):
            tickets[1:]._remind_of_silence(kind)
            self.env.flush_all()
