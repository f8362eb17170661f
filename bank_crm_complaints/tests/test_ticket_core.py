from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .common import TicketCase


class TestTicketCore(TicketCase):
    def test_numbers_differ_and_look_like_numbers(self):
        tickets = self.env["bank.ticket"].create(
            [{"kind": "inquiry", "subject": f"Question {index}"} for index in range(5)]
        )
        numbers = tickets.mapped("number")
        self.assertEqual(len(set(numbers)), 5)
        for number in numbers:
            self.assertRegex(number, r"^T\d{9}$")

    def test_registration_takes_from_the_customer(self):
        ticket = self.make_ticket()
        self.assertEqual(ticket.branch_id, self.north_vip)
        self.assertEqual(ticket.contact_email, "anna@example.com")
        self.assertEqual(self.kinds_of(ticket)[0], "registered")
        self.assertEqual(self.events(self.anna, "ticket.registered").source_id, ticket.id)

    def test_late_registration_is_flagged(self):
        now = fields.Datetime.now()
        late = self.make_ticket(received_at=now - timedelta(days=3))
        self.assertTrue(late.is_late_registered)
        self.assertFalse(self.make_ticket(received_at=now - timedelta(hours=3)).is_late_registered)
        with self.assertRaisesRegex(ValidationError, "Received"):
            self.make_ticket(received_at=now + timedelta(hours=1))

    def test_state_and_facts_are_guarded(self):
        ticket = self.make_ticket()
        for values in (
            {"state": "closed"},
            {"number": "X"},
            {"received_at": fields.Datetime.now()},
            {"partner_id": self.ben.id},
            {"kind": "inquiry"},
            {"next_statutory_due_at": False},
            {"event_hash": "0"},
        ):
            with self.assertRaisesRegex(AccessError, r"\[guarded_field\]"):
                self.as_user("agent", ticket).write(values)
        with self.assertRaisesRegex(AccessError, r"\[guarded_field\]"):
            self.env["bank.ticket"].with_user(self.users["agent"]).create({"subject": "x", "state": "closed"})
        with self.assertRaisesRegex(AccessError, r"\[guarded_field\]"):
            self.env["bank.ticket"].with_user(self.users["agent"]).with_context(default_state="closed").create(
                {"subject": "x"}
            )

    def test_no_state_out_of_order(self):
        ticket = self.make_ticket(outcome="not_upheld")
        ticket._set_state("responded")
        ticket.action_close()
        with self.assertRaisesRegex(ValidationError, r"\[state_not_allowed\]"):
            ticket._set_state("ack")
        self.assertTrue(ticket.closed_at)
        self.assertFalse(ticket.is_open)

    def test_a_complaint_needs_outcome_and_answer_before_it_is_closed(self):
        ticket = self.as_user("agent", self.make_ticket())
        with self.assertRaisesRegex(UserError, r"\[outcome_missing\]"):
            ticket.action_close()
        ticket.write({"outcome": "upheld", "outcome_reason": "The fee was not in the price list."})
        with self.assertRaisesRegex(UserError, r"\[(letter_missing|clock_running)\]"):
            ticket.action_close()
        with self.assertRaisesRegex(UserError, r"\[letter_missing\]"):
            ticket.action_respond()
        ticket.sudo()._set_state("responded")
        ticket.sudo()._unguarded().next_statutory_due_at = fields.Datetime.now()
        with self.assertRaisesRegex(UserError, r"\[clock_running\]"):
            ticket.action_close()

    def test_outcome_is_fixed_when_closed(self):
        ticket = self.make_ticket(kind="inquiry")
        ticket.action_respond()
        ticket.action_close()
        with self.assertRaisesRegex(AccessError, "Outcome"):
            self.as_user("agent", ticket).write({"outcome": "upheld"})

    def test_tickets_follow_customers_who_are_merged(self):
        ticket = self.make_ticket(self.carl)
        ticket.message_post(body="Words", author_id=self.carl.id, message_type="comment")
        self.env.flush_all()
        partners = self.anna | self.carl
        self.env["base.partner.merge.automatic.wizard"]._merge(partners.ids, dst_partner=self.anna)
        self.env.invalidate_all()
        self.assertEqual(ticket.partner_id, self.anna)
        self.assertFalse(ticket._first_broken_event())
        self.assertIn(ticket.sudo(False), self.env["bank.ticket"].with_user(self.users["rm_north"]).search([]).sudo())

    def test_references_are_unique(self):
        self.make_ticket(external_ref="CORE-1")
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as caught:
            self.make_ticket(external_ref="CORE-1")
            self.env.flush_all()
        self.assertIn("external_ref", str(caught.exception))


class TestTicketHistory(TicketCase):
    def test_chain_holds_and_tampering_is_found(self):
        ticket = self.make_ticket(kind="inquiry")
        ticket.action_investigate()
        ticket.action_respond()
        self.assertFalse(ticket._first_broken_event())
        self.assertIn("unchanged", ticket.action_verify_events()["params"]["message"])
        cr = self.env.cr
        for statement, found in (
            ("UPDATE bank_ticket_event SET data = '{\"to\": \"closed\"}' WHERE ticket_id = %s AND seq = 2", 2),
            ("UPDATE bank_ticket_event SET at = at + interval '1 day' WHERE ticket_id = %s AND seq = 3", 3),
            ("DELETE FROM bank_ticket_event WHERE ticket_id = %s AND seq = 2", 2),
            ("DELETE FROM bank_ticket_event WHERE ticket_id = %s AND seq = 3", 3),
        ):
            savepoint = cr.savepoint()
            cr.execute(statement, [ticket.id])
            self.env.invalidate_all(flush=False)
            self.assertEqual(ticket._first_broken_event(), found, statement)
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all(flush=False)
        self.assertFalse(ticket._first_broken_event())

    def test_entries_are_sealed(self):
        event = self.make_ticket().event_ids[:1]
        for user in ("compliance", "lead", "bank_admin"):
            with self.assertRaises(AccessError):
                self.as_user(user, event).write({"kind": "x"})
        with self.assertRaisesRegex(AccessError, r"\[sealed_record\]"):
            event.write({"kind": "x"})
        with self.assertRaisesRegex(AccessError, r"\[sealed_record\]"):
            event.unlink()

    def test_whoever_may_read_a_ticket_may_write_to_the_customer(self):
        ticket = self.make_ticket()
        for role in ("rm_north", "operations"):
            self.as_user(role, ticket).message_post(
                body="We called you", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.assertEqual(self.kinds_of(ticket).count("staff_message"), 2)

    def test_words_of_both_sides_are_remembered(self):
        ticket = self.make_ticket()
        ticket.with_user(self.users["agent"]).message_post(
            body="We look into it", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(ticket.first_response_at)
        ticket.with_user(self.users["agent"]).message_post(
            body="note", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        ticket.message_post(
            body="Thank you", author_id=self.anna.id, message_type="email", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(ticket.last_customer_message_at)
        kinds = self.kinds_of(ticket)
        self.assertEqual(kinds.count("staff_message"), 1)
        self.assertEqual(kinds.count("customer_message"), 1)


class TestTicketAccess(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ordinary = cls.make_ticket()
        cls.of_carl = cls.make_ticket(cls.carl)
        cls.restricted = cls.make_ticket(confidentiality="restricted")
        cls.conduct_case = cls.make_ticket(confidentiality="conduct")
        cls.whistle = cls.make_ticket(confidentiality="whistle")
        cls.nobodys = cls.make_ticket(False, is_anonymous=True)
        cls.all = cls.ordinary | cls.of_carl | cls.restricted | cls.conduct_case | cls.whistle | cls.nobodys

    def seen_by(self, role):
        return self.env["bank.ticket"].with_user(self.users[role]).search([("id", "in", self.all.ids)]).sudo()

    def test_who_sees_what(self):
        ordinary = self.ordinary | self.of_carl | self.nobodys
        for role, expected in {
            "rm_north": self.ordinary,
            "rm_south": self.of_carl,
            "manager_north": self.ordinary,
            "agent": ordinary,
            "operations": ordinary,
            "lead": ordinary | self.restricted,
            "conduct": ordinary | self.conduct_case | self.whistle,
            "compliance": self.all,
            "auditor": self.all,
        }.items():
            self.assertEqual(self.seen_by(role), expected.sorted("id", reverse=True), role)
        for role in ("bank_admin", "employee"):
            with self.assertRaises(AccessError):
                self.seen_by(role)

    def test_the_portal_shows_ones_own(self):
        own = self.make_ticket(self.make_customer("Portal"))
        own._unguarded().partner_id = self.users["portal"].partner_id
        found = self.env["bank.ticket"].with_user(self.users["portal"]).search([])
        self.assertEqual(found.sudo(), own)
        with self.assertRaises(AccessError):
            found.read(["user_id"])
        with self.assertRaises(AccessError):
            found.write({"subject": "changed"})

    def test_whoever_is_complained_of_sees_nothing(self):
        self.ordinary.complained_user_ids = self.users["agent"] | self.users["compliance"]
        self.assertNotIn(self.ordinary, self.seen_by("agent"))
        self.assertNotIn(self.ordinary, self.seen_by("compliance"))
        self.assertIn(self.ordinary, self.seen_by("agent_two"))
        event = self.ordinary.event_ids[:1]
        with self.assertRaises(AccessError):
            self.as_user("agent", event).read(["kind"])

    def test_only_the_conduct_group_reads_names_of_employees(self):
        self.ordinary.complained_user_ids = self.users["rm_south"]
        with self.assertRaises(AccessError):
            self.as_user("agent", self.ordinary).read(["complained_user_ids"])
        self.assertTrue(self.as_user("conduct", self.ordinary).read(["complained_user_ids"]))

    def test_tracking_code_opens_one_ticket(self):
        code = self.ordinary._issue_tracking_code()
        self.assertEqual(self.env["bank.ticket"]._find_tracked(self.ordinary.number, code.lower()), self.ordinary)
        self.assertFalse(self.env["bank.ticket"]._find_tracked(self.of_carl.number, code))
        second = self.ordinary._issue_tracking_code()
        self.assertFalse(self.env["bank.ticket"]._find_tracked(self.ordinary.number, code))
        self.assertTrue(self.env["bank.ticket"]._find_tracked(self.ordinary.number, second))
        self.env.cr.execute("SELECT tracking_hash FROM bank_ticket WHERE id = %s", [self.ordinary.id])
        self.assertNotIn(second, self.env.cr.fetchone()[0])
