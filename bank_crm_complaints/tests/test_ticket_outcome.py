from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time

from .lifecycle_common import REASONS, LifecycleCase


class TestTicketOutcome(LifecycleCase):
    def test_a_decision_has_reasons(self):
        for outcome in ("upheld", "partly", "not_upheld", "out_of_scope"):
            ticket = self.agent(self.make_ticket())
            with self.assertRaisesRegex(ValidationError, r"\[reasons_missing\]"):
                ticket.outcome = outcome
        ticket = self.agent(self.make_ticket())
        ticket.write({"outcome": "upheld", "outcome_reason": REASONS})
        self.assertEqual(self.event(ticket, "outcome"), {"from": None, "to": "upheld"})
        with self.assertRaisesRegex(ValidationError, r"\[reasons_missing\]"):
            self.env["bank.ticket"].with_user(self.users["agent"]).create({"subject": "x", "outcome": "upheld"})
        inquiry = self.agent(self.make_ticket(kind="inquiry"))
        inquiry.outcome = "out_of_scope"

    def test_acceptance_alone_stops_the_three_days(self):
        """DISP 1.5: the summary resolution alone is not enough, the customer has to accept."""
        with freeze_time("2026-03-02 10:00:00"):
            ticket = self.make_ticket(regime_ids=[Command.set(self.disp.ids)])
        with freeze_time("2026-03-03 10:00:00"):
            self.agent(ticket).write({"outcome": "upheld", "outcome_reason": REASONS})
            self.send(ticket, "summary_resolution")
            option = ticket.sudo().clock_ids.filtered(lambda clock: clock.rule_id.needs_acceptance)
            self.assertEqual(option.state, "running")
        with freeze_time("2026-03-04 10:00:00"):
            self.apply("bank.ticket.reaction", "agent", ticket, decision="accepted", channel="phone", form="oral")
            self.assertEqual(option.state, "met")
        reaction = ticket.sudo().acceptance_ids
        self.assertEqual(reaction.noted_by_id, self.users["agent"])
        self.assertEqual(self.event(ticket, "accepted"), {"channel": "phone", "form": "oral"})

    def test_a_rejection_takes_the_ticket_back(self):
        ticket = self.make_ticket()
        self.agent(ticket).write({"outcome": "not_upheld", "outcome_reason": REASONS})
        self.send(ticket, "decision")
        self.assertEqual(ticket.state, "responded")
        self.agent(ticket)._record_acceptance("rejected", "portal", "written", note="Not at all")
        self.assertEqual(ticket.state, "investigating")
        self.assertEqual(ticket.acceptance_ids.note, "Not at all")

    def test_reactions_are_sealed_and_true(self):
        ticket = self.make_ticket()
        now = fields.Datetime.now()
        with self.assertRaisesRegex(ValidationError, "When"):
            self.agent(ticket)._record_acceptance("accepted", "phone", "oral", at=now + timedelta(hours=1))
        with self.assertRaisesRegex(ValidationError, "before"):
            self.agent(ticket)._record_acceptance("accepted", "phone", "oral", at=now - timedelta(days=9))
        reaction = self.agent(ticket)._record_acceptance("accepted", "phone", "oral")
        for role in ("agent", "lead", "compliance"):
            with self.assertRaises(AccessError):
                self.as_user(role, reaction).write({"decision": "rejected"})
            with self.assertRaises(AccessError):
                self.env["bank.ticket.acceptance"].with_user(self.users[role]).create(
                    {"ticket_id": ticket.id, "decision": "accepted", "channel": "phone", "form": "oral"}
                )
        with self.assertRaisesRegex(AccessError, r"\[sealed_record\]"):
            reaction.sudo().unlink()

    def test_a_closed_ticket_is_opened_again_instead(self):
        ticket = self.close(self.make_ticket())
        with self.assertRaisesRegex(UserError, r"\[ticket_closed\]"):
            self.agent(ticket)._record_acceptance("rejected", "phone", "oral")
