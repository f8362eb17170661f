"""Numbers of identity documents on the way in: what is refused, and what the refusal may say."""

from odoo.exceptions import ValidationError

from .test_identity_document import NUMBER, DocumentCase

INVALID = r"^\[invalid_document_number\] Number: "
TAKEN = r"^\[duplicate_identity_document\] Number: "


class TestNumbersOnTheWayIn(DocumentCase):
    def assert_refused(self, pattern, number, partner=None, **values):
        with self.assertRaisesRegex(ValidationError, pattern) as caught:
            self.make_document(partner or self.ben, number, **values)
        text = str(caught.exception)
        self.assertNotIn(number, text)
        self.assertNotIn("".join(number.split()), text)
        return text

    def test_a_wrong_check_digit(self):
        text = self.assert_refused(INVALID, "110101199003070012")
        self.assertIn("Compare", text, "it names the remedy")

    def test_other_types(self):
        for document_type, number in (("passport", "E1"), ("hk_macau_permit", "Z12345678"), ("other", "a<b>c")):
            self.assert_refused(INVALID, number, type=document_type)
        china = self.env.ref("base.cn").id
        self.assert_refused(INVALID, "91110000600037341M", type="business_licence", country_id=china)

    def test_a_birthdate_that_is_not_the_profile_s(self):
        self.ben.profile_birthdate = "1990-03-08"
        self.assert_refused(INVALID + ".*date of birth", "11010119900307002X")
        self.ben.profile_birthdate = "1990-03-07"
        self.assertTrue(self.make_document(self.ben, "11010119900307002X"))

    def test_a_gender_that_is_not_the_profile_s(self):
        self.ben.profile_gender = "male"
        self.assert_refused(INVALID + ".*gender", "11010119900307002X")
        self.ben.profile_gender = "female"
        self.assertTrue(self.make_document(self.ben, "11010119900307002X"))

    def test_a_number_has_to_fit_a_new_type_too(self):
        document = self.make_document(self.ben, "E12345678", type="passport")
        with self.assertRaisesRegex(ValidationError, INVALID):
            document.type = "cn_resident_id"
        document.type = "national_id"

    def test_type_and_number_change_together(self):
        document = self.make_document(self.ben, "E12345678", type="passport")
        document.write({"type": "cn_resident_id", "number": "11010119900307002X"})
        self.assertEqual(document.country_id, self.env.ref("base.cn"))

    def test_chinese_documents_are_china_s(self):
        self.assertEqual(self.document.country_id, self.env.ref("base.cn"))
        with self.assertRaisesRegex(ValidationError, r"^\[invalid_document_country\] Issuing Country: "):
            self.make_document(self.ben, False, country_id=self.env.ref("base.de").id)

    def test_a_number_of_a_customer_whom_one_may_see(self):
        operations = self.env["bank.identity.document"].with_user(self.users["operations"])
        with self.assertRaisesRegex(ValidationError, TAKEN + ".*Anna"):
            operations.create({"partner_id": self.carl.id, "type": "cn_resident_id", "number": NUMBER})

    def test_a_number_of_another_branch_s_customer_does_not_name_him(self):
        documents = self.as_user("rm_south", self.env["bank.identity.document"])
        with self.assertRaisesRegex(ValidationError, TAKEN + ".*North VIP.*transfer") as caught:
            documents.create({"partner_id": self.carl.id, "type": "cn_resident_id", "number": NUMBER})
        for secret in ("Anna", self.anna.customer_number, "rm_north", NUMBER):
            self.assertNotIn(secret, str(caught.exception))

    def test_the_same_document_twice_asks_for_a_renewal(self):
        self.assert_refused(TAKEN + ".*Renew", NUMBER, partner=self.anna)

    def test_the_number_of_a_verified_document_stays(self):
        self.document.write({"is_permanent": True})
        self.document.action_verify()
        with self.assertRaisesRegex(ValidationError, r"^\[document_verified\] Number: "):
            self.document.number = "11010119900307002X"
        self.document.number = NUMBER


class TestStoredNumbers(DocumentCase):
    def test_it_is_decrypted_for_server_code_only(self):
        self.assertEqual(self.document._decrypt_secret("number"), NUMBER)
        self.assertEqual(self.make_document(self.ben, False)._decrypt_secret("number"), "")

    def test_holdings_are_masked_by_the_same_code(self):
        self.anna_account.number = "6222 0212 3456 7890"
        self.assertEqual(self.anna_account.number_masked, "****7890")
        self.assertFalse(self.anna_account.number)
        holdings = self.as_user("rm_north", self.env["bank.holding"])
        self.assertEqual(holdings.search([("number", "=", "6222021234567890")]), self.anna_account)
        self.assertFalse(holdings.search([("number", "=", "622202123456789")]))
