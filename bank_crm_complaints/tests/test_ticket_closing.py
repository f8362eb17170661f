from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time

from ..models import bank_ticket_closing
from .lifecycle_common import REASONS, LifecycleCase


class TestTicketReopening(LifecycleCase):
    def reopen(self, ticket, reason="New papers came"):
        return self.agent(ticket)._reopen(reason)

    def test_every_closing_is_kept(self):
        """The peer keeps the first closing date and overwrites it at the next one (weakness 9)."""
        with freeze_time("2026-03-02 03:00:00"):
            ticket = self.make_ticket()
        with freeze_time("2026-03-05 03:00:00"):
            self.close(ticket)
        self.assertEqual(ticket.closed_at, self.at("2026-03-05 03:00:00"))
        with freeze_time("2026-03-07 03:00:00"):
            self.assertEqual(self.reopen(ticket), ticket)
        self.assertFalse(ticket.closed_at)
        self.assertFalse(ticket.outcome)
        self.assertEqual((ticket.state, ticket.reopen_count), ("investigating", 1))
        self.assertEqual(ticket.received_at, self.at("2026-03-02 03:00:00"))
        with freeze_time("2026-03-09 03:00:00"):
            self.close(ticket, "upheld")
        first, second = ticket.closure_ids.sorted("id")
        self.assertEqual(
            (first.closed_at, first.outcome, first.closed_by_id, first.reopened_at, first.reopened_by_id),
            (
                self.at("2026-03-05 03:00:00"),
                "not_upheld",
                self.users["agent"],
                self.at("2026-03-07 03:00:00"),
                self.users["agent"],
            ),
        )
        self.assertEqual((first.reopen_reason, first.outcome_reason), ("New papers came", REASONS))
        self.assertEqual((second.outcome, second.reopened_at), ("upheld", False))
        self.assertTrue(self.events(self.anna, "ticket.reopened"))
        with self.assertRaises(AccessError):
            self.as_user("compliance", first).write({"outcome": "upheld"})
        with self.assertRaisesRegex(AccessError, r"\[sealed_record\]"):
            first.write({"closed_at": fields.Datetime.now()})

    def test_later_the_matter_is_a_new_ticket(self):
        with freeze_time("2026-01-10 03:00:00"):
            ticket = self.close(self.make_ticket(confidentiality="restricted", user_id=self.users["agent"].id))
            ticket.complained_user_ids = self.users["rm_south"]
        with freeze_time("2026-02-09 03:00:00"):
            on_the_last_day = ticket._is_within_reopen_days()
        self.assertTrue(on_the_last_day)
        with freeze_time("2026-02-09 03:00:01"):
            followup = self.reopen(ticket)
            self.assertNotEqual(followup, ticket)
            self.assertEqual(followup.followup_of_id, ticket)
            self.assertEqual(followup.received_at, fields.Datetime.now())
            self.assertEqual(followup.partner_id, self.anna)
            self.assertEqual(followup.confidentiality, "restricted")
            self.assertEqual(followup.sudo().complained_user_ids, self.users["rm_south"])
            self.assertTrue(self.due(followup), "a new complaint has its own legal deadline")
        self.assertEqual(ticket.state, "closed")
        self.assertEqual(
            self.event(ticket, "followed_up"), {"ticket": followup.number, "reason": "New papers came"}
        )

    def test_several_at_once_each_in_its_way(self):
        with freeze_time("2026-01-10 03:00:00"):
            old = self.close(self.make_ticket())
        with freeze_time("2026-03-01 03:00:00"):
            young = self.close(self.make_ticket())
        with freeze_time("2026-03-02 03:00:00"):
            self.apply("bank.ticket.reopen", "agent", old | young, reason="New papers")
            followup = self.env["bank.ticket"].search([("followup_of_id", "=", old.id)])
        self.assertEqual((old.state, young.state, followup.state), ("closed", "investigating", "new"))

    def test_a_ticket_is_not_opened_again_and_again(self):
        self.company.bank_ticket_reopen_limit = 1
        ticket = self.close(self.make_ticket())
        self.reopen(ticket)
        self.close(ticket)
        with self.assertRaisesRegex(UserError, r"\[reopen_limit\].*New Follow-up"):
            self.reopen(ticket)
        followup = self.agent(ticket)._follow_up_by_hand("Again")
        self.assertEqual(followup.followup_of_id, ticket)

    def test_investigating_is_no_back_door(self):
        ticket = self.close(self.make_ticket())
        with self.assertRaisesRegex(UserError, r"\[ticket_closed\]"):
            self.agent(ticket).action_investigate()
        with self.assertRaisesRegex(UserError, r"\[reason_missing\]"):
            self.reopen(ticket, "")
        with self.assertRaisesRegex(UserError, r"\[ticket_open\]"):
            self.reopen(self.make_ticket())
        with self.assertRaisesRegex(UserError, r"\[ticket_closed\]"):
            self.agent(ticket).action_close()
        for values in ({"reopen_count": 0}, {"reopen_asked_at": False}, {"followup_of_id": False}):
            with self.assertRaisesRegex(AccessError, r"\[guarded_field\]"):
                self.agent(ticket).write(values)
        for role in ("auditor", "rm_north"):
            with self.assertRaises(AccessError):
                self.as_user(role, ticket)._reopen("x")

    def test_a_letter_that_comes_back_opens_the_ticket(self):
        ticket = self.make_ticket()
        self.agent(ticket).write({"outcome": "upheld", "outcome_reason": REASONS})
        letter = self.send(ticket, "decision")
        self.agent(ticket).action_close()
        self.assertEqual(ticket.state, "closed")
        letter._unguarded().write({"state": "bounced"})
        ticket._on_letter_bounced(letter)
        self.assertEqual(ticket.state, "investigating")
        self.assertTrue(self.due(ticket))
        self.assertTrue(ticket.closure_ids.reopened_at)

    def test_a_message_after_the_closing_opens_nothing(self):
        ticket = self.close(self.make_ticket(user_id=self.users["agent"].id))
        for text in ("Thanks", "This is outrageous", "Thanks again"):
            ticket.message_post(
                body=text, author_id=self.anna.id, message_type="email", subtype_xmlid="mail.mt_comment"
            )
        self.assertEqual((ticket.state, ticket.reopen_count), ("closed", 0))
        self.assertTrue(ticket.reopen_asked_at)
        self.assertEqual(len(ticket.activity_ids), 1)
        self.assertEqual(ticket.activity_ids.user_id, self.users["agent"])
        listed = self.env["bank.ticket"].with_user(self.users["agent"]).search([("reopen_asked_at", "!=", False)])
        self.assertIn(ticket, listed.sudo())
        self.agent(ticket).action_dismiss_reopening()
        self.assertFalse(ticket.reopen_asked_at)
        self.assertEqual(ticket.state, "closed")
        self.assertIn("reopen_declined", self.kinds_of(ticket))
        owed = ticket.sudo().clock_ids.filtered(lambda clock: clock.is_open and clock.kind != "option")
        self.assertFalse(owed, "nothing is owed on a ticket that stays closed")

    def test_without_a_handler_the_leader_of_the_team_is_told(self):
        ticket = self.close(self.make_ticket(team_id=self.office.id, user_id=False))
        ticket._customer_wrote_after_closing()
        self.assertEqual(ticket.activity_ids.user_id, self.users["lead"])
        self.reopen(ticket)
        self.assertFalse(ticket.reopen_asked_at)


class TestTicketAutoClose(LifecycleCase):
    def run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("bank_crm_complaints.ir_cron_ticket_close_answered").method_direct_trigger()

    def answered(self, days, **values):
        with freeze_time(fields.Datetime.now() - timedelta(days=days)):
            ticket = self.make_ticket(**{"kind": "service_request", **values})
            ticket._set_state("responded")
        return ticket

    def test_answered_requests_close_by_themselves_and_complaints_never(self):
        silent = self.answered(15)
        young = self.answered(13)
        complaint = self.answered(100, kind="complaint")
        talking = self.answered(20)
        talking._on_customer_message(fields.Datetime.now() - timedelta(days=1))
        under_law = self.answered(20)
        under_law._unguarded().next_statutory_due_at = fields.Datetime.now() + timedelta(days=1)
        open_one = self.make_ticket(kind="inquiry")
        self.run_job()
        everything = silent | young | complaint | talking | under_law | open_one
        everything.invalidate_recordset()
        self.assertEqual(everything.filtered(lambda ticket: ticket.state == "closed"), silent)
        self.assertEqual(self.event(silent, "state")["by"], "silence")
        self.assertTrue(silent.closure_ids)

    def test_the_days_are_the_companys(self):
        ticket = self.answered(5)
        self.company.bank_ticket_auto_close_days = 4
        self.run_job()
        ticket.invalidate_recordset()
        self.assertEqual(ticket.state, "closed")

    def test_batches_and_a_run_that_was_cut_short(self):
        tickets = self.env["bank.ticket"].union(*(self.answered(20) for _number in range(5)))
        self.env.flush_all()
        with (
            patch.object(bank_ticket_closing, "CLOSED_PER_BATCH", 2),
            patch.object(
                self.env.registry["ir.cron"], "_commit_progress", lambda *args, processed=0, **kwargs: not processed
            ),
        ):
            self.env["bank.ticket"]._cron_close_answered()
        self.assertEqual(len(tickets.filtered(lambda ticket: ticket.state == "closed")), 2)
        self.run_job()
        tickets.invalidate_recordset()
        self.assertEqual(set(tickets.mapped("state")), {"closed"})
