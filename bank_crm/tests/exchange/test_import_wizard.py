import base64
import io

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ExchangeCase
from .test_import_reading import xlsx

CUSTOMERS = """External ID;姓名;Date of Birth;年收入;Branch Code;Shoe Size
c1;Anna Berg;31.01.1984;1.234,50;XT1;38
c2;=HYPERLINK("x");30.02.1984;5;NOPE;39
c3;张伟;;;;
c1;Anna Again;;;;
"""


@tagged("post_install", "-at_install")
class TestImportWizard(ExchangeCase):
    def wizard(self, content, name="customers.csv", **values):
        if isinstance(content, str):
            content = content.encode()
        return (
            self.env["bank.exchange.import"]
            .with_user(self.operator)
            .create({"file": base64.b64encode(content), "file_name": name, **values})
        )

    def run_to_the_end(self, wizard):
        answers = []
        while not answers or not answers[-1]["finished"]:
            answers.append(wizard.run_chunk())
            self.assertLess(len(answers), 1000)
        return answers

    def rejected(self, wizard):
        return base64.b64decode(wizard.rejected_file)

    def test_a_file_from_beginning_to_end(self):
        wizard = self.wizard(CUSTOMERS)
        action = wizard.action_read()
        self.assertEqual((action["res_model"], action["res_id"]), (wizard._name, wizard.id))
        self.assertRecordValues(
            wizard,
            [
                {
                    "state": "map",
                    "file_format": "csv",
                    "encoding": "utf-8",
                    "delimiter": "semicolon",
                    "missing_keys": False,
                }
            ],
        )
        self.assertEqual(
            wizard.column_ids.mapped("customer_key"),
            ["external_id", "name", "birthdate", "annual_income", "branch_code", False],
        )
        self.assertIn("Anna Berg", wizard.preview)
        wizard.write({"date_format": "dmy_dot", "decimal_mark": "comma"})

        wizard.action_check()
        self.run_to_the_end(wizard)
        self.assertRecordValues(wizard, [{"state": "done", "is_check": True, "total": 4, "rejected": 2, "created": 0}])
        self.assertFalse(self.customer("c1", "file"))
        self.assertFalse(wizard.batch_ids)

        wizard.action_import()
        self.run_to_the_end(wizard)
        self.assertRecordValues(
            wizard,
            [
                {
                    "state": "done",
                    "is_check": False,
                    "total": 4,
                    "rejected": 2,
                    "created": 2,
                    "rejected_name": "customers refused.csv",
                }
            ],
        )
        anna = self.customer("c1", "file")
        self.assertRecordValues(anna, [{"name": "Anna Berg", "branch_id": self.branch.id}])
        self.assertEqual(anna.financial_profile_id.annual_income, 1234.5)
        self.assertEqual(str(anna.financial_profile_id.birthdate), "1984-01-31")
        self.assertEqual(self.customer("c3", "file").name, "张伟")
        self.assertEqual(wizard.batch_ids.mapped("state"), ["partial"])
        self.assertFalse(wizard.payload)

    def test_refused_rows_come_back_with_reasons_and_can_be_corrected(self):
        wizard = self.wizard(CUSTOMERS)
        wizard.action_read()
        wizard.write({"date_format": "dmy_dot", "decimal_mark": "comma"})
        wizard.action_import()
        self.run_to_the_end(wizard)
        text = self.rejected(wizard).decode("utf-8-sig")
        lines = text.splitlines()
        self.assertTrue(
            lines[0].startswith("External ID,姓名,Date of Birth,年收入,Branch Code,Shoe Size,Line in the File")
        )
        self.assertTrue(lines[1].startswith('c2,"\'=HYPERLINK(""x"")",30.02.1984,5,NOPE,39,3,"invalid_date, '))
        self.assertIn("unknown_branch", text)
        self.assertIn("duplicate_key", text)
        self.assertIn("birthdate", wizard.error_summary)

        corrected = text.replace("30.02.1984", "28.02.1984").replace("NOPE", "XT1")
        again = self.wizard(corrected, name="corrected.csv")
        again.action_read()
        again.write({"date_format": "dmy_dot", "decimal_mark": "comma"})
        again.action_import()
        self.run_to_the_end(again)
        self.assertEqual(again.rejected, 0)
        self.assertEqual(self.customer("c2", "file").name, '=HYPERLINK("x")')
        self.assertEqual(self.customer("c1", "file").name, "Anna Again")

    def test_a_workbook_with_parties(self):
        self.push_customers([{"external_id": "1", "name": "Anna"}, {"external_id": "2", "name": "Bela"}])
        content = xlsx(
            [
                "external_id",
                "product_code",
                "number",
                "customer_external_id",
                "role",
                "share_pct",
                "balance",
                "balance_on",
            ],
            ["h1", "XCUR", 6222021234567890, 1, "owner", 60, 12.5, "2026-01-31"],
            ["h1", None, None, 2, "joint", 40, None, None],
            ["h2", "XCUR", None, 9, "owner", None, None, None],
        )
        wizard = self.wizard(content, name="holdings.xlsx", kind="holdings", source="core")
        wizard.action_read()
        self.assertEqual(wizard.sheet_id.name, "Data")
        wizard.action_import()
        self.run_to_the_end(wizard)
        self.assertRecordValues(wizard, [{"total": 2, "created": 1, "rejected": 1}])
        self.assertRecordValues(self.holding("h1"), [{"number_masked": "****7890", "balance": 12.5}])
        self.assertEqual(self.holding("h1").party_ids.sorted("id").mapped("share_pct"), [60, 40])
        rows = list(openpyxl.load_workbook(io.BytesIO(self.rejected(wizard))).active.iter_rows(values_only=True))
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows[1][:5], ("h2", "XCUR", None, 9, "owner"))
        self.assertEqual(rows[1][8:10], (4, "unknown_customer"))

    def test_balances_in_gb18030(self):
        self.push_customers([{"external_id": "1", "name": "Anna"}])
        self.push_holdings(
            [
                {
                    "external_id": "h1",
                    "product_code": "XCUR",
                    "parties": [{"customer_external_id": "1", "role": "owner"}],
                }
            ]
        )
        content = '账户编号,日期,余额\nh1,2026年01月31日,"1,234.50"\n'.encode("gb18030")
        wizard = self.wizard(content, kind="balances", source="core")
        wizard.action_read()
        self.assertEqual(wizard.encoding, "gb18030")
        wizard.date_format = "ymd_chinese"
        wizard.action_import()
        self.run_to_the_end(wizard)
        self.assertEqual(self.holding("h1").balance, 1234.5)

    def test_the_bar_moves(self):
        lines = ["external_id,name"] + [f"c{number},Customer {number}" for number in range(450)]
        wizard = self.wizard("\n".join(lines))
        wizard.action_read()
        wizard.action_import()
        answers = self.run_to_the_end(wizard)
        self.assertEqual([answer["processed"] for answer in answers], [200, 400, 450])
        self.assertEqual([round(answer["progress"]) for answer in answers], [44, 89, 100])
        self.assertEqual(answers[-1]["created"], 450)
        self.assertEqual(len(wizard.batch_ids), 3)
        self.assertEqual(wizard.run_chunk()["finished"], True)

    def test_files_that_cannot_be_read(self):
        for content in (b"\x00\x01garbage\x00", b"PK\x03\x04broken"):
            with self.assertRaisesRegex(UserError, r"\[unreadable_file\]"):
                self.wizard(content).action_read()
        for content in ("", "\n\n"):
            with self.assertRaisesRegex(UserError, r"\[empty_file\]"):
                self.wizard(content or " ").action_read()

    def test_missing_and_doubled_columns_are_named(self):
        wizard = self.wizard("id,town\n1,Praha\n")
        wizard.action_read()
        self.assertEqual(wizard.missing_keys, "Name")
        with self.assertRaisesRegex(UserError, r"\[missing_column\].*Name"):
            wizard.action_import()
        wizard.column_ids[1].customer_key = "name"
        wizard.column_ids[0].customer_key = "name"
        with self.assertRaisesRegex(UserError, r"\[missing_column\].*External ID"):
            wizard.action_import()
        wizard = self.wizard("id,name,town\n1,A,Praha\n")
        wizard.action_read()
        wizard.column_ids[2].customer_key = "name"
        with self.assertRaisesRegex(UserError, r"\[duplicate_column\].*Name"):
            wizard.action_check()

    def test_another_delimiter_is_read_again(self):
        wizard = self.wizard("external_id|name,x\n1|Anna,y\n")
        wizard.action_read()
        wizard.delimiter = "pipe"
        wizard.action_reread()
        self.assertEqual(wizard.column_ids.mapped("header"), ["external_id", "name,x"])

    def test_the_preview_shows_markup_as_text(self):
        wizard = self.wizard("external_id,name\n1,<script>alert(1)</script>\n")
        wizard.action_read()
        self.assertIn("&lt;script&gt;", wizard.preview)
        self.assertNotIn("<script>", wizard.preview)

    def test_the_form_opens(self):
        with Form(self.env["bank.exchange.import"].with_user(self.operator)) as form:
            form.file = base64.b64encode(b"id,name\n1,Anna\n")
            form.source = "core"
        wizard = form.save()
        wizard.action_read()
        with Form(wizard) as form, form.column_ids.edit(1) as line:
            line.customer_key = "occupation"
        self.assertEqual(wizard.column_ids[1].customer_key, "occupation")

    def test_others_cannot_import(self):
        with self.assertRaises(AccessError):
            self.env["bank.exchange.import"].with_user(self.manager).create({"file": b"YQ=="})

    def test_transactions_from_a_file(self):
        self.push_customers([{"external_id": "1", "name": "Anna"}], source="file")
        parties = [{"customer_external_id": "1", "role": "owner"}]
        self.push_holdings([{"external_id": "h1", "product_code": "XCUR", "parties": parties}], source="file")
        wizard = self.wizard(
            "Transaction ID;Account;Date;Amount;Type;Description;Payee;Balance\n"
            "t1;h1;03.01.2026;1.000,00;salary;January;Bright Trading;1.000,00\n"
            "t2;h1;04.01.2026;-50,50;payment_out;Rent;;\n"
            "t2;h1;04.01.2026;-1;other;;;\n"
            "t3;nope;04.01.2026;-1;gift;;;\n",
            name="transactions.csv",
            kind="transactions",
        )
        wizard.action_read()
        self.assertEqual(
            wizard.column_ids.mapped("transaction_key"),
            [
                "external_id",
                "holding_external_id",
                "booked_on",
                "amount",
                "kind",
                "text",
                "counterparty",
                "balance_after",
            ],
        )
        wizard.write({"date_format": "dmy_dot", "decimal_mark": "comma"})
        wizard.action_check()
        self.run_to_the_end(wizard)
        self.assertRecordValues(wizard, [{"created": 0, "rejected": 2}])
        self.assertFalse(self.holding("h1", "file").transaction_ids)
        wizard.action_import()
        self.run_to_the_end(wizard)
        self.assertRecordValues(wizard, [{"state": "done", "created": 2, "rejected": 2}])
        self.assertEqual(self.holding("h1", "file").transaction_ids.mapped("amount"), [-50.5, 1000])
        self.assertEqual(self.holding("h1", "file").balance, 949.5)
        self.assertIn("unknown_holding", self.rejected(wizard).decode("utf-8-sig"))
