import hashlib
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from .common import TicketWorld


@tagged("post_install", "-at_install")
class TestTicketTours(TicketWorld, HttpCase):
    """Tickets in the web client, in Chromium, as those who work on them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()
        cls.regimes = cls.env.ref("bank_crm_complaints.bank_ticket_regime_cn_nfra")
        cls.company.email = "office@example.com"
        cls.company.country_id = cls.env.ref("base.cn")
        cls.office.member_ids = [Command.create({"user_id": cls.users["agent"].id})]

    def test_from_a_call_to_the_decision(self):
        known = self.make_ticket(subject="Known already")
        self.start_tour("/odoo", "bank_ticket_agent_tour", login="bank_agent", timeout=180)
        self.env.invalidate_all()
        ticket = self.env["bank.ticket"].search([("partner_id", "=", self.anna.id), ("id", "!=", known.id)])
        self.assertRecordValues(ticket, [{"state": "closed", "outcome": "upheld", "intake": "phone"}])
        self.assertNotIn("4111", ticket.description)
        letter = ticket.letter_ids.filtered(lambda letter: letter.kind_id.code == "decision")
        self.assertEqual(letter.state, "sent")
        self.assertEqual(hashlib.sha256(letter.attachment_id.raw).hexdigest(), letter.sha256)
        duties = ticket.clock_ids.filtered(lambda clock: clock.kind == "statutory")
        self.assertTrue(duties)
        self.assertEqual(set(duties.mapped("state")), {"met"})
        self.assertFalse(ticket._first_broken_event())

    def test_a_supervisor_and_an_escalation(self):
        received = fields.Datetime.now() - timedelta(days=30)
        ticket = self.make_ticket(
            subject="Waits since long",
            received_at=received,
            regime_ids=[Command.set(self.regimes.ids)],
            team_id=self.office.id,
        )
        escalations = self.env["bank.ticket.escalation"]
        escalations._note(escalations._reached(500))
        self.start_tour("/odoo", "bank_ticket_supervisor_tour", login="bank_lead", timeout=120)
        self.env.invalidate_all()
        self.assertEqual(ticket.user_id, self.users["agent_two"])
