"""How a contact becomes a customer, and what he gets: number, company, profile, event."""

import psycopg2

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from ..common import BankCase


class TestBecoming(BankCase):
    def assert_customer(self, partner):
        self.assertTrue(partner.is_bank_customer)
        self.assertRegex(partner.customer_number, r"^C\d{8}$")
        self.assertEqual(partner.company_id, self.company)
        self.assertEqual((partner.lifecycle_stage, partner.kyc_state), ("onboarding", "pending"))
        self.assertEqual(partner.financial_profile_id.partner_id, partner)
        self.assertEqual(partner.financial_profile_id.currency_id, self.cny)
        self.assertEqual(self.events(partner).mapped("kind").count("customer.created"), 1)

    def test_by_create(self):
        partner = self.env["res.partner"].create({"name": "New", "is_bank_customer": True})
        self.assert_customer(partner)
        self.assertEqual(partner.customer_type, "individual")

    def test_by_write(self):
        self.contact.is_bank_customer = True
        self.assert_customer(self.contact)

    def test_by_default_of_the_context(self):
        self.assert_customer(
            self.env["res.partner"].with_context(default_is_bank_customer=True).create({"name": "New"})
        )

    def test_by_name_create(self):
        partner_id, _name = self.env["res.partner"].with_context(default_is_bank_customer=True).name_create("New")
        self.assert_customer(self.env["res.partner"].browse(partner_id))

    def test_many_at_once_have_different_numbers(self):
        partners = self.env["res.partner"].create(
            [{"name": f"New {index}", "is_bank_customer": True} for index in range(5)] + [{"name": "Contact"}]
        )
        numbers = partners.mapped("customer_number")
        self.assertEqual(len(set(numbers[:5])), 5)
        self.assertFalse(numbers[5])
        self.assertFalse(partners[5].financial_profile_id)

    def test_by_write_on_many(self):
        partners = self.env["res.partner"].create([{"name": "A"}, {"name": "B", "is_company": True}])
        (partners | self.anna).write({"is_bank_customer": True})
        for partner in partners:
            self.assert_customer(partner)
        self.assertEqual(partners[1].customer_type, "company")
        self.assertEqual(self.events(self.anna).mapped("kind").count("customer.created"), 1)

    def test_what_is_given_is_kept(self):
        partner = self.env["res.partner"].create(
            {
                "name": "New",
                "is_bank_customer": True,
                "customer_number": "K-77",
                "customer_type": "sole_trader",
                "lifecycle_stage": "growth",
                "kyc_state": "verified",
            }
        )
        self.assertEqual(
            (partner.customer_number, partner.customer_type, partner.lifecycle_stage, partner.kyc_state),
            ("K-77", "sole_trader", "growth", "verified"),
        )

    def test_what_is_given_with_the_write_is_kept(self):
        self.contact.write({"is_bank_customer": True, "customer_number": "K-78", "kyc_state": "due"})
        self.assertEqual((self.contact.customer_number, self.contact.kyc_state), ("K-78", "due"))

    def test_a_contact_gets_nothing(self):
        self.assertFalse(self.contact.customer_number or self.contact.financial_profile_id)
        self.assertFalse(self.contact.company_id)
        self.assertFalse(self.events(self.contact))

    def test_by_import(self):
        result = self.env["res.partner"].load(
            ["id", "name", "is_bank_customer", "customer_number", "relationship_manager_id", "branch_id"],
            [
                ["__import__.one", "One", "1", "", "bank_rm_north", "NVIP"],
                ["__import__.two", "Two", "1", "K-2", "", "NORTH"],
                ["__import__.three", "Three", "0", "", "", ""],
            ],
        )
        self.assertFalse(result["messages"])
        one, two, three = self.env["res.partner"].browse(result["ids"])
        self.assert_customer(one)
        self.assertEqual((one.relationship_manager_id, one.branch_id), (self.users["rm_north"], self.north_vip))
        self.assertEqual((two.customer_number, two.branch_id), ("K-2", self.north))
        self.assertEqual(two.assignment_ids.branch_id, self.north)
        self.assertFalse(three.financial_profile_id)

    def test_a_customer_remains_one(self):
        with self.assertRaises(UserError):
            self.anna.is_bank_customer = False


class TestNumbers(BankCase):
    def test_unique_in_a_company(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.make_customer("Twin", customer_number=self.anna.customer_number)

    def test_two_companies_may_have_the_same(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        twin = self.make_customer("Twin", customer_number=self.anna.customer_number, company_id=other.id)
        self.assertEqual(twin.customer_number, self.anna.customer_number)

    def test_an_archived_customer_keeps_his(self):
        self.anna.active = False
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.make_customer("Twin", customer_number=self.anna.customer_number)

    def test_a_company_s_own_sequence_is_used(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        self.env["ir.sequence"].create(
            {"name": "Theirs", "code": "bank.customer.number", "prefix": "X", "company_id": other.id}
        )
        self.assertTrue(self.make_customer("New", company_id=other.id).customer_number.startswith("X"))
        self.assertTrue(self.make_customer("New").customer_number.startswith("C"))

    def test_a_copy_is_a_customer_of_its_own(self):
        self.anna.risk_class = "c4"
        copy = self.anna.copy()
        self.assertTrue(copy.is_bank_customer)
        self.assertNotEqual(copy.customer_number, self.anna.customer_number)
        self.assertNotEqual(copy.financial_profile_id, self.anna.financial_profile_id)
        self.assertFalse(copy.risk_class or copy.relationship_manager_id or copy.holding_party_ids)
        self.assertEqual(copy.aum, 0)


class TestAddresses(BankCase):
    def test_invoice_and_delivery_addresses_are_no_customers(self):
        for type_ in ("invoice", "delivery"):
            with self.assertRaises(ValidationError):
                self.make_customer("Address", type=type_)
            with self.assertRaises(ValidationError):
                self.anna.type = type_

    def test_other_types_may_be(self):
        for type_ in ("contact", "other"):
            self.assertTrue(self.make_customer("Person", type=type_).financial_profile_id)

    def test_addresses_below_a_customer_are_not_made_customers_by_the_action_s_context(self):
        mine = self.as_user("rm_north", self.anna)
        for partner in (self.anna, self.env["res.partner"], mine, mine.browse()):
            partner = partner.with_context(default_is_bank_customer=True)
            vals = {"name": "Anna", "child_ids": [Command.create({"name": "Invoices", "type": "invoice"})]}
            if partner:
                partner.write(vals)
            else:
                partner = partner.create(vals)
            self.assertTrue(partner.is_bank_customer)
            self.assertEqual(set(partner.child_ids.mapped("is_bank_customer")), {False})


class TestProfile(BankCase):
    def test_exactly_one(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.env["bank.financial.profile"].create({"partner_id": self.anna.id})

    def test_marking_a_customer_again_keeps_it(self):
        profile = self.anna.financial_profile_id
        self.anna.is_bank_customer = True
        self.assertEqual(self.anna.financial_profile_id, profile)

    def test_a_profile_of_somebody_else_is_refused(self):
        """Figures are read through this link: it may not lead to another customer."""
        with self.assertRaises(ValidationError):
            self.anna.financial_profile_id = self.carl.financial_profile_id
        with self.assertRaises(ValidationError):
            self.as_user("rm_north", self.anna).write({"financial_profile_id": self.carl.financial_profile_id.id})

    def test_a_profile_does_not_change_hands(self):
        with self.assertRaises(ValidationError):
            self.anna.financial_profile_id.partner_id = self.contact

    def test_birthdates_lie_in_the_past(self):
        profile = self.anna.financial_profile_id
        profile.birthdate = "1990-03-07"
        for bad in ("2999-01-01", "1800-01-01"):
            with self.assertRaisesRegex(ValidationError, "^Birthdate"):
                profile.birthdate = bad

    def test_income_is_not_negative(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.CheckViolation):
            self.anna.financial_profile_id.annual_income = -1
            self.env.flush_all()


class TestKeeping(BankCase):
    def test_a_customer_cannot_be_deleted(self):
        for forged in ({}, {"bank_seal_key": True}, {"bank_seal_key": object()}, {"force_delete": True}):
            with self.assertRaisesRegex(UserError, "Archive"):
                self.olga.with_context(**forged).unlink()
        self.assertTrue(self.olga.exists())

    def test_a_contact_can(self):
        self.contact.unlink()
        self.assertFalse(self.contact.exists())

    def test_a_customer_can_be_archived_and_brought_back(self):
        self.anna.action_archive()
        self.assertFalse(self.anna.active)
        self.assertTrue(self.anna.financial_profile_id and self.anna.assignment_ids)
        self.anna.action_unarchive()
        self.assertEqual(self.anna.relationship_manager_id, self.users["rm_north"])
