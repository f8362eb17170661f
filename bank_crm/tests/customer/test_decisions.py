"""Opinions that follow from a rule or a review are not written by whoever looks after the customer."""

from odoo.exceptions import AccessError

from ..common import BankCase

DECISIONS = {"kyc_state": "verified", "risk_class": "c5", "value_class": "a"}


class TestDecisions(BankCase):
    def values(self):
        return {**DECISIONS, "tier_id": self.env["bank.tier"].search([], limit=1).id}

    def test_a_relationship_manager_does_not_decide(self):
        anna = self.as_user("rm_north", self.anna)
        for name, value in self.values().items():
            with self.subTest(name=name), self.assertRaises(AccessError):
                anna.write({name: value})
            with self.subTest(name=name, form=True):
                self.assertTrue(anna.fields_get([name])[name]["readonly"])
        anna.preferred_channel = "phone"

    def test_nor_when_he_enters_the_customer(self):
        partners = self.as_user("rm_north", self.env["res.partner"])
        for name, value in self.values().items():
            with self.subTest(name=name), self.assertRaises(AccessError):
                partners.create({"name": "New", "is_bank_customer": True, name: value})

    def test_his_new_customer_begins_as_any_other(self):
        new = self.as_user("rm_north", self.env["res.partner"]).create({"name": "New", "is_bank_customer": True})
        self.assertEqual(new.kyc_state, "pending")

    def test_branch_managers_and_operations_decide(self):
        for role in ("manager_north", "operations"):
            with self.subTest(role=role):
                self.as_user(role, self.anna).write(self.values())
                self.assertEqual(self.anna.risk_class, "c5")
                self.anna.risk_class = False
