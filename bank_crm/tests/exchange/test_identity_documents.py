from odoo.tests import tagged

from .common import ExchangeCase


def row(external_id, *documents):
    return {"external_id": external_id, "name": f"Customer {external_id}", "identity_documents": list(documents)}


PASSPORT = {"type": "passport", "number": "x 123-4567", "country_code": "CZ", "expires_on": "2031-05-01"}


@tagged("post_install", "-at_install")
class TestPushIdentityDocuments(ExchangeCase):
    def test_numbers_are_sealed(self):
        self.push_customers([row("1", PASSPORT)])
        self.env.cr.execute("SELECT * FROM bank_identity_document WHERE partner_id = %s", [self.customer("1").id])
        stored = self.env.cr.dictfetchone()
        self.assertNotIn("1234567", f"{stored}")
        document = self.env["bank.identity.document"].search([("number", "=", "X1234567")])
        self.assertEqual(document.partner_id, self.customer("1"))
        self.assertEqual((document.source, document.state), ("core", "draft"))
        self.assertEqual(len(self.events(document.partner_id, "document.added")), 1)

    def test_the_same_number_in_another_notation_is_the_same_document(self):
        self.push_customers([row("1", PASSPORT)])
        again = {**PASSPORT, "number": "X1234567"}
        self.assertCounts(self.push_customers([row("1", again)], key="2"), unchanged=1)
        later = {**again, "expires_on": "2032-01-01"}
        self.assertCounts(self.push_customers([row("1", later)], key="3"), updated=1)
        documents = self.customer("1").identity_document_ids
        self.assertEqual([str(day) for day in documents.mapped("expires_on")], ["2032-01-01"])

    def test_a_document_that_is_not_sent_stays(self):
        self.push_customers([row("1", PASSPORT)])
        self.assertCounts(self.push_customers([row("1")], key="2"), unchanged=1)
        self.assertEqual(len(self.customer("1").identity_document_ids), 1)

    def test_a_document_of_somebody_else_is_refused(self):
        self.push_customers([row("1", PASSPORT)])
        answer = self.push_customers([row("2", PASSPORT)], key="2")
        self.assertRefused(answer, (1, "identity_documents[1].number", "duplicate_identity_document"))

    def test_a_document_twice_in_a_batch_is_refused(self):
        answer = self.push_customers([row("1", PASSPORT, PASSPORT), row("2", PASSPORT)])
        self.assertRefused(
            answer,
            (1, "identity_documents[2].number", "duplicate_key"),
            (2, "identity_documents[1].number", "duplicate_key"),
        )

    def test_the_same_number_from_another_country_is_another_document(self):
        self.push_customers([row("1", PASSPORT)])
        answer = self.push_customers([row("2", {**PASSPORT, "country_code": "DE"})], key="2")
        self.assertCounts(answer, created=1)

    def test_a_document_expires_after_it_was_issued(self):
        answer = self.push_customers([row("1", {**PASSPORT, "issued_on": "2021-05-01", "expires_on": "2021-05-01"})])
        self.assertRefused(answer, (1, "identity_documents[1].expires_on", "invalid_date"))

    def test_a_number_of_separators_only_is_none(self):
        answer = self.push_customers([row("1", {"type": "passport", "number": " - "})])
        self.assertRefused(answer, (1, "identity_documents[1].number", "required_field"))

    # ------------------------------------------------------------------
    # Numbers that cannot be
    # ------------------------------------------------------------------

    def test_a_wrong_check_digit_refuses_the_row(self):
        good = {"type": "cn_resident_id", "number": "110101199003070011"}
        wrong = {**good, "number": "110101199003070012"}
        answer = self.push_customers([row("1", wrong)])
        self.assertRefused(answer, (1, "identity_documents[1].number", "invalid_document_number"))
        self.assertNotIn(wrong["number"], str(answer))
        self.assertCounts(self.push_customers([row("1", good)], key="2"), created=1)
        self.assertEqual(self.customer("1").identity_document_ids.country_id, self.env.ref("base.cn"))

    def test_a_credit_code_is_checked_when_china_issued_it(self):
        licence = {"type": "business_licence", "number": "91110000600037341M"}
        answer = self.push_customers([row("1", {**licence, "country_code": "CN"})])
        self.assertRefused(answer, (1, "identity_documents[1].number", "invalid_document_number"))
        self.assertCounts(self.push_customers([row("1", {**licence, "country_code": "CZ"})], key="2"), created=1)

    def test_the_country_may_be_left_out_or_named(self):
        card = {"type": "cn_resident_id", "number": "110101199003070011"}
        self.push_customers([row("1", card)])
        self.assertCounts(self.push_customers([row("1", {**card, "country_code": "CN"})], key="2"), unchanged=1)
        answer = self.push_customers([row("2", {**card, "country_code": "DE"})], key="3")
        self.assertRefused(answer, (1, "identity_documents[1].country_code", "invalid_document_country"))

    def test_what_is_registered_does_not_stop_the_customer_s_other_data(self):
        """Numbers that came in before they were checked stay until somebody corrects them."""
        self.push_customers([row("1", PASSPORT)])
        document = self.customer("1").identity_document_ids
        odd = {**PASSPORT, "number": "ÄÖ1"}
        self.env.flush_all()
        values = document._prepare_secret_values("number", odd["number"])
        self.env.cr.execute("UPDATE bank_identity_document SET number_hash = %s", [values["number_hash"]])
        self.env.invalidate_all()
        answer = self.push_customers([{**row("1", odd), "city": "Brno"}], key="2")
        self.assertCounts(answer, updated=1)
