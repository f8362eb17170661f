"""The profile's fields on the customer's page."""

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import Form

from ..common import BankCase


class TestProfileFields(BankCase):
    def test_given_when_the_customer_is_created(self):
        partners = self.env["res.partner"].create(
            [
                {"name": "New", "is_bank_customer": True, "profile_birthdate": "1980-05-06"},
                {"name": "Other", "is_bank_customer": True},
                {"name": "Contact", "profile_occupation": "Baker"},
            ]
        )
        self.assertEqual(str(partners[0].financial_profile_id.birthdate), "1980-05-06")
        self.assertFalse(partners[1].profile_birthdate)
        self.assertFalse(partners[2].financial_profile_id)

    def test_given_when_the_contact_becomes_a_customer(self):
        self.contact.write({"is_bank_customer": True, "profile_annual_income": 200000})
        self.assertEqual(self.contact.financial_profile_id.annual_income, 200000)
        self.assertEqual(self.contact.profile_income_band_id, self.contact.financial_profile_id.income_band_id)
        self.assertTrue(self.contact.profile_income_band_id)

    def test_entered_by_the_relationship_manager(self):
        anna = self.as_user("rm_north", self.anna)
        with Form(anna, view="bank_crm.bank_customer_view_form") as form:
            form.profile_occupation = "Architect"
            form.profile_gender = "female"
        profile = self.anna.financial_profile_id
        self.assertEqual((profile.occupation, profile.gender), ("Architect", "female"))

    def test_not_entered_by_the_auditor(self):
        anna = self.as_user("auditor", self.anna)
        with self.assertRaises(AccessError):
            anna.profile_occupation = "Architect"

    def test_new_customer_in_the_form(self):
        partners = self.env["res.partner"].with_user(self.users["rm_north"])
        partners = partners.with_context(default_is_bank_customer=True, default_customer_type="individual")
        with Form(partners, view="bank_crm.bank_customer_view_form") as form:
            form.name = "New Ltd"
            form.customer_type = "company"
            form.profile_annual_income = 70000
        partner = form.record
        self.assertTrue(partner.is_company)
        self.assertEqual(partner.relationship_manager_id, self.users["rm_north"])
        self.assertEqual(partner.financial_profile_id.annual_income, 70000)

    def test_searched_and_grouped(self):
        self.anna.profile_annual_income = 200000
        customers = self.env["res.partner"].search(
            Domain("is_bank_customer", "=", True) & Domain("profile_annual_income", ">", 100000)
        )
        self.assertEqual(customers & (self.anna | self.ben | self.carl), self.anna)
        groups = dict(
            self.env["res.partner"]._read_group(
                [("id", "in", (self.anna | self.carl).ids)], ["profile_income_band_id"], ["aum:sum"]
            )
        )
        self.assertEqual(groups[self.anna.profile_income_band_id], 66000)
        self.assertEqual(groups[self.env["bank.income.band"]], 300000)
