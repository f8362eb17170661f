"""Identity documents: the number goes in and never comes out."""

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import mute_logger

from ..common import BankCase

NUMBER = "110101199003070011"


class DocumentCase(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = cls.make_document(cls.anna, NUMBER)

    @classmethod
    def make_document(cls, partner, number, **values):
        return cls.env["bank.identity.document"].create(
            {"partner_id": partner.id, "type": "cn_resident_id", "number": number, **values}
        )


class TestNumber(DocumentCase):
    def test_it_is_stored_encrypted(self):
        self.env.flush_all()
        query = "SELECT row_to_json(document)::text FROM bank_identity_document document WHERE id = %s"
        self.env.cr.execute(query, [self.document.id])
        row = self.env.cr.fetchone()[0]
        self.assertNotIn(NUMBER, row)
        self.assertNotIn("19900307", row)
        self.assertIn("110****0011", row)

    def test_nobody_reads_it(self):
        for role in ("rm_north", "manager_north", "agent", "compliance", "auditor", "operations"):
            document = self.as_user(role, self.document)
            self.assertFalse(document.number)
            self.assertEqual(document.number_masked, "110****0011")
            self.assertNotIn(NUMBER, str(document.read()))
            self.assertNotIn(NUMBER, str(document.search_read([("id", "=", document.id)])))
            self.assertNotIn(NUMBER, str(document.web_read({"number": {}, "display_name": {}})))
            for name in ("number_encrypted", "number_hash"):
                with self.assertRaises(AccessError):
                    document.read([name])
                with self.assertRaises(AccessError):
                    document.search([(name, "!=", False)])
                self.assertNotIn(name, document.fields_get())
        self.assertFalse(self.document.number, "the superuser neither")

    def test_export_gives_the_mask(self):
        admin = self.users["operations"]
        admin.group_ids |= self.env.ref("base.group_allow_export")
        document = self.as_user("operations", self.document)
        rows = document.export_data(["number_masked", "number"])["datas"]
        self.assertNotIn(NUMBER, str(rows))
        with self.assertRaises(AccessError):
            document.export_data(["number_encrypted"])
        self.assertFalse(document.fields_get(["number"])["number"].get("exportable", True))

    def test_grouping_by_it_is_refused(self):
        documents = self.as_user("rm_north", self.env["bank.identity.document"])
        for name, error in (("number", ValueError), ("number_encrypted", AccessError), ("number_hash", AccessError)):
            with self.assertRaises(error):
                documents.formatted_read_group([], [name], ["__count"])

    def test_copying_does_not_copy_it(self):
        copy = self.document.copy()
        self.assertFalse(copy.number_masked or copy.sudo().number_hash)

    def test_an_exact_search_finds_it(self):
        documents = self.as_user("rm_north", self.env["bank.identity.document"])
        for wanted in (NUMBER, "110101-19900307-0011", " 1101 0119 9003 0700 11 "):
            self.assertEqual(documents.search([("number", "=", wanted)]), self.document)
        self.assertEqual(documents.search([("number", "in", [NUMBER, "X"])]), self.document)
        self.assertFalse(documents.search([("number", "=", NUMBER[:-1])]))
        self.assertFalse(documents.search([("number", "=", False)]))
        self.assertNotIn(self.document, documents.search([("number", "!=", NUMBER)]))

    def test_part_of_it_finds_nothing(self):
        documents = self.as_user("rm_north", self.env["bank.identity.document"])
        for operator in ("like", "ilike", "=like", ">", "<"):
            with self.assertRaises(UserError):
                documents.search(Domain("number", operator, "1101"))

    def test_a_customer_is_found_by_it(self):
        partners = self.as_user("agent", self.env["res.partner"])
        self.assertEqual(partners.search([("identity_document_ids.number", "=", NUMBER)]), self.anna)

    def test_the_search_opens_no_other_manager_s_customer(self):
        documents = self.as_user("rm_south", self.env["bank.identity.document"])
        self.assertFalse(documents.search([("number", "=", NUMBER)]))
        self.assertFalse(documents.env["res.partner"].search([("identity_document_ids.number", "=", NUMBER)]))

    def test_a_number_of_separators_only_is_refused(self):
        for empty in ("---", " / "):
            with self.assertRaises(ValidationError):
                self.make_document(self.anna, empty)

    def test_a_new_number_replaces_the_old_one(self):
        self.document.number = "11010119900307002X"
        self.assertEqual(self.document.number_masked, "110****002X")
        self.assertFalse(self.document.search([("number", "=", NUMBER)]))

    def test_without_a_number(self):
        document = self.make_document(self.anna, False)
        self.assertFalse(document.number_masked)


class TestDocument(DocumentCase):
    def test_unique_by_type_country_and_number(self):
        with self.assertRaisesRegex(ValidationError, r"^\[duplicate_identity_document\]"):
            self.make_document(self.carl, "110101 19900307 0011")
        for code in ("cz", "de"):
            country = self.env.ref(f"base.{code}")
            self.assertTrue(self.make_document(self.carl, NUMBER, type="passport", country_id=country.id))

    def test_the_database_itself_keeps_numbers_unique(self):
        hashed = self.document.sudo().number_hash
        other = self.make_document(self.carl, False)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            other.sudo().number_hash = hashed
            self.env.flush_all()

    def test_a_superseded_one_frees_the_number(self):
        self.document.state = "superseded"
        self.assertTrue(self.make_document(self.anna, NUMBER))

    def test_permanent_documents_have_no_expiry(self):
        self.document.is_permanent = True
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.CheckViolation):
            self.document.expires_on = "2030-01-01"
            self.env.flush_all()

    def test_it_expires_after_it_was_issued(self):
        with self.assertRaisesRegex(ValidationError, "^Expires On"):
            self.document.write({"issued_on": "2020-01-01", "expires_on": "2020-01-01"})
        self.document.write({"issued_on": "2020-01-01", "expires_on": "2020-01-02"})

    def test_states(self):
        self.assertEqual(self.document.state, "draft")
        with self.assertRaises(ValueError):
            self.document.state = "lost"

    def test_adding_one_is_an_event_without_the_number(self):
        event = self.events(self.anna, "document.added")
        self.assertEqual((event.source_model, event.source_id), ("bank.identity.document", self.document.id))
        self.assertEqual(event.summary, "Chinese Resident Identity Card")
        self.assertNotIn(NUMBER, str(event.payload))

    def test_it_does_not_change_hands(self):
        with self.assertRaises(ValidationError):
            self.as_user("rm_north", self.document).partner_id = self.contact

    def test_nobody_deletes_it(self):
        for role in ("rm_north", "manager_north", "operations", "bank_admin"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.document).unlink()
