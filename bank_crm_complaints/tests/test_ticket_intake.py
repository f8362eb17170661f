import base64

import qrcode

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.bank_crm.tools import qr_code

from .common import TicketCase

CARD = "6222 0212 3456 7894"


class IntakeCase(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.cn")
        cls.anna.lang = "en_US"

    def intake(self, role="agent", **values):
        self.env.flush_all()
        return (
            self.env["bank.ticket.intake"]
            .with_user(self.users[role])
            .create(
                {
                    "partner_id": self.anna.id,
                    "subject": "Fee on a free account",
                    "description": f"A fee was taken. My card is {CARD}.",
                    **values,
                }
            )
        )

    def registered(self, role="agent", **values):
        intake = self.intake(role, **{"is_confirmed": True, **values})
        for _step in range(2):
            intake.action_next()
        intake.action_register()
        return intake


@tagged("post_install", "-at_install")
class TestTicketIntake(IntakeCase):
    """The clerk's way through the wizard, and what becomes of it."""

    def test_a_customer_at_the_counter(self):
        intake = self.registered(requested_remedy="The fee back", incident_on="2026-03-01", affected_count=2)
        ticket = intake.ticket_id
        self.assertEqual((intake.step, intake.number), ("done", ticket.number))
        self.assertEqual(
            (ticket.partner_id, ticket.intake, ticket.create_uid), (self.anna, "branch", self.users["agent"])
        )
        self.assertEqual(ticket.description, "A fee was taken. My card is ****7894.")
        self.assertEqual(ticket.channel_id.code, "A0101")
        self.assertEqual((ticket.contact_name, ticket.contact_email), ("Anna", "anna@example.com"))
        self.assertIn("read_back", self.kinds_of(ticket))
        self.assertTrue(ticket.next_statutory_due_at)
        self.assertTrue(intake.is_visible)
        self.assertEqual(intake.action_open_ticket()["res_id"], ticket.id)

    def test_a_second_click_registers_nothing(self):
        intake = self.registered()
        intake.action_register()
        self.assertEqual(self.env["bank.ticket"].search_count([("partner_id", "=", self.anna.id)]), 1)

    def test_anonymous(self):
        ticket = self.registered(complainant="anonymous", partner_id=self.anna.id, contact_name="Somebody").ticket_id
        self.assertTrue(ticket.is_anonymous)
        self.assertFalse(ticket.partner_id or ticket.contact_name or ticket.contact_email)

    def test_not_a_customer(self):
        ticket = self.registered(
            complainant="other", partner_id=self.anna.id, contact_name="Passer-by", contact_phone="555"
        ).ticket_id
        self.assertFalse(ticket.partner_id)
        self.assertEqual((ticket.contact_name, ticket.contact_phone), ("Passer-by", "555"))

    def test_on_behalf(self):
        agent = self.users["agent"]
        proof = self.env["ir.attachment"].with_user(agent).create({"name": "authority.txt", "raw": b"I may"})
        ticket = self.registered(
            complainant="behalf",
            party_role="heir",
            contact_name="Daughter",
            contact_email="daughter@example.com",
            authority_ids=[(6, 0, proof.ids)],
        ).ticket_id
        self.assertEqual((ticket.partner_id, ticket.contact_email), (self.anna, "anna@example.com"))
        party = ticket.party_ids
        self.assertEqual((party.role, party.name, party.email), ("heir", "Daughter", "daughter@example.com"))
        self.assertEqual(party.authority_attachment_ids, proof)
        self.assertTrue(party.is_authorised)

    def test_by_letter_received_before(self):
        with freeze_time("2026-03-10 10:00:00"):
            ticket = self.registered(intake="letter", received_at="2026-03-06 08:00:00", is_confirmed=False).ticket_id
        self.assertEqual(
            (ticket.received_at, ticket.registered_at),
            (self.at("2026-03-06 08:00:00"), self.at("2026-03-10 10:00:00")),
        )
        self.assertTrue(ticket.is_late_registered)
        self.assertEqual(ticket.intake, "letter")

    def test_what_is_missing_is_named(self):
        for values, field in (
            ({"partner_id": False}, "Customer"),
            ({"complainant": "other", "partner_id": False}, "Name"),
            ({"complainant": "other", "contact_name": "X"}, "Telephone, Email"),
            ({"received_at": "2099-01-01"}, "Received"),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(ValidationError, f"^{field}:"):
                self.intake(**values).action_next()
        for values, field in (
            ({"subject": " "}, "Subject"),
            ({"description": ""}, "What Happened"),
            ({"holding_id": self.carl_account.id}, "Account or Contract"),
            ({"affected_count": 0}, "Persons"),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(ValidationError, f"^{field}:"):
                self.intake(step="what", **values).action_next()
        for step in ("who", "check"):  # not even past the steps
            with self.assertRaisesRegex(ValidationError, "^Read Out and Confirmed:"):
                self.intake(step=step).action_register()
        self.assertFalse(self.env["bank.ticket"].search_count([("partner_id", "=", self.anna.id)]))

    def test_back(self):
        intake = self.intake()
        intake.action_next()
        intake.action_back()
        self.assertEqual((intake.step, intake.subject), ("who", "Fee on a free account"))
        done = self.registered()
        done.action_back()
        self.assertEqual(done.step, "done")

    def test_existing_tickets_are_shown(self):
        earlier = self.make_ticket(description="A fee was taken. My card is not meant.")
        hidden = self.make_ticket(confidentiality="whistle")
        intake = self.intake()
        self.assertEqual(intake.open_ticket_ids, earlier)
        self.assertEqual(intake.existing_ids, earlier)
        self.assertNotIn(hidden, intake.existing_ids)

    def test_reading_back_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        intake = self.intake(requested_remedy="The fee back", lang="zh_CN")
        self.assertIn("Fee on a free account", intake.read_back)
        self.assertIn("The fee back", intake.read_back)
        self.assertEqual(self.intake().lang, "en_US")
        self.anna.lang = "zh_CN"
        self.assertEqual(self.intake().lang, "zh_CN")

    def test_finding_customers(self):
        self.anna.phone = "+86 21 5550 0101"
        for text in (self.anna.customer_number, "anna@EXAMPLE.com", "Ann", "55500101"):
            with self.subTest(text=text):
                self.assertIn(self.anna, self.intake(search_text=text).found_ids)
        self.assertFalse(self.intake("rm_south", partner_id=False, search_text="Anna").found_ids)
        with Form(self.env["bank.ticket.intake"].with_user(self.users["agent"])) as form:
            form.search_text = self.anna.customer_number
            self.assertEqual(form.partner_id, self.anna)

    # ------------------------------------------------------------------
    # Confidential reports
    # ------------------------------------------------------------------

    def test_whoever_takes_in_a_confidential_report_does_not_see_it(self):
        intake = self.registered(complained_user_ids=[(6, 0, self.users["rm_north"].ids)])
        ticket = intake.ticket_id.sudo()
        self.assertEqual((ticket.confidentiality, ticket.complained_user_ids), ("conduct", self.users["rm_north"]))
        self.assertFalse(intake.is_visible)
        self.assertEqual(intake.number, ticket.number)
        self.assertTrue(intake.tracking_code)
        with self.assertRaises(AccessError):
            intake.action_open_ticket()
        self.assertTrue(self.as_user("compliance", ticket).subject)
        for role in ("agent", "rm_north"):
            self.assertFalse(self.as_user(role, self.env["bank.ticket"]).search([("id", "=", ticket.id)]))

    def test_whistle(self):
        ticket = self.registered(complainant="anonymous", confidentiality="whistle").ticket_id
        self.assertEqual(ticket.sudo().confidentiality, "whistle")

    # ------------------------------------------------------------------
    # Who
    # ------------------------------------------------------------------

    def test_roles(self):
        for role in ("agent", "rm_north", "manager_north", "operations", "compliance", "lead"):
            with self.subTest(role=role):
                self.assertTrue(self.registered(role).ticket_id)
        for role in ("auditor", "bank_admin", "employee", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.intake(role)

    def test_own_customers_only(self):
        with self.assertRaises(AccessError):
            self.registered("rm_north", partner_id=self.carl.id)

    def test_the_wizard_of_another_clerk(self):
        intake = self.registered()
        with self.assertRaises(AccessError):
            self.as_user("operations", intake).read(["tracking_code"])

    # ------------------------------------------------------------------
    # Tracking code
    # ------------------------------------------------------------------

    def test_the_code_is_shown_and_not_stored(self):
        intake = self.registered()
        code = intake.tracking_code
        self.assertEqual(len(code), 10)
        self.assertEqual(self.env["bank.ticket"]._find_tracked(intake.number, code), intake.ticket_id)
        self.env.flush_all()
        for table in ("bank_ticket_intake", "bank_ticket"):
            self.env.cr.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{code}%"])
            self.assertEqual(self.env.cr.fetchone()[0], 0)
        with self.assertRaises(AccessError):
            intake.read(["tracking_encrypted"])
        intake.action_close()
        self.assertFalse(intake.tracking_code)

    def test_a_new_receipt_makes_the_earlier_code_void(self):
        intake = self.registered()
        ticket, code = intake.ticket_id, intake.tracking_code
        action = ticket.with_user(self.users["operations"]).action_new_receipt()
        again = self.env["bank.ticket.intake"].with_user(self.users["operations"]).browse(action["res_id"])
        self.assertNotEqual(again.tracking_code, code)
        tickets = self.env["bank.ticket"]
        self.assertFalse(tickets._find_tracked(ticket.number, code))
        self.assertEqual(tickets._find_tracked(ticket.number, again.tracking_code), ticket)
        with self.assertRaises(AccessError):
            ticket.with_user(self.users["auditor"]).action_new_receipt()


@tagged("post_install", "-at_install")
class TestTicketReceipt(IntakeCase):
    """The printed receipt."""

    def html(self, intake):
        report = self.env.ref("bank_crm_complaints.bank_ticket_intake_report_receipt").with_user(intake.env.user)
        return report._render_qweb_html(report.id, intake.ids)[0].decode()

    def test_what_it_says(self):
        intake = self.registered(requested_remedy="The fee back")
        text = self.html(intake)
        ticket = intake.ticket_id
        due = ticket._customer_time(ticket.next_statutory_due_at, date_only=True)
        for part in (ticket.number, intake.tracking_code, "The fee back", due, "12378", "data:image/svg+xml;base64,"):
            self.assertIn(part, text)
        self.assertIn(f"/ticket/track?number={ticket.number}", text)
        self.assertNotIn(f"code={intake.tracking_code}", text)

    def test_the_qr_code_leads_to_the_tracking_page(self):
        """Another implementation of ISO 18004 draws the same code, with one of its eight masks."""
        receipt = self.registered()._receipt()
        drawn = qr_code.modules(receipt["url"])
        others = []
        for mask in range(8):
            other = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, mask_pattern=mask)
            other.add_data(qrcode.util.QRData(receipt["url"].encode(), mode=qrcode.util.MODE_8BIT_BYTE))
            other.make()
            others.append([[bool(cell) for cell in row] for row in other.modules])
        self.assertIn(drawn, others)
        svg = base64.b64decode(receipt["qr"].partition(",")[2]).decode()
        self.assertEqual(svg.count("h1v1h-1z"), sum(sum(row) for row in drawn))

    def test_it_is_a_pdf(self):
        intake = self.registered()
        report = self.env.ref("bank_crm_complaints.bank_ticket_intake_report_receipt").with_user(intake.env.user)
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            pdf, kind = report.with_context(force_report_rendering=True)._render_qweb_pdf(report.id, intake.ids)
        self.assertEqual(kind, "pdf")
        self.assertTrue(pdf.startswith(b"%PDF"))
        self.assertGreater(len(pdf), 5000)

    def test_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        view = self.env.ref("bank_crm_complaints.report_ticket_receipt_page")
        view.update_field_translations("arch_db", {"zh_CN": {"What happens now": "接下来会怎样"}})
        self.anna.lang = "zh_CN"
        intake = self.registered()
        text = self.html(intake)
        self.assertIn("接下来会怎样", text)
        self.assertIn("年", text, "dates are Chinese, too")

    def test_no_receipt_of_a_colleague(self):
        intake = self.registered()
        report = self.env.ref("bank_crm_complaints.bank_ticket_intake_report_receipt")
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            report.with_user(self.users["operations"])._render_qweb_html(report.id, intake.ids)
