import datetime
import io
from unittest import TestCase

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from odoo.tools.translate import code_translations

from ...wizard.importing import columns, rejects, rows, tables


def xlsx(*lines, title="Data"):
    book = openpyxl.Workbook()
    book.active.title = title
    for line in lines:
        book.active.append(line)
    book.create_sheet("Empty")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class TestTables(TestCase):
    def test_encodings_are_found_out(self):
        text = "编号,姓名\n1,张伟\n2,李娜 (私人银行客户)\n"
        for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
            with self.subTest(encoding=encoding):
                content = text.encode(encoding)
                found = tables.detect_encoding(content)
                self.assertEqual(tables.read_csv(content, found, "comma").rows[0], ["1", "张伟"])
        self.assertEqual(tables.detect_encoding("id;name\n1;Søren Müller é\n".encode("windows-1252")), "windows-1252")
        self.assertIsNone(tables.detect_encoding(b"\x00\x01\x02garbage\x00"))

    def test_a_wrong_encoding_is_refused(self):
        with self.assertRaises(tables.UnreadableFile):
            tables.read_csv("姓名\n张伟\n".encode("gb18030"), "utf-8", "comma")

    def test_delimiters_are_found_out(self):
        for name, mark in tables.DELIMITERS.items():
            text = f'id{mark}name\n1{mark}"a, b; c"\n2{mark}x\n'
            self.assertEqual(tables.detect_delimiter(text), name)
        self.assertIn(tables.detect_delimiter("only\none\n"), tables.DELIMITERS)

    def test_lines_of_the_file_are_kept(self):
        content = b'\nid,name\n\n1,"two\nlines"\n2,x\n'
        table = tables.read_csv(content, "utf-8", "comma")
        self.assertEqual(table.header, ["id", "name"])
        self.assertEqual(table.rows, [["1", "two\nlines"], ["2", "x"]])
        self.assertEqual(table.lines, [4, 6])

    def test_workbooks(self):
        content = xlsx(["id", "since", "amount"], [4711, datetime.date(2024, 1, 31), 12.5], [None, None, None])
        self.assertEqual(tables.format_of(content), "xlsx")
        self.assertEqual(tables.sheet_names(content), ["Data", "Empty"])
        table = tables.read_sheet(content, "Data")
        self.assertEqual(table.rows, [[4711, datetime.date(2024, 1, 31), 12.5]])
        self.assertEqual(tables.read_sheet(content, "Empty").header, [])

    def test_broken_workbooks_are_refused(self):
        for content in (b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1broken"):
            with self.assertRaises(tables.UnreadableFile):
                tables.sheet_names(content)

    @given(st.lists(st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"])), min_size=1, max_size=4)))
    def test_refused_rows_are_read_back_as_they_were(self, lines):
        header = ["a", "b", "c", "d"]
        lines = [[cell.strip() or None for cell in line] + [None] * (4 - len(line)) for line in lines]
        lines = [line for line in lines if any(line) and not any(str(cell).startswith("'") for cell in line)]
        content = rejects.as_csv(header, lines)
        self.assertEqual(tables.read_csv(content, "utf-8", "comma").rows, lines)

    def test_no_cell_is_a_formula(self):
        dangerous = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\tx", "\rx"]
        text = rejects.as_csv(["h"], [[cell] for cell in dangerous]).decode("utf-8-sig")
        self.assertEqual(text.count("'"), len(dangerous))
        book = openpyxl.load_workbook(
            io.BytesIO(rejects.as_xlsx(["h"], [[cell] for cell in [*dangerous, "a\x01b", -5]]))
        )
        cells = [row[0] for row in book.active.iter_rows(min_row=2)]
        self.assertTrue(all(cell.value.startswith("'") and cell.data_type == "s" for cell in cells[:4]))
        self.assertEqual([cell.value for cell in cells[6:]], ["a?b", -5])


class TestColumns(TestCase):
    def test_headers_are_recognised(self):
        self.assertEqual(
            columns.guess(
                "customers", ["External ID", "Full Name", "E-Mail", "证件号码", "出生日期", "Shoe Size", "name"]
            ),
            ["external_id", "name", "email", "document.number", "birthdate", None, None],
        )
        self.assertEqual(
            columns.guess("holdings", ["external_id", "number", "customer_external_id", "role", "share_pct"]),
            ["external_id", "number", "party.customer_external_id", "party.role", "party.share_pct"],
        )
        self.assertEqual(
            columns.guess("balances", ["账户编号", "日期", "余额"]), ["holding_external_id", "date", "amount"]
        )

    def test_every_key_recognises_its_own_name_and_label(self):
        for kind, keys in columns.KEYS.items():
            for key, label in keys.items():
                self.assertEqual(columns.guess(kind, [key]), [key])
                self.assertEqual(columns.guess(kind, [label._source]), [key])
                chinese = code_translations.get_python_translations(label._module, "zh_CN")
                self.assertEqual(columns.guess(kind, [chinese[label._source]]), [key])


class TestRows(TestCase):
    def build(self, kind, keys, lines, **options):
        table = tables.Table(keys, lines, list(range(2, len(lines) + 2)))
        return [row for row, _indexes in rows.RowBuilder(kind, keys, **options).build(table)]

    def test_cells_become_what_the_exchange_takes(self):
        keys = ["external_id", "birthdate", "annual_income", "zip", None]
        lines = [[4711.0, "31.01.1984", "1.234.567,50", 11000.0, "x"], ["a", datetime.date(1984, 1, 31), 5, "1", None]]
        self.assertEqual(
            self.build("customers", keys, lines, date_format="dmy_dot", decimal_comma=True),
            [
                {"external_id": "4711", "birthdate": "1984-01-31", "annual_income": "1234567.50", "zip": "11000"},
                {"external_id": "a", "birthdate": "1984-01-31", "annual_income": 5, "zip": "1"},
            ],
        )

    def test_what_cannot_be_converted_is_left_to_the_exchange(self):
        keys = ["date", "amount"]
        for amount in ("1.2.3", "12,34", "abc", "1,23,456", "--1"):
            self.assertEqual(
                self.build("balances", keys, [["31.13.2024", amount]]), [{"date": "31.13.2024", "amount": amount}]
            )

    def test_amounts(self):
        for text, comma, expected in (
            ("1,234.56", False, "1234.56"),
            ("1 234.56", False, "1234.56"),
            ("1'234'567", False, "1234567"),
            ("-12.50", False, "-12.50"),
            ("1234", True, "1234"),
            ("1.234", True, "1234"),
            ("1,5", True, "1.5"),
            ("1\u00a0234,5", True, "1234.5"),
        ):
            built = self.build("balances", ["amount"], [[text]], decimal_comma=comma)
            self.assertEqual(built, [{"amount": expected}], text)

    @given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=2))
    def test_amounts_survive_both_notations(self, amount):
        english = f"{amount:,.2f}"
        german = english.translate(str.maketrans(",.", ".,"))
        for text, comma in ((english, False), (german, True)):
            [row] = self.build("balances", ["amount"], [[text]], decimal_comma=comma)
            self.assertEqual(float(row["amount"]), float(amount))

    @given(st.dates(min_value=datetime.date(1000, 1, 1)), st.sampled_from(sorted(rows.DATE_FORMATS)))
    def test_dates_survive_every_notation(self, day, date_format):
        text = day.strftime(rows.DATE_FORMATS[date_format])
        self.assertEqual(self.build("balances", ["date"], [[text]], date_format=date_format), [{"date": str(day)}])

    def test_empty_cells(self):
        keys, lines = ["external_id", "email"], [["1", None]]
        self.assertEqual(self.build("customers", keys, lines), [{"external_id": "1"}])
        self.assertEqual(self.build("customers", keys, lines, clear_empty=True), [{"external_id": "1", "email": None}])

    def test_parties_are_gathered(self):
        keys = ["external_id", "product_code", "party.customer_external_id", "party.role", "party.share_pct"]
        lines = [
            ["h1", "P", "1", "owner", "60"],
            ["h2", "P", "1", "owner", None],
            ["h1", None, "2", "joint", 40.0],
            ["h1", "OTHER", "3", "signatory", None],
        ]
        self.assertEqual(
            self.build("holdings", keys, lines),
            [
                {
                    "external_id": "h1",
                    "product_code": "P",
                    "parties": [
                        {"customer_external_id": "1", "role": "owner", "share_pct": "60"},
                        {"customer_external_id": "2", "role": "joint", "share_pct": 40.0},
                    ],
                },
                {
                    "external_id": "h2",
                    "product_code": "P",
                    "parties": [{"customer_external_id": "1", "role": "owner"}],
                },
                {
                    "external_id": "h1",
                    "product_code": "OTHER",
                    "parties": [{"customer_external_id": "3", "role": "signatory"}],
                },
            ],
        )

    def test_documents_stand_in_the_row_of_their_customer(self):
        keys = ["external_id", "document.type", "document.number"]
        self.assertEqual(
            self.build("customers", keys, [["1", "passport", 123.0], ["2", None, None]]),
            [
                {"external_id": "1", "identity_documents": [{"type": "passport", "number": "123"}]},
                {"external_id": "2"},
            ],
        )
