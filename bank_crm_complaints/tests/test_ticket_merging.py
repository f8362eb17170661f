from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time

from .lifecycle_common import LifecycleCase


class TestTicketMerging(LifecycleCase):
    def setUp(self):
        super().setUp()
        with freeze_time("2026-03-02 03:00:00"):
            self.early = self.make_ticket()
        with freeze_time("2026-03-09 03:00:00"):
            self.late = self.make_ticket()
        self.freezer = freeze_time("2026-03-10 03:00:00")
        self.freezer.start()
        self.addCleanup(self.freezer.stop)

    def merge(self, sources, target, reason="The same fee"):
        return self.agent(sources)._merge_into(target.with_user(self.users["agent"]), reason)

    def unmerge(self, ticket, reason="Two fees after all"):
        return self.agent(ticket)._unmerge(reason)

    def test_only_tickets_of_one_customer(self):
        """The peer merges tickets of two customers, and both follow the result (weakness 10)."""
        of_carl = self.make_ticket(self.carl)
        with self.assertRaisesRegex(UserError, r"\[other_customer\].*Answer each customer for himself"):
            self.merge(of_carl, self.early)
        with self.assertRaisesRegex(UserError, r"\[not_identified\].*Identify the customer"):
            self.merge(self.make_ticket(False), self.early)
        self.assertEqual((of_carl.state, self.early.state), ("new", "new"))
        self.assertNotIn(self.carl, self.early.message_partner_ids)

    def test_only_of_one_company_only_open_ones_and_no_complaint_into_an_inquiry(self):
        inquiry = self.make_ticket(kind="inquiry")
        with self.assertRaisesRegex(UserError, r"\[kind_differs\]"):
            self.merge(self.late, inquiry)
        closed = self.close(self.make_ticket())
        with self.assertRaisesRegex(UserError, r"\[ticket_closed\]"):
            self.merge(self.late, closed)
        with self.assertRaisesRegex(UserError, r"\[reason_missing\]"):
            self.merge(self.late, self.early, "")
        other = self.env["res.company"].create({"name": "Other Bank"})
        foreign = self.make_ticket(self.contact, company_id=other.id)
        with self.assertRaisesRegex(UserError, r"\[other_company\]"):
            foreign._merge_into(self.make_ticket(self.contact), "x")

    def test_the_source_ends_and_leads_to_the_target(self):
        """The peer's source stays new with its SLA running and without a link back (weakness 10)."""
        self.merge(self.late, self.early)
        self.assertEqual((self.late.state, self.late.outcome), ("closed", "duplicate"))
        self.assertEqual(self.late.merged_into_id, self.early)
        self.assertEqual(self.early.merged_source_ids, self.late)
        self.assertEqual(self.late.received_at, self.at("2026-03-09 03:00:00"))
        self.assertEqual(self.clocks(self.late), {"decision": "cancelled"})
        self.assertFalse(self.due(self.late))
        self.assertEqual(self.event(self.late, "merged")["ticket"], self.early.number)
        self.assertEqual(self.event(self.early, "merge_received")["tickets"], [self.late.number])
        self.assertEqual(self.late.related_ticket_count, 1)
        self.assertEqual(self.early.related_ticket_count, 1)
        self.assertFalse(self.late._first_broken_event() or self.early._first_broken_event())

    def test_the_target_inherits_the_strictest_deadline(self):
        due = self.due(self.early)
        own = self.due(self.late)
        self.assertLess(due, own)
        self.merge(self.early, self.late)
        self.assertEqual(self.due(self.late), due, "the earliest receipt governs")
        self.unmerge(self.early)
        self.assertEqual(self.due(self.late), own)
        self.assertEqual(self.due(self.early), due)

    def test_the_target_inherits_what_it_had_no_clock_for(self):
        self.early.regime_ids = [Command.link(self.psr.id)]
        running = self.clocks(self.early)
        self.merge(self.early, self.late)
        self.assertEqual(self.clocks(self.late), running)
        self.unmerge(self.early)
        self.assertEqual(self.clocks(self.early), running)
        self.assertEqual([code for code, state in self.clocks(self.late).items() if state == "running"], ["decision"])

    def test_what_hangs_on_a_ticket_moves_and_comes_back(self):
        agent = self.users["agent"]
        message = self.late.with_user(agent).message_post(
            body="Before", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        file = self.env["ir.attachment"].create(
            {"name": "a.pdf", "raw": b"a", "res_model": "bank.ticket", "res_id": self.late.id}
        )
        party = self.env["bank.ticket.party"].create({"ticket_id": self.late.id, "name": "Lin", "phone": "1"})
        letter = self.send(self.late, "acknowledgement")
        activity = self.late.activity_schedule("mail.mail_activity_data_todo", user_id=agent.id)
        moving = (message.sudo(), file, party, letter, activity)
        state = self.late.state

        def owners():
            self.env.invalidate_all()
            return [
                record.ticket_id.id if "ticket_id" in record._fields else record.res_id for record in moving
            ]

        self.merge(self.late, self.early)
        self.assertEqual(owners(), [self.early.id] * 5)
        after = self.early.with_user(agent).message_post(
            body="After", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.unmerge(self.late)
        self.assertEqual(owners(), [self.late.id] * 5)
        self.assertEqual(after.res_id, self.early.id)
        self.assertEqual((self.late.state, self.late.outcome, self.late.closed_at), (state, False, False))
        self.assertFalse(self.late.merged_into_id)
        self.assertEqual(self.clocks(self.late)["decision"], "running")
        merge = self.early.merge_ids
        self.assertEqual((merge.undone_by_id, merge.undo_reason), (agent, "Two fees after all"))
        self.assertEqual(self.late.closure_ids.reopen_reason, "Two fees after all")
        self.assertFalse(self.late._first_broken_event() or self.early._first_broken_event())
        # and once more
        self.merge(self.late, self.early)
        self.assertEqual(owners(), [self.early.id] * 5)

    def test_the_target_is_as_closed_as_the_stricter_of_the_two(self):
        lead = self.users["lead"]
        self.late.write({"confidentiality": "restricted"})
        self.late.complained_user_ids = self.users["rm_south"]
        self.late.with_user(lead)._merge_into(self.early.with_user(lead), "The same fee")
        self.assertEqual(self.early.confidentiality, "restricted")
        self.assertEqual(self.early.complained_user_ids, self.users["rm_south"])
        self.assertFalse(self.agent(self.early).has_access("read"))
        self.late.with_user(lead)._unmerge("Two fees")
        self.assertEqual(self.early.confidentiality, "public")
        self.assertFalse(self.early.complained_user_ids)

    def test_nothing_is_merged_twice_or_opened_while_merged(self):
        self.merge(self.late, self.early)
        third = self.make_ticket()
        with self.assertRaisesRegex(UserError, r"\[already_merged\]"):
            self.merge(self.late, third)
        with self.assertRaisesRegex(UserError, r"\[ticket_merged\]"):
            self.agent(self.late)._reopen("x")
        self.merge(self.early, third)
        with self.assertRaisesRegex(UserError, r"\[already_merged\].*Undo that first"):
            self.unmerge(self.late)
        self.unmerge(self.early)
        self.unmerge(self.late)
        with self.assertRaisesRegex(UserError, r"\[not_merged\]"):
            self.unmerge(self.late)
        self.assertEqual({ticket.state for ticket in (self.early, self.late, third)}, {"new"})

    def test_several_at_once_by_the_wizard(self):
        third = self.make_ticket()
        tickets = self.early | self.late | third
        action = self.apply("bank.ticket.merge.new", "agent", tickets, reason="The same fee")
        self.assertEqual(action["res_id"], self.early.id, "the earliest one is proposed")
        self.assertEqual((self.late | third).merged_into_id, self.early)

    def test_who_may_merge(self):
        for role in ("rm_north", "auditor", "operations", "bank_admin"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.late)._merge_into(self.early.with_user(self.users[role]), "x")
        secret = self.make_ticket(confidentiality="conduct")
        with self.assertRaises(AccessError):
            self.merge(secret, self.early)
        self.merge(self.late, self.early)
        merge = self.early.merge_ids
        with self.assertRaises(AccessError):
            self.as_user("compliance", merge).write({"reason": "x"})
        with self.assertRaisesRegex(AccessError, r"\[guarded_field\]"):
            self.agent(self.late).write({"merged_into_id": False})


class TestTicketDuplicates(LifecycleCase):
    def mark(self, tickets, original, reason="Sent twice"):
        self.agent(tickets)._mark_duplicate_of(original.with_user(self.users["agent"]), reason)

    def test_similar_tickets_of_the_customer_are_proposed(self):
        ticket = self.make_ticket()
        same = self.make_ticket(subject="Fee on my free account")
        other = self.make_ticket(subject="Branch was closed", description="Nobody opened at nine in the morning.")
        of_carl = self.make_ticket(self.carl)
        secret = self.make_ticket(confidentiality="conduct")
        with freeze_time(fields.Datetime.subtract(fields.Datetime.now(), days=91)):
            old = self.make_ticket()
        found = self.agent(ticket)._duplicate_candidates().sudo()
        self.assertEqual(found, same)
        self.assertFalse(found & (other | of_carl | secret | old))
        self.company.bank_ticket_duplicate_days = 100
        self.assertEqual(self.agent(ticket)._duplicate_candidates().sudo(), same | old)
        self.assertEqual(self.as_user("compliance", ticket)._duplicate_candidates().sudo(), same | old | secret)
        nobodys = self.make_ticket(False, contact_email="x@example.com")
        twin = self.make_ticket(False, contact_email="X@example.com")
        self.assertEqual(self.agent(nobodys)._duplicate_candidates().sudo(), twin)
        self.assertFalse(self.agent(self.make_ticket(False))._duplicate_candidates())

    def test_each_keeps_its_receipt_and_the_earliest_governs(self):
        with freeze_time("2026-03-02 03:00:00"):
            first = self.make_ticket()
        with freeze_time("2026-03-09 03:00:00"):
            second = self.make_ticket()
            due = self.due(first)
            self.apply("bank.ticket.duplicate.mark", "agent", first, original_id=second, reason="Sent twice")
        self.assertEqual((first.state, first.outcome, first.duplicate_of_id), ("closed", "duplicate", second))
        self.assertEqual(first.received_at, self.at("2026-03-02 03:00:00"))
        self.assertEqual(second.received_at, self.at("2026-03-09 03:00:00"))
        self.assertEqual(self.due(second), due)
        self.assertEqual(self.event(second, "duplicate_received")["received"], ["2026-03-02 03:00:00"])
        with freeze_time("2026-03-10 03:00:00"):
            self.agent(first)._reopen("Not the same")
        self.assertFalse(first.duplicate_of_id)
        self.assertEqual(self.due(first), due)
        self.assertGreater(self.due(second), due)

    def test_what_is_refused(self):
        ticket = self.make_ticket()
        for other, code in (
            (self.make_ticket(self.carl), "other_customer"),
            (self.close(self.make_ticket()), "ticket_closed"),
            (self.make_ticket(kind="inquiry"), "kind_differs"),
        ):
            with self.assertRaisesRegex(UserError, rf"\[{code}\]"):
                self.mark(ticket, other)
        self.assertTrue(ticket.is_open)
        with self.assertRaisesRegex(AccessError, r"\[guarded_field\]"):
            self.agent(ticket).write({"duplicate_of_id": self.make_ticket().id})
