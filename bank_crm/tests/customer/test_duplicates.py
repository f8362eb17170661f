"""Is somebody a customer already? Asked across the walls between branches."""

from odoo.exceptions import AccessError, UserError, ValidationError

from .test_identity_document import NUMBER, DocumentCase


class DuplicateCase(DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna.write({"phone": "+420 777 123 456", "profile_birthdate": "1990-03-07"})

    def find(self, role, **values):
        return self.as_user(role, self.env["res.partner"]).bank_find_duplicates(values)

    def own(self, *reasons):
        return {
            "stub": False,
            "id": self.anna.id,
            "name": "Anna",
            "customer_number": self.anna.customer_number,
            "branch": "North VIP",
            "reasons": list(reasons),
        }

    def stub(self, *reasons):
        return {"stub": True, "branch": "North VIP", "reasons": list(reasons), "remedy": "request_transfer"}


class TestFinding(DuplicateCase):
    def test_by_each_key(self):
        for values, reason in (
            ({"document_number": "110101-19900307-0011"}, "document"),
            ({"phone": "+420777123456"}, "phone"),
            ({"email": " ANNA@example.com"}, "email"),
            ({"name": "anna", "birthdate": "1990-03-07"}, "name_birthdate"),
        ):
            self.assertEqual(self.find("rm_north", **values), [self.own(reason)], values)
            self.assertEqual(self.find("compliance", **values), [self.own(reason)], values)
            self.assertEqual(self.find("rm_south", **values), [self.stub(reason)], values)

    def test_several_reasons_are_one_match(self):
        found = self.find("rm_south", document_number=NUMBER, phone="+420 777 123 456", name="Nobody")
        self.assertEqual(found, [self.stub("document", "phone")])

    def test_a_phone_that_is_no_valid_number(self):
        self.anna.phone = "12 34 (5)"
        self.assertFalse(self.anna.phone_sanitized)
        self.assertEqual(self.find("rm_north", phone="1-2.3 45"), [self.own("phone")])

    def test_nothing_found(self):
        for values in (
            {"document_number": NUMBER[:-1]},
            {"phone": "+420777123457"},
            {"name": "Anna", "birthdate": "1990-03-08"},
            {"document_number": NUMBER, "partner_id": self.anna.id},
        ):
            self.assertEqual(self.find("rm_north", **values), [], values)

    def test_contacts_who_are_no_customers_do_not_count(self):
        self.contact.email = "somebody@example.com"
        self.assertEqual(self.find("compliance", email="somebody@example.com"), [])

    def test_a_stub_tells_nothing_but_the_branch(self):
        text = str(self.find("rm_south", document_number=NUMBER))
        for secret in ("Anna", self.anna.customer_number, f"{self.anna.id}", "777"):
            self.assertNotIn(secret, text)

    def test_who_may_ask(self):
        for role in ("employee", "portal"):
            with self.assertRaisesRegex(AccessError, r"^\[access_denied\]"):
                self.find(role, phone="+420777123456")

    def test_bad_values(self):
        for values, code in (
            ({"fone": "1"}, "unknown_field"),
            ({"document_hashes": ["x"]}, "unknown_field"),
            ({}, "required_field"),
            ({"name": "Anna"}, "required_field"),
            ({"phone": 777}, "wrong_type"),
            ({"name": "Anna", "birthdate": "7.3.1990"}, "invalid_date"),
        ):
            with self.assertRaisesRegex(ValidationError, rf"^\[{code}\]"):
                self.find("rm_north", **values)
        with self.assertRaisesRegex(ValidationError, r"^\[wrong_type\]"):
            self.env["res.partner"].bank_find_duplicates([1])

    def test_of_the_caller_s_companies(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        self.carl.company_id = other
        self.carl.email = "carl@example.com"
        self.assertEqual(self.find("compliance", email="carl@example.com"), [])


class TestButton(DuplicateCase):
    def check(self, role, partner):
        action = self.as_user(role, partner).action_check_duplicates()
        return self.env[action["res_model"]].with_user(self.users[role]).browse(action["res_id"])

    def test_no_other(self):
        self.assertFalse(self.check("rm_north", self.anna).line_ids)

    def test_one_s_own(self):
        self.ben.phone = "+420777123456"
        line = self.check("rm_north", self.ben).line_ids
        self.assertRecordValues(line, [{"partner_id": self.anna.id, "is_stub": False, "reasons": "same phone"}])

    def test_another_branch_s(self):
        self.carl.phone = "+420777123456"
        check = self.check("rm_south", self.carl)
        self.assertTrue(check.has_stubs)
        self.assertRecordValues(check.line_ids, [{"partner_id": False, "is_stub": True, "branch_name": "North VIP"}])
        with self.assertRaises(AccessError):
            check.line_ids.read(["hidden_partner_id"])
        with self.assertRaises(AccessError):
            check.line_ids.search([("hidden_partner_id.name", "=", "Anna")])

    def test_a_transfer_needs_a_reason(self):
        self.carl.phone = "+420777123456"
        with self.assertRaises(UserError):
            self.check("rm_south", self.carl).action_request_transfer()

    def test_others_do_not_see_the_dialog(self):
        check = self.check("rm_north", self.anna)
        with self.assertRaises(AccessError):
            check.with_user(self.users["operations"]).read(["partner_id"])

    def test_not_for_a_customer_of_others(self):
        with self.assertRaises(AccessError):
            self.check("rm_south", self.anna)


class TestTransfer(DuplicateCase):
    def test_a_stub_is_asked_for(self):
        partners = self.as_user("rm_south", self.env["res.partner"])
        answer = partners.bank_request_transfer({"document_number": NUMBER}, "She has moved to the south")
        self.assertEqual(answer, {"requested": 1})
        claim = self.env["bank.ownership.claim"].sudo().search([])
        self.assertEqual((claim.partner_id, claim.claimant_id), (self.anna, self.users["rm_south"]))
        self.assertEqual(claim.evidence, "She has moved to the south")
        self.assertFalse(claim.with_user(self.users["rm_south"]).customer_id)

    def test_from_the_dialog(self):
        self.carl.phone = "+420777123456"
        action = self.as_user("rm_south", self.carl).action_check_duplicates()
        check = self.env["bank.duplicate.check"].with_user(self.users["rm_south"]).browse(action["res_id"])
        check.reason = "The same person"
        check.action_request_transfer()
        self.assertEqual(self.env["bank.ownership.claim"].sudo().search([]).partner_id, self.anna)

    def test_without_reason_or_match(self):
        partners = self.as_user("rm_south", self.env["res.partner"])
        with self.assertRaisesRegex(ValidationError, r"^\[required_field\] reason"):
            partners.bank_request_transfer({"document_number": NUMBER}, " ")
        with self.assertRaisesRegex(ValidationError, r"^\[unknown_customer\]"):
            partners.bank_request_transfer({"phone": "+420999"}, "She has moved")

    def test_not_by_roles_that_own_nobody(self):
        partners = self.as_user("bank_admin", self.env["res.partner"])
        with self.assertRaises(AccessError):
            partners.bank_request_transfer({"document_number": NUMBER}, "why")
