from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError

from .lifecycle_common import LifecycleCase


class TestTicketParties(LifecycleCase):
    def party(self, ticket, role="agent", **values):
        vals = {"ticket_id": ticket.id, "role": role, **(values or {"name": "Lin", "phone": "123"})}
        return self.env["bank.ticket.party"].with_user(self.users["agent"]).create(vals)

    def file(self, name="authority.pdf"):
        return self.env["ir.attachment"].with_user(self.users["agent"]).create({"name": name, "raw": b"signed"})

    def test_an_agent_gets_letters_when_he_has_shown_his_authority(self):
        ticket = self.make_ticket()
        for role in ("agent", "heir"):
            party = self.party(ticket, role)
            self.assertFalse(party.is_authorised)
            with self.assertRaisesRegex(UserError, r"\[authority_missing\]"):
                party._check_authorised()
            party.authority_attachment_ids = [Command.link(self.file().id)]
            self.assertTrue(party.is_authorised)
            party._check_authorised()
            party.valid_to = fields.Date.today() - timedelta(days=1)
            self.assertFalse(party.is_authorised)
            party.valid_to = fields.Date.today() + timedelta(days=1)
            self.assertTrue(party.is_authorised)
        self.assertTrue(self.party(ticket, "complainant").is_authorised)
        third = self.party(ticket, "third_party")
        self.assertFalse(third.is_authorised)
        self.assertNotIn(third.sudo(), ticket._letter_parties())
        self.assertEqual(len(ticket._letter_parties()), 3)

    def test_the_document_belongs_to_the_party(self):
        ticket = self.make_ticket(confidentiality="conduct", user_id=self.users["agent"].id)
        party = self.party(ticket)
        party.authority_attachment_ids = [Command.link(self.file().id)]
        file = party.authority_attachment_ids
        self.assertEqual((file.res_model, file.res_id), ("bank.ticket.party", party.id))
        self.assertTrue(self.as_user("conduct", file).read(["name"]))
        with self.assertRaises(AccessError):
            self.as_user("agent_two", file).read(["name"])

    def test_nobody_links_a_file_that_he_may_not_read(self):
        secret = self.env["ir.attachment"].create({"name": "secret", "raw": b"x"})
        with self.assertRaises(AccessError):
            self.party(self.make_ticket()).authority_attachment_ids = [Command.link(secret.id)]

    def test_a_party_can_be_reached(self):
        ticket = self.make_ticket()
        with self.assertRaisesRegex(ValidationError, "Party"):
            self.party(ticket, name="Lin")
        party = self.party(ticket, partner_id=self.anna.id)
        self.assertEqual((party.name, party.email), ("Anna", "anna@example.com"))

    def test_a_group_sends_at_most_as_many_representatives_as_the_setting_says(self):
        ticket = self.make_ticket()
        for _number in range(5):
            self.party(ticket, "representative")
        with self.assertRaisesRegex(ValidationError, r"\[too_many_representatives\].*at most 5"):
            self.party(ticket, "representative")

    def test_the_number_of_representatives_is_a_setting(self):
        self.company.bank_ticket_representatives = 6
        ticket = self.make_ticket()
        for _number in range(6):
            self.party(ticket, "representative")
        self.party(ticket, "complainant")
        with self.assertRaisesRegex(ValidationError, "at most 6"):
            self.party(ticket, "representative")

    def test_many_persons_make_a_major_complaint_and_compliance_is_told(self):
        ticket = self.make_ticket(affected_count=19)
        self.assertFalse(ticket.is_major)
        self.agent(ticket).affected_count = 20
        self.assertTrue(ticket.is_major)
        self.assertEqual(self.event(ticket, "major"), {"persons": 20})
        told = ticket.activity_ids.user_id
        self.assertIn(self.users["compliance"], told)
        self.agent(ticket).is_major = False
        self.assertTrue(ticket.is_major, "nobody takes that back while there are so many")
        self.assertEqual(self.kinds_of(ticket).count("major"), 1)

    def test_a_ticket_is_registered_as_major(self):
        self.company.bank_ticket_major_persons = 5
        ticket = self.make_ticket(affected_count=5)
        self.assertTrue(ticket.is_major)
        self.assertEqual(self.kinds_of(ticket).count("major"), 1)

    def test_an_officer_who_is_complained_of_is_not_told(self):
        ticket = self.make_ticket()
        ticket.complained_user_ids = self.users["compliance"]
        self.agent(ticket).affected_count = 30
        self.assertNotIn(self.users["compliance"], ticket.sudo().activity_ids.user_id)

    def test_the_account_is_one_of_the_customers(self):
        ticket = self.make_ticket()
        self.agent(ticket).holding_id = self.anna_account
        self.agent(ticket).holding_id = self.joint_fund
        with self.assertRaisesRegex(ValidationError, "Account or Contract"):
            self.agent(ticket).holding_id = self.carl_account
        with self.assertRaisesRegex(ValidationError, "identify the customer"):
            self.make_ticket(False, holding_id=self.anna_account.id)

    def test_a_party_stays_with_its_ticket(self):
        party = self.party(self.make_ticket())
        with self.assertRaisesRegex(ValidationError, "stays with its ticket"):
            party.write({"ticket_id": self.make_ticket().id})

    def test_who_sees_the_people(self):
        ticket = self.make_ticket(confidentiality="conduct", user_id=self.users["agent"].id)
        party = self.party(ticket)
        for role in ("agent", "conduct", "compliance", "auditor"):
            self.assertTrue(self.as_user(role, party).has_access("read"), role)
        for role in ("agent_two", "lead", "rm_north", "operations", "bank_admin", "portal"):
            self.assertFalse(self.as_user(role, party).has_access("read"), role)
        self.assertFalse(self.as_user("auditor", party).has_access("write"))
        kinds = self.kinds_of(ticket)
        self.as_user("conduct", party).unlink()
        self.assertEqual(self.kinds_of(ticket), [*kinds, "party_removed"])
