from odoo import Command
from odoo.exceptions import UserError, ValidationError

from .lifecycle_common import REASONS, LifecycleCase


class TestTicketLetterParty(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.make_ticket()
        self.agent(self.ticket).write({"outcome": "upheld", "outcome_reason": REASONS})

    def party(self, **values):
        return self.env["bank.ticket.party"].create(
            {"ticket_id": self.ticket.id, "role": "agent", "name": "Lin", "email": "lin@example.com", **values}
        )

    def letter(self, code="progress", **values):
        kind = self.env["bank.ticket.letter.kind"].search([("code", "=", code)])
        vals = {"ticket_id": self.ticket.id, "kind_id": kind.id, "lang": "en_US", "facts": "We look at it.", **values}
        return self.env["bank.ticket.letter"].with_user(self.users["agent"]).create(vals)

    def document(self):
        return [Command.create({"name": "authority.pdf", "raw": b"signed"})]

    def test_a_letter_to_a_party_goes_to_his_address(self):
        party = self.party(role="complainant")
        letter = self.letter(party_id=party.id)
        self.assertEqual((letter.recipient_name, letter.email_to), ("Lin", "lin@example.com"))
        letter.action_send()
        self.assertEqual(letter.state, "sent")

    def test_nobody_of_another_ticket(self):
        party = self.party(ticket_id=self.make_ticket(self.carl).id)
        with self.assertRaisesRegex(ValidationError, "nobody of the ticket"):
            self.letter(party_id=party.id)

    def test_no_letter_to_an_agent_without_his_authority(self):
        party = self.party()
        letter = self.letter(party_id=party.id)
        with self.assertRaisesRegex(UserError, r"\[authority_missing\] Lin"):
            letter.action_send()
        self.assertEqual(letter.state, "draft")
        party.authority_attachment_ids = self.document()
        letter.action_send()
        self.assertEqual(letter.state, "sent")

    def test_no_decision_to_the_address_of_an_heir_without_proof(self):
        party = self.party(role="heir", email="Anna@Example.com")
        decision = self.letter("decision")
        self.assertEqual(decision.email_to, "anna@example.com")
        self.assertEqual(decision._acting_parties(), party)
        with self.assertRaisesRegex(UserError, r"\[authority_missing\]"):
            decision.action_send()
        self.assertFalse(self.letter()._acting_parties(), "asking for the proof is allowed")
        party.authority_attachment_ids = self.document()
        decision._acting_parties()._check_authorised()
