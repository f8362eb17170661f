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


class TestDocumentsAreTheServers(BankCase):
    """Whether a document was verified, and its mask, is not what a caller says."""

    def test_nobody_writes_states_and_masks(self):
        for role in ("rm_north", "operations"):
            documents = self.as_user(role, self.env["bank.identity.document"])
            vals = {"partner_id": self.anna.id, "type": "passport", "country_id": self.env.ref("base.cz").id}
            document = documents.create({**vals, "number": f"P{role[:2]}1234567", "expires_on": "2090-01-01"})
            self.assertEqual(document.state, "draft")
            for forged in ({"state": "verified"}, {"number_masked": "****0000"}, {"verified_on": "2026-01-01"}):
                with self.subTest(role=role, forged=forged), self.assertRaises(AccessError):
                    document.write(forged)
                with self.subTest(role=role, forged=forged, created=True), self.assertRaises(AccessError):
                    documents.create({**vals, **forged})
            document.action_verify()
            self.assertEqual((document.state, document.verified_by_id), ("verified", self.users[role]))
            document.sudo().unlink()

    def test_whoever_may_not_write_does_not_verify(self):
        document = self.env["bank.identity.document"].create(
            {"partner_id": self.anna.id, "type": "passport", "number": "PX1234567", "expires_on": "2090-01-01"}
        )
        with self.assertRaises(AccessError):
            self.as_user("agent", document).action_verify()

    def test_a_holding_s_mask_is_the_server_s(self):
        holding = self.anna.holding_party_ids.holding_id[:1]
        with self.assertRaises(AccessError):
            self.as_user("operations", holding).number_masked = "****0000"
