"""No number in clear anywhere: every column of every table of the demonstration's world is looked through."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tools import SQL

from ...demo.plan.people import account_number, credit_code, resident_id
from ...tools import sealing
from ..common import BankCase

TEXT_TYPES = ("text", "character varying", "character", "json", "jsonb", "xml", "bytea", "ARRAY", "name")


class ClearTextCase(BankCase):
    def columns(self):
        """Return ``[(table, column, type)]`` of all columns that can hold a text."""
        return self.env.execute_query(
            SQL(
                """SELECT columns.table_name, columns.column_name, columns.data_type
                     FROM information_schema.columns
                     JOIN information_schema.tables USING (table_schema, table_name)
                    WHERE table_schema = current_schema AND table_type = 'BASE TABLE' AND data_type = ANY(%s)""",
                list(TEXT_TYPES),
            )
        )

    def places_of(self, numbers):
        """Return ``{"table.column"}`` where one of ``numbers`` stands, in whatever text around it."""
        self.env.flush_all()
        pattern = "|".join(numbers)
        places = set()
        for table, column, kind in self.columns():
            value = SQL("%s::text", SQL.identifier(column))
            if kind == "bytea":
                value = SQL("encode(%s, 'escape')", SQL.identifier(column))
            query = SQL("SELECT 1 FROM %s WHERE %s ~ %s LIMIT 1", SQL.identifier(table), value, pattern)
            if self.env.execute_query(query):
                places.add(f"{table}.{column}")
        return places


class TestDemonstration(ClearTextCase):
    def test_no_table_has_a_number_in_clear(self):
        decrypted = []
        prepare = self.env.registry["bank.masked.mixin"]._prepare_secret_values

        def remember(records, name, value):
            decrypted.append(sealing.normalize(value))
            return prepare(records, name, value)

        for model in ("bank.identity.document", "bank.holding"):
            self.startPatcher(patch.object(self.env.registry[model], "_prepare_secret_values", remember))
        self.env["bank.demo"]._build()
        numbers = sorted(set(decrypted))
        self.assertGreater(len(numbers), 1000)
        self.assertEqual(self.places_of(numbers), set())

    def test_the_search_would_find_one(self):
        number = account_number(7)
        self.anna.comment = f"account {number}"
        self.env["ir.attachment"].create({"name": "letter.txt", "raw": b"x", "description": number})
        self.assertEqual(self.places_of([number]), {"res_partner.comment", "ir_attachment.description"})


class TestWaysOfANumber(ClearTextCase):
    """The number is typed in, refused, searched, pushed, revealed, exported: it is nowhere afterwards."""

    def setUp(self):
        super().setUp()
        self.birthdate = self.env["bank.run"]._today().replace(year=1980, month=5, day=4)
        self.numbers = [resident_id(self.birthdate, serial, False) for serial in (11, 12, 13)]
        self.numbers += [account_number(77), credit_code(9)]
        self.wrong = self.numbers[0][:-1] + ("1" if self.numbers[0][-1] != "1" else "2")

    def test_nowhere(self):
        first, second, _third, account, code = self.numbers
        documents = self.env["bank.identity.document"].with_user(self.users["rm_north"])
        document = documents.create({"partner_id": self.anna.id, "type": "cn_resident_id", "number": first})
        texts = [document.display_name, str(document.read()), str(document.web_read({"number": {}}))]
        for values in (
            {"partner_id": self.ben.id, "type": "cn_resident_id", "number": self.wrong},
            {"partner_id": self.ben.id, "type": "cn_resident_id", "number": first},
        ):
            with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                documents.create(values)
            texts.append(str(caught.exception))
        self.anna_account.with_user(self.users["operations"]).number = account
        exchange = self.env["bank.exchange"].with_user(self.users["operations"])
        rows = [
            {
                "external_id": f"x{position}",
                "name": "Pushed",
                "identity_documents": [{"type": kind, "number": number, "country_code": "CN"}],
            }
            for position, (kind, number) in enumerate(
                (("cn_resident_id", second), ("business_licence", code), ("cn_resident_id", self.wrong))
            )
        ]
        texts.append(str(exchange.push_customers("core", "1", rows, on_error="skip_row")))
        self.users["operations"].group_ids |= self.env.ref("base.group_allow_export")
        for model in ("bank.identity.document", "bank.holding", "bank.exchange.error", "bank.customer.event"):
            records = self.env[model].with_user(self.users["operations"]).search([])
            texts.append(str(records.export_data([*self._exportable(records)])))
        partners = self.env["res.partner"].with_user(self.users["operations"])
        texts.append(str(partners.bank_find_duplicates({"document_number": first})))
        for message in self.env["mail.message"].search([]) | self.env["mail.mail"].search([]).mail_message_id:
            texts.append(f"{message.subject} {message.body}")
        secrets = [*self.numbers, self.wrong]
        for text in texts:
            for number in secrets:
                self.assertNotIn(number, text)
        self.assertEqual(self.places_of(secrets), set())

    def _exportable(self, records):
        return [
            name
            for name, field in records.fields_get().items()
            if field.get("exportable", True) and field["type"] in ("char", "text", "html", "json", "selection")
        ]
