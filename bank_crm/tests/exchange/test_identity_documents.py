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
