from odoo.tests import tagged

from .common import ExchangeCase

FULL = {
    "external_id": "c1",
    "name": "Anna Berg",
    "customer_number": "XN-1",
    "type": "individual",
    "birthdate": "1984-02-29",
    "gender": "female",
    "nationality": "CZ",
    "email": "Anna@Example.com",
    "phone": "+420 601 123 456",
    "street": "Main Street 1",
    "city": "Praha",
    "zip": "110 00",
    "country_code": "CZ",
    "lang": "en_US",
    "branch_code": "XT1",
    "manager_login": "xch.manager",
    "relationship_start_on": "2010-05-01",
    "occupation": "Engineer",
    "annual_income": "480000.50",
    "currency": "CZK",
    "preferred_channel": "phone",
    "identity_documents": [
        {
            "type": "passport",
            "number": "X12 3456 7890",
            "country_code": "CZ",
            "issued_on": "2021-05-01",
            "expires_on": "2031-05-01",
        }
    ],
}


@tagged("post_install", "-at_install")
class TestPushCustomers(ExchangeCase):
    def test_every_key_arrives(self):
        answer = self.push_customers([FULL])
        self.assertCounts(answer, created=1)
        partner = self.customer("c1")
        profile = partner.financial_profile_id
        self.assertTrue(partner.is_bank_customer)
        self.assertRecordValues(
            partner,
            [
                {
                    "name": "Anna Berg",
                    "customer_number": "XN-1",
                    "customer_type": "individual",
                    "is_company": False,
                    "email": "Anna@Example.com",
                    "email_normalized": "anna@example.com",
                    "phone_sanitized": "+420601123456",
                    "street": "Main Street 1",
                    "city": "Praha",
                    "zip": "110 00",
                    "country_id": self.env.ref("base.cz").id,
                    "lang": "en_US",
                    "branch_id": self.branch.id,
                    "relationship_manager_id": self.manager.id,
                    "preferred_channel": "phone",
                    "company_id": self.env.company.id,
                    "lifecycle_stage": "onboarding",
                }
            ],
        )
        self.assertRecordValues(
            profile,
            [
                {
                    "partner_id": partner.id,
                    "gender": "female",
                    "nationality_id": self.env.ref("base.cz").id,
                    "occupation": "Engineer",
                    "annual_income": 480000.50,
                    "currency_id": self.env.ref("base.CZK").id,
                }
            ],
        )
        self.assertEqual(str(profile.birthdate), "1984-02-29")
        self.assertEqual(str(profile.relationship_start_on), "2010-05-01")
        self.assertEqual(partner.identity_document_ids.number_masked, "X12****7890")
        self.assertEqual(len(self.events(partner, "customer.created")), 1)

    def test_only_present_keys_are_written_and_null_clears(self):
        self.push_customers([FULL])
        answer = self.push_customers([{"external_id": "c1", "name": "Anna Berg", "email": None, "phone": ""}], key="2")
        self.assertCounts(answer, updated=1)
        partner = self.customer("c1")
        self.assertRecordValues(
            partner,
            [
                {
                    "email": False,
                    "email_normalized": False,
                    "phone": False,
                    "phone_sanitized": False,
                    "street": "Main Street 1",
                    "customer_number": "XN-1",
                    "branch_id": self.branch.id,
                }
            ],
        )
        self.assertEqual(self.events(partner, "customer.updated").payload, {"fields": ["email", "phone"]})

    def test_an_update_tells_what_changed_and_not_to_what(self):
        self.push_customers([FULL])
        self.push_customers([{**FULL, "occupation": "Secret Agent", "city": "Brno"}], key="2")
        event = self.events(self.customer("c1"), "customer.updated")
        self.assertEqual(event.payload, {"fields": ["city", "occupation"]})

    def test_unchanged_customers_are_not_written(self):
        self.push_customers([FULL])
        partner = self.customer("c1")
        self.env.cr.execute("UPDATE res_partner SET write_date = '2001-01-01' WHERE id = %s", [partner.id])
        self.assertCounts(self.push_customers([FULL], key="2"), unchanged=1)
        self.env.invalidate_all()
        self.assertEqual(partner.write_date.year, 2001)
        self.assertFalse(self.events(partner, "customer.updated"))

    def test_a_change_by_hand_is_overwritten(self):
        self.push_customers([FULL])
        partner = self.customer("c1")
        partner.write({"phone": "+420 777 000 111", "relationship_manager_id": False})
        self.assertCounts(self.push_customers([FULL], key="2"), updated=1)
        self.assertEqual(partner.phone, FULL["phone"])
        self.assertEqual(partner.relationship_manager_id, self.manager)

    def test_numbers_come_from_the_sequence_and_never_twice(self):
        sequence = self.env.ref("bank_crm.bank_customer_number_sequence")
        upcoming = sequence.get_next_char(sequence.number_next_actual + 1)
        rows = [
            {"external_id": "1", "name": "A"},
            {"external_id": "2", "name": "B", "customer_number": upcoming},
            {"external_id": "3", "name": "C", "customer_number": ""},
        ]
        self.assertCounts(self.push_customers(rows), created=3)
        numbers = [self.customer(external_id).customer_number for external_id in "123"]
        self.assertEqual(len(set(numbers)), 3)
        self.assertEqual(numbers[1], upcoming)
        self.assertTrue(all(number.startswith("C") for number in numbers))

    def test_a_number_cannot_be_taken_away(self):
        self.push_customers([FULL])
        row = {"external_id": "c1", "name": "Anna Berg", "customer_number": None}
        self.assertCounts(self.push_customers([row], key="2"), unchanged=1)
        self.assertEqual(self.customer("c1").customer_number, "XN-1")

    def test_a_number_of_somebody_else_is_refused(self):
        self.push_customers([FULL])
        answer = self.push_customers([{"external_id": "c2", "name": "Bela", "customer_number": "XN-1"}], key="2")
        self.assertEqual(answer["state"], "rejected")
        self.assertRefused(answer, (1, "customer_number", "customer_number_taken"))

    def test_the_same_number_belongs_to_another_customer_in_another_company(self):
        self.push_customers([FULL])
        company = self.env["res.company"].create({"name": "Second Bank"})
        self.operator.company_ids += company
        exchange = self.exchange.with_company(company)
        row = {key: FULL[key] for key in ("external_id", "name", "customer_number")}
        answer = exchange.push_customers("core", "customers-1", [row])
        self.assertCounts(answer, created=1)
        keys = self.env["bank.exchange.key"].search([("external_id", "=", "c1")])
        self.assertEqual(keys.partner_id.company_id, self.env.company | company)

    def test_a_company_becomes_one(self):
        self.push_customers([{"external_id": "1", "name": "Berg Ltd", "type": "company"}])
        partner = self.customer("1")
        self.assertTrue(partner.is_company)
        self.assertEqual(partner.commercial_company_name, "Berg Ltd")
        self.push_customers([{"external_id": "1", "name": "Berg Ltd", "type": "sole_trader"}], key="2")
        self.assertRecordValues(
            partner, [{"is_company": False, "customer_type": "sole_trader", "commercial_company_name": False}]
        )

    def test_contacts_of_a_company_follow_its_name_and_address(self):
        self.push_customers([{"external_id": "1", "name": "Berg Ltd", "type": "company", "city": "Praha"}])
        company = self.customer("1")
        child = self.env["res.partner"].create({"name": "Eva", "parent_id": company.id})
        self.push_customers([{"external_id": "1", "name": "Berg & Co", "city": "Brno"}], key="2")
        self.assertRecordValues(child, [{"complete_name": "Berg & Co, Eva", "city": "Brno"}])

    def test_ids_of_merged_customers_lead_to_one_and_the_last_row_counts(self):
        self.push_customers([{"external_id": "1", "name": "Anna"}, {"external_id": "2", "name": "Ana"}])
        target, source = self.customer("1"), self.customer("2")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((target | source).ids, target, extra_checks=False)
        rows = [{"external_id": "2", "name": "Old"}, {"external_id": "1", "name": "New"}]
        self.assertCounts(self.push_customers(rows, key="2"), updated=1, unchanged=1)
        self.assertEqual(self.customer("2"), target)
        self.assertEqual(target.name, "New")

    def test_wrong_rows_are_told_apart(self):
        rows = [
            "text",
            {"name": "No Key"},
            {"external_id": "3", "name": "  "},
            {"external_id": "4", "name": 7},
            {"external_id": 5, "name": "Number as Key"},
            {"external_id": "6", "name": "A", "colour": "red"},
            {"external_id": "7", "name": "A", "birthdate": "1984-02-30"},
            {"external_id": "8", "name": "A", "birthdate": "2999-01-01"},
            {"external_id": "9", "name": "A", "branch_code": "NOPE"},
            {"external_id": "10", "name": "A", "manager_login": "nobody"},
            {"external_id": "11", "name": "A", "country_code": "Czechia"},
            {"external_id": "12", "name": "A", "lang": "tlh"},
            {"external_id": "13", "name": "A", "currency": "XXX"},
            {"external_id": "14", "name": "A", "annual_income": -1},
            {"external_id": "15", "name": "A", "annual_income": float("nan")},
            {"external_id": "16", "name": "A", "type": "person"},
            {"external_id": "17", "name": "A", "identity_documents": {"type": "passport"}},
            {"external_id": "18", "name": "A", "identity_documents": [{"type": "passport", "numbr": "1"}]},
            {"external_id": "19", "name": "A\0B"},
            {"external_id": "20", "name": "A", "gender": ["female"]},
            {"external_id": "21", "name": "Twice"},
            {"external_id": "21", "name": "Twice"},
            {"external_id": "22", "name": "x" * 300},
            {7: "key that is no text", "external_id": "23", "name": "A"},
        ]
        answer = self.push_customers(rows, on_error="skip_row")
        self.assertRefused(
            answer,
            (1, "row", "wrong_type"),
            (2, "external_id", "required_field"),
            (3, "name", "required_field"),
            (4, "name", "wrong_type"),
            (5, "external_id", "wrong_type"),
            (6, "colour", "unknown_field"),
            (7, "birthdate", "invalid_date"),
            (8, "birthdate", "invalid_date"),
            (9, "branch_code", "unknown_branch"),
            (10, "manager_login", "unknown_manager"),
            (11, "country_code", "unknown_country"),
            (12, "lang", "unknown_language"),
            (13, "currency", "unknown_currency"),
            (14, "annual_income", "invalid_amount"),
            (15, "annual_income", "invalid_amount"),
            (16, "type", "invalid_value"),
            (17, "identity_documents", "wrong_type"),
            (18, "identity_documents[1].numbr", "unknown_field"),
            (18, "identity_documents[1].number", "required_field"),
            (19, "name", "invalid_text"),
            (20, "gender", "wrong_type"),
            (22, "external_id", "duplicate_key"),
            (23, "name", "too_long"),
            (24, "7", "unknown_field"),
        )
        self.assertEqual(answer["state"], "partial")
        self.assertCounts(answer, created=1, rejected=23)
        self.assertEqual(self.customer("21").name, "Twice")

    def test_neither_answers_nor_records_quote_personal_data(self):
        row = {
            "external_id": "1",
            "name": "Zebulon Quirk",
            "email": 5,
            "birthdate": "1984-02-31",
            "street": "Elm 13",
            "identity_documents": [{"type": "passport", "number": "SECRET99", "country_code": "??"}],
            "manager_login": "zebulon@example.com",
        }
        answer = self.push_customers([row], on_error="skip_row")
        errors = self.env["bank.exchange.error"].search([("batch_id", "=", answer["batch_id"])])
        told = f"{answer['errors']} {errors.mapped('message')}"
        kept = f"{errors.mapped('row_data')} {errors.mapped('row_text')}"
        for secret in ("Zebulon", "SECRET99", "1984-02-31", "Elm"):
            self.assertNotIn(secret, told)
            self.assertNotIn(secret, kept)
        self.assertIn("external_id: 1", errors[0].row_text)
        self.assertNotIn("zebulon@", told)
