import base64
import datetime
import io

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import TicketCase

FILE = """投诉编号;类型;Title;投诉内容;客户号;Email;匿名;收到日期;When;涉及人数;Regimes;Shoe Size
F-1;complaint;Fee;"A fee was taken; card 6222021234567894";{anna};;;02.03.2026;01.03.2026;2;UK-DISP, UK-PSR;38
F-2;inquiry;Hours;When do you open?;;who@example.com;;02.03.2026 14:30;;;;
F-3;suggestion;Chairs;More chairs;;;是;;;;;
F-4;complain;Fee;x;{anna};;;31.02.2026;;;;
F-5;complaint;=HYPERLINK("x");x;nobody;;;02.03.2026;;;;
F-1;complaint;Fee again;x;{anna};;;;;;;
"""


@tagged("post_install", "-at_install")
class TestTicketImport(TicketCase):
    """Tickets come in as a file, through the same import as customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"

    def wizard(self, content=None, name="tickets.csv", role="operations", **values):
        content = content or FILE.format(anna=self.anna.customer_number)
        wizard = (
            self.env["bank.exchange.import"]
            .with_user(self.users[role])
            .create(
                {
                    "file": base64.b64encode(content if isinstance(content, bytes) else content.encode()),
                    "file_name": name,
                    "kind": "tickets",
                    **values,
                }
            )
        )
        wizard.action_read()
        wizard.date_format = "dmy_dot"
        return wizard

    def run_to_the_end(self, wizard):
        while not wizard.run_chunk()["finished"]:
            pass
        return wizard

    def tickets(self):
        return self.env["bank.ticket"].search([("external_ref", "=like", "F-%")], order="external_ref")

    @freeze_time("2026-03-10 10:00:00")
    def test_a_file_from_beginning_to_end(self):
        wizard = self.wizard()
        self.assertFalse(wizard.missing_keys)
        self.assertEqual(
            wizard.column_ids.mapped("ticket_key"),
            [
                "external_ref",
                "kind",
                "subject",
                "description",
                "customer_number",
                "email",
                "anonymous",
                "received_at",
                False,
                "affected_count",
                "regime_codes",
                False,
            ],
        )
        wizard.column_ids.filtered(lambda column: column.header == "When").ticket_key = "incident_on"

        wizard.action_check()
        self.run_to_the_end(wizard)
        self.assertEqual((wizard.total, wizard.rejected, wizard.created), (6, 2, 0))
        self.assertFalse(self.tickets())

        wizard.action_import()
        self.run_to_the_end(wizard)
        self.assertEqual((wizard.created, wizard.unchanged, wizard.rejected), (3, 1, 2))
        first, second, third = self.tickets()
        self.assertEqual(first.description, "A fee was taken; card ****7894")
        self.assertEqual((first.partner_id, first.intake, first.affected_count), (self.anna, "import", 2))
        self.assertEqual(first.received_at, self.at("2026-03-01 16:00:00"))
        self.assertEqual(first.incident_on, datetime.date(2026, 3, 1))
        self.assertEqual(set(first.regime_ids.mapped("code")), {"UK-DISP", "UK-PSR"})
        self.assertEqual(second.contact_email, "who@example.com")
        self.assertEqual(second.received_at, self.at("2026-03-02 06:30:00"))
        self.assertTrue(third.is_anonymous)
        self.assertEqual(
            self.env["bank.ticket"].with_user(self.users["operations"]).search(wizard.action_view_tickets()["domain"]),
            first | second | third,
        )

    @freeze_time("2026-03-10 10:00:00")
    def test_twice_changes_nothing(self):
        self.run_to_the_end_of(self.wizard())
        before = [(ticket.id, ticket.subject, ticket.write_date, ticket.event_seq) for ticket in self.tickets()]
        again = self.run_to_the_end_of(self.wizard())
        self.assertEqual((again.created, again.unchanged, again.rejected), (0, 4, 2))
        after = [(ticket.id, ticket.subject, ticket.write_date, ticket.event_seq) for ticket in self.tickets()]
        self.assertEqual(after, before)

    def run_to_the_end_of(self, wizard):
        wizard.action_import()
        return self.run_to_the_end(wizard)

    @freeze_time("2026-03-10 10:00:00")
    def test_refused_rows_come_back_and_can_be_corrected(self):
        wizard = self.run_to_the_end_of(self.wizard())
        text = base64.b64decode(wizard.rejected_file).decode("utf-8-sig")
        lines = text.splitlines()
        self.assertTrue(lines[1].startswith("F-4,complain,"), lines[1])
        self.assertIn("invalid_value", lines[1])
        self.assertIn("'=HYPERLINK", text)
        for code in ("unknown_customer", "invalid_time"):
            self.assertIn(code, text)
        self.assertIn("kind", wizard.error_summary)
        corrected = text.replace(",complain,", ",complaint,").replace("nobody", self.carl.customer_number)
        again = self.run_to_the_end_of(self.wizard(corrected.replace("31.02.2026", "28.02.2026")))
        self.assertEqual((again.created, again.rejected), (2, 0))
        self.assertEqual(self.tickets().mapped("external_ref"), ["F-1", "F-2", "F-3", "F-4", "F-5"])

    @freeze_time("2026-03-10 10:00:00")
    def test_a_workbook(self):
        book = openpyxl.Workbook()
        book.active.append(["Reference", "Kind", "Subject", "Description", "Customer Number", "Received", "Persons"])
        book.active.append(
            ["F-1", "complaint", "Fee", "x", self.anna.customer_number, datetime.datetime(2026, 3, 2, 14, 30), 3]
        )
        book.active.append(["F-2", "complaint", "Fee", "x", self.anna.customer_number, datetime.date(2026, 3, 2), 1])
        buffer = io.BytesIO()
        book.save(buffer)
        wizard = self.run_to_the_end_of(self.wizard(buffer.getvalue(), name="tickets.xlsx"))
        self.assertEqual((wizard.created, wizard.rejected), (2, 0), wizard.errors)
        first, second = self.tickets()
        self.assertEqual((first.received_at, first.affected_count), (self.at("2026-03-02 06:30:00"), 3))
        self.assertEqual(second.received_at, self.at("2026-03-01 16:00:00"))

    def test_missing_columns_are_named(self):
        wizard = self.wizard("Reference;Subject\nF-1;x\n")
        self.assertEqual(wizard.missing_keys, "Kind, What Happened")
        with self.assertRaisesRegex(UserError, r"\[missing_column\]"):
            wizard.action_import()

    def test_others_cannot_import(self):
        for role in ("agent", "rm_north", "bank_admin"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.wizard(role=role)

    def test_the_other_kinds_are_as_before(self):
        wizard = self.wizard("id;name\n1;Anna\n", kind="customers")
        self.assertEqual(wizard.column_ids.mapped("customer_key"), ["external_id", "name"])
        self.run_to_the_end_of(wizard)
        self.assertEqual((wizard.created, len(wizard.batch_ids)), (1, 1))

    def test_the_form_opens(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm_complaints.bank_ticket_import_action")
        wizards = self.env["bank.exchange.import"].with_user(self.users["operations"])
        form = Form(wizards.with_context(default_kind="tickets"), "bank_crm.bank_exchange_import_view_form")
        self.assertEqual(form.kind, "tickets")
        self.assertIn("default_kind", action["context"])
