from datetime import timedelta

from odoo import fields

from ..models.bank_ticket import KINDS, STATES
from ..models.bank_ticket_customer_words import OUTCOMES, WORDS
from .common import TicketCase


class TestCustomerWords(TicketCase):
    def test_every_state_and_outcome_has_words(self):
        self.assertEqual(set(WORDS), {code for code, _label in STATES})
        kinds = {code for code, _label in KINDS}
        for state, by_kind in WORDS.items():
            self.assertIn(None, by_kind, state)
            self.assertLessEqual(set(by_kind) - {None}, kinds, state)
        outcomes = set(self.env["bank.ticket"]._fields["outcome"].get_values(self.env))
        # Who withdrew knows it: the state says so.
        self.assertEqual(set(OUTCOMES), outcomes - {"withdrawn"})

    def test_words_follow_state_and_kind(self):
        complaint, request = self.make_ticket(), self.make_ticket(kind="service_request")
        for ticket in (complaint, request):
            ticket._set_state("investigating")
        self.assertEqual(complaint._customer_words()["label"], "We are looking into it")
        self.assertEqual(request._customer_words()["label"], "In progress")

    def test_customer_reads_them_with_his_own_rights(self):
        ticket = self.make_ticket(partner=self.users["portal"].partner_id)
        words = self.as_user("portal", ticket)._customer_words()
        self.assertEqual(words["next_at"], ticket.next_statutory_due_at or ticket.next_service_due_at)

    def test_the_service_deadline_is_told_where_no_law_sets_one(self):
        ticket = self.make_ticket(kind="inquiry")
        due = fields.Datetime.now() + timedelta(days=2)
        ticket._unguarded().write({"next_statutory_due_at": False, "next_service_due_at": due})
        self.assertEqual(ticket._customer_words()["next_at"], due)
        ticket._unguarded().write({"state": "responded"})
        self.assertFalse(ticket._customer_words()["next_at"], "an answered one waits for the customer")

    def test_dates_for_people(self):
        self.anna.tz = "Asia/Shanghai"
        ticket = self.make_ticket()
        end_of_day = self.at("2026-12-10 15:59:59")
        self.assertEqual(ticket._customer_time(end_of_day), "December 10, 2026")
        noon = self.at("2026-12-10 04:00:00")
        self.assertEqual(ticket._customer_time(noon), "December 10, 2026 12:00 (China Standard Time)")
        self.assertEqual(ticket._customer_time(noon, with_zone=False), "December 10, 2026 12:00")
        self.assertEqual(ticket._customer_time(noon, date_only=True), "December 10, 2026")
        self.assertEqual(ticket._customer_time(False), "")

    def test_a_list_asks_the_database_as_often_for_many_as_for_few(self):
        for _number in range(12):
            self.make_ticket()
        counts = []
        for limit in (2, 12):
            self.env.flush_all()
            self.env.invalidate_all()
            tickets = self.env["bank.ticket"].search([("partner_id", "=", self.anna.id)], limit=limit)
            before = self.env.cr.sql_log_count
            for ticket in tickets:
                words = ticket._customer_words()
                ticket._customer_time(words["next_at"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
