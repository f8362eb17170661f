import psycopg2.errors

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from .lifecycle_common import LifecycleCase


class TestTicketSplitting(LifecycleCase):
    def test_a_part_has_the_receipt_of_the_whole(self):
        """DISP 1.6.2A: the payment part of a complaint has 15 business days, the rest eight weeks."""
        with freeze_time("2026-03-02 10:00:00"):
            ticket = self.make_ticket(regime_ids=[Command.set((self.disp | self.psr).ids)])
            self.env["bank.ticket.party"].create({"ticket_id": ticket.id, "name": "Lin", "phone": "1"})
            clocks = ticket.sudo().clock_ids.filtered(lambda clock: clock.rule_id.code == "reply")
            due = {clock.regime_id.code: clock.due_at for clock in clocks}
        with freeze_time("2026-03-06 10:00:00"):
            self.apply(
                "bank.ticket.split",
                "agent",
                ticket,
                subject="The payment",
                regime_ids=self.psr,
                reason="Partly a payment service",
            )
        part = ticket.part_ids
        self.assertEqual(part.subject, "The payment")
        self.assertEqual((part.received_at, part.registered_at), (ticket.received_at, ticket.registered_at))
        self.assertFalse(part.is_late_registered)
        self.assertEqual(part.regime_ids, self.psr)
        self.assertNotIn(self.psr, ticket.regime_ids)
        self.assertIn(self.disp, ticket.regime_ids)
        self.assertEqual(part.clock_ids.filtered(lambda c: c.rule_id.code == "reply").due_at, due["UK-PSR"])
        self.assertFalse(ticket.clock_ids.filtered(lambda c: c.is_open and c.regime_id == self.psr))
        self.assertEqual(part.party_ids.name, "Lin")
        self.assertEqual(self.event(ticket, "split")["ticket"], part.number)
        self.assertEqual(self.event(part, "split_from"), {"ticket": ticket.number})

    def test_the_rest_keeps_a_regime(self):
        ticket = self.make_ticket(regime_ids=[Command.set(self.psr.ids)])
        self.agent(ticket)._split({"subject": "Part", "regime_ids": self.psr.ids}, "x")
        self.assertEqual(ticket.regime_ids, self.psr)

    def test_a_part_is_as_secret_as_the_whole(self):
        ticket = self.make_ticket(confidentiality="restricted")
        ticket.complained_user_ids = self.users["manager_north"]
        part = self.as_user("lead", ticket)._split({"subject": "Part"}, "x")
        self.assertEqual(part.sudo().confidentiality, "restricted")
        self.assertFalse(self.as_user("manager_north", part).has_access("read"))

    def test_what_is_refused(self):
        ticket = self.make_ticket()
        with self.assertRaisesRegex(UserError, r"\[subject_missing\]"):
            self.agent(ticket)._split({"subject": " "}, "x")
        with self.assertRaisesRegex(AccessError, r"\[guarded_field\]"):
            self.agent(ticket).write({"split_from_id": self.make_ticket().id})
        for role in ("rm_north", "auditor"):
            with self.assertRaises(AccessError):
                self.as_user(role, ticket)._split({"subject": "Part"}, "x")
        with self.assertRaisesRegex(UserError, r"\[ticket_closed\]"):
            self.agent(self.close(ticket))._split({"subject": "Part"}, "x")


class TestTicketCopying(LifecycleCase):
    def test_several_are_copied_at_once(self):
        """The peer's copy() insists on one record (weakness 13)."""
        with freeze_time("2026-03-02 10:00:00"):
            tickets = self.make_ticket() | self.make_ticket(self.carl, kind="inquiry", external_ref="CORE-9")
            tickets[0].complained_user_ids = self.users["rm_south"]
            self.close(tickets[0])
        with freeze_time("2026-03-09 10:00:00"):
            copies = self.agent(tickets).copy()
        self.assertEqual(len(copies), 2)
        self.assertEqual(copies.sudo().mapped("partner_id"), self.anna | self.carl)
        self.assertEqual(len(set(copies.mapped("number")) | set(tickets.mapped("number"))), 4)
        self.assertEqual(set(copies.mapped("state")), {"new"})
        self.assertFalse(copies[0].outcome or copies[0].closed_at or copies[1].external_ref)
        self.assertEqual(copies[0].received_at, self.at("2026-03-09 10:00:00"))
        self.assertFalse(self.as_user("rm_south", copies[0]).has_access("read"))
        self.assertEqual(copies[0].sudo().complained_user_ids, self.users["rm_south"])

    def test_write_leaves_the_values_of_the_caller_alone(self):
        """The peer's write() changes the caller's dictionary record by record (weakness 14)."""
        tickets = self.make_ticket() | self.make_ticket(self.carl)
        values = {"severity": "high", "affected_count": 25, "outcome": "upheld", "outcome_reason": "Facts"}
        before = dict(values)
        self.agent(tickets).write(values)
        self.assertEqual(values, before)
        self.assertEqual(set(tickets.mapped("severity")), {"high"})


class TestTicketCompanies(LifecycleCase):
    def test_a_ticket_stays_with_its_company(self):
        """The peer moves a ticket to a team of another company and leaves the old company on it (weakness 11)."""
        other = self.env["res.company"].create({"name": "Other Bank"})
        foreign_team = self.make_team("X", "Foreign Team", company_id=other.id)
        ticket = self.make_ticket()
        with self.assertRaises(UserError):
            ticket.team_id = foreign_team
        with self.assertRaisesRegex(AccessError, r"\[guarded_field\]"):
            self.agent(ticket).write({"company_id": other.id})

    def test_links_do_not_cross_companies(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        foreign = self.make_ticket(False, company_id=other.id)
        ticket = self.make_ticket()
        for name in ("duplicate_of_id", "merged_into_id", "split_from_id", "followup_of_id"):
            with self.assertRaises(UserError, msg=name):
                ticket._unguarded().write({name: foreign.id})

    def test_two_tickets_never_have_one_number(self):
        """The peer accepts a number twice (weakness 12)."""
        ticket = self.make_ticket()
        with self.assertRaises(AccessError):
            self.env["bank.ticket"].with_user(self.users["agent"]).create({"subject": "x", "number": ticket.number})
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation) as caught:
            self.env["bank.ticket"]._unguarded().create({"subject": "x", "number": ticket.number})
        self.assertEqual(caught.exception.diag.constraint_name, "bank_ticket_number_uniq")

    def test_settings_make_sense(self):
        for name in ("bank_ticket_auto_close_days", "bank_ticket_representatives", "bank_ticket_duplicate_days"):
            with self.assertRaisesRegex(ValidationError, "the least is 1"):
                self.company[name] = 0
