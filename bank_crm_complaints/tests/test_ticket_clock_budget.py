"""What clocks cost in queries, and two transactions that move the clocks of one ticket at the same time."""

from datetime import datetime

from odoo.exceptions import ConcurrencyError
from odoo.tests import freeze_time
from odoo.tools import SQL, mute_logger

from .clock_common import ClockCase

ALL = ("uk_disp", "cn_nfra", "uk_psr", "service")
ROWS = 10  # more statements for some six hundred clocks than for six: each writes a hundred rows


class TestClockBudget(ClockCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regime_ids = cls.env["bank.ticket.regime"].union(*map(cls.regime, ALL)).ids

    def make_many(self, count):
        values = {"partner_id": self.anna.id, "subject": "Fee", "regime_ids": self.regime_ids}
        tickets = self.env["bank.ticket"].create(
            [{**values, "received_at": f"2026-06-{1 + number % 9:02} 08:00:00"} for number in range(count)]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return tickets

    def count(self, tickets, event, at, letter=None):
        """Return the number of queries of one event, caches of rules and holidays warm."""
        clocks = self.env["bank.ticket.clock"]
        clocks._on_event(self.make_many(1), event, at, letter=letter and letter[:1])
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        clocks._on_event(tickets, event, at, letter=letter)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def letters_of(self, tickets, kind):
        letters = self.env["bank.ticket.letter"]._unguarded().create(
            [
                {
                    "ticket_id": ticket.id,
                    "kind_id": self.env.ref(f"bank_crm_complaints.letter_kind_{kind}").id,
                    "sha256": "0" * 64,
                    "state": "sent",
                    "sent_at": "2026-06-10 08:00:00",
                }
                for ticket in tickets
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return letters

    def assertSame(self, event, most, letter=None):
        """Whatever the number of tickets, an event costs the same."""
        costs = {}
        for count in (1, 100):
            tickets = self.make_many(count)
            letters = self.letters_of(tickets, letter) if letter else None
            costs[count] = self.count(tickets, event, datetime(2026, 6, 10, 8), letters)
        # Odoo writes new and changed rows by the hundred; nothing else grows.
        self.assertLessEqual(costs[100], costs[1] + ROWS, f"{event}: {costs}")
        self.assertLessEqual(costs[100], most, f"{event}: {costs}")

    @freeze_time("2026-06-10 09:00:00")
    def test_events_of_one_and_of_a_hundred_tickets(self):
        self.assertSame("received", 10)
        self.assertSame("customer_message", 30)
        self.assertSame("staff_message", 20)
        self.assertSame("withdrawn", 20)
        self.assertSame("reopened", 12)
        self.assertSame("converted", 30)

    @freeze_time("2026-06-10 09:00:00")
    def test_letters_of_one_and_of_a_hundred_tickets(self):
        self.assertSame("letter_sent", 40, letter="holding")
        self.assertSame("letter_sent", 40, letter="final")

    @freeze_time("2026-06-10 09:00:00")
    def test_starting_the_clocks_of_a_hundred_tickets(self):
        """Five hundred clocks, one statement each for clocks, history and dates."""
        costs = {}
        for count in (1, 100):
            self.make_many(1)
            tickets = self.env["bank.ticket"].create(
                [{"partner_id": self.anna.id, "subject": "Fee", "regime_ids": []} for _number in range(count)]
            )
            self.env.cr.execute(
                "INSERT INTO bank_ticket_regime_rel (bank_ticket_id, bank_ticket_regime_id)"
                " SELECT ticket, regime FROM unnest(%s) ticket, unnest(%s) regime",
                [tickets.ids, self.regime_ids],
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["bank.ticket.clock"]._on_event(tickets, "received")
            self.env.flush_all()
            costs[count] = self.env.cr.sql_log_count - before
        self.assertEqual(len(tickets.clock_ids), 600)
        self.assertLessEqual(costs[100], costs[1] + ROWS, costs)
        self.assertLessEqual(costs[100], 30, costs)

    def test_rules_and_holidays_are_read_once(self):
        clocks, rules = self.env["bank.ticket.clock"], self.env["bank.ticket.clock.rule"]
        self.make_complaint("uk_disp", "2026-04-02 08:30:00")
        terms = clocks._make_terms(rules._all_facts()[self.rule("uk_disp_final").id].counting,
                                   self.env.ref("bank_crm_complaints.resource_calendar_uk").id, "Europe/London")
        clocks._count(terms, datetime(2026, 4, 2))
        with self.assertQueryCount(0):
            for day in range(1, 28):
                clocks._count({**terms, "unit": "business_day"}, datetime(2026, 4, day))

    def test_lists_of_what_is_late_use_the_partial_index(self):
        """The condition of the index is the one that the domain becomes."""
        clocks = self.env["bank.ticket.clock"]
        query = clocks._search(clocks._domain_overdue(), order="due_at")
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        plan = "".join(row[0] for row in self.env.execute_query(SQL("EXPLAIN %s", query.select())))
        self.assertIn("bank_ticket_clock_open_due_idx", plan)
        tickets = self.env["bank.ticket"]
        for field in ("next_statutory_due_at", "next_service_due_at"):
            domain = [("is_open", "=", True), ("company_id", "=", self.company.id), (field, "<", "2026-01-01")]
            plan = "".join(
                row[0] for row in self.env.execute_query(SQL("EXPLAIN %s", tickets._search(domain).select()))
            )
            self.assertRegex(plan, "bank_ticket_open_(statutory|service|state_due)_idx")


class TestTwoAtOnce(ClockCase):
    @mute_logger("odoo.sql_db")
    def test_a_clock_that_another_transaction_started(self):
        """It cannot be seen yet, and the index refuses a second one: Odoo tries again, and then it is seen."""
        ticket = self.make_complaint("cn_nfra", "2026-06-01 02:00:00")
        clocks = self.env["bank.ticket.clock"].sudo()
        values = clocks._by_ticket(ticket)[ticket.id]._inheritance()
        values = {**values, "ticket_id": ticket.id, "inherited_from_id": False}
        with self.assertRaises(ConcurrencyError):
            clocks._create_clocks([values])
        self.assertEqual(len(clocks._by_ticket(ticket)[ticket.id]), 1)

    def test_the_ticket_is_locked_first(self):
        ticket = self.make_complaint("cn_nfra", "2026-06-01 02:00:00")
        self.env.flush_all()
        with self.assertQueriesContain(["FOR NO KEY UPDATE"]):
            self.env["bank.ticket.clock"]._lock(ticket)
