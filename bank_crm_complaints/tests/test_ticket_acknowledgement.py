"""The automatic acknowledgement: queued with the ticket, sent by the server, never in the way."""

import io
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import warmup
from odoo.tools import mute_logger
from odoo.tools.pdf import OdooPdfFileReader

from odoo.addons.mail.tests.common import MockEmail

from ..tools import letter_text
from .letter_common import LetterCase

# Queries of acknowledging one ticket and fifty, files and mails included (an email each, sent by the mail queue).
ONE = 75
FIFTY = 180


class TestTicketAcknowledgement(LetterCase, MockEmail):
    def run_cron(self):
        with self.mock_mail_gateway(), self.enter_registry_test_mode():
            self.env.ref("bank_crm_complaints.ir_cron_bank_ticket_acknowledge").method_direct_trigger()
        self.env.invalidate_all()

    def letters(self, ticket):
        return self.env["bank.ticket.letter"].search([("ticket_id", "=", ticket.id)])

    def test_queued_at_registration_and_sent_by_the_server(self):
        ticket = self.make_complaint("UK-DISP")
        self.assertTrue(ticket.acknowledge_at)
        self.assertFalse(self.letters(ticket))
        self.run_cron()
        letter = self.letters(ticket)
        self.assertEqual((letter.state, letter.is_automatic, letter.kind_id.code), ("sent", True, "acknowledgement"))
        self.assertFalse(letter.sent_by_id)
        self.assertEqual((ticket.state, ticket.acknowledge_at), ("ack", False))
        self.assertIn("eight weeks", letter_text.plain_text(letter.body))
        self.run_cron()
        self.assertEqual(self.letters(ticket), letter)

    def test_the_mail_says_that_a_machine_wrote_it(self):
        ticket = self.make_complaint("UK-DISP")
        self.run_cron()
        mail = self.env["mail.mail"].sudo().search([("mail_message_id", "=", self.letters(ticket).message_id.id)])
        self.assertEqual(mail.state, "outgoing")
        with self.mock_mail_gateway():
            mail.send()
        headers = self._mails[0]["headers"]
        self.assertEqual(headers["Auto-Submitted"], "auto-replied")
        self.assertEqual(headers["X-Auto-Response-Suppress"], "All")
        self.assertEqual(self._mails[0]["email_to"], ['"Anna" <anna@example.com>'])

    def test_it_stops_the_clock_of_the_acknowledgement_only(self):
        ticket = self.make_complaint("UK-DISP")
        kind = self.kinds["acknowledgement"]
        clocks = ticket.clock_ids.filtered(lambda clock: clock.kind == "statutory")
        self.run_cron()
        for clock in clocks:
            self.assertEqual(clock.is_open, kind not in clock.rule_id.stop_letter_kind_ids, clock.rule_id.code)

    def test_in_the_language_of_the_customer(self):
        ticket = self.make_complaint("CN-NFRA", lang="zh_CN")
        self.run_cron()
        self.assertIn("15日", letter_text.plain_text(self.letters(ticket).body))

    def test_who_gets_none(self):
        """Anonymous people, senders without an address, old files, answers to surveys, whoever a program wrote for."""
        self.anna.email = "anna@example.com"
        nobody = self.make_customer("Nobody", branch=self.north)
        tickets = self.env["bank.ticket"]
        for values in (
            {"partner": False, "is_anonymous": True},
            {"partner": False},
            {"intake": "import"},
            {"intake": "survey"},
        ):
            tickets |= self.make_complaint("UK-DISP", **values)
        self.assertFalse(any(tickets.mapped("acknowledge_at")))
        tickets |= self.make_complaint("UK-DISP", partner=nobody)
        tickets |= (
            self.env["bank.ticket"]
            .with_context(bank_ticket_no_acknowledgement=True)
            .create({"kind": "complaint", "subject": "Auto", "partner_id": self.anna.id})
        )
        self.run_cron()
        for ticket in tickets:
            self.assertFalse(self.letters(ticket))
            self.assertEqual(ticket.state, "new")
            self.assertFalse(ticket.acknowledge_at)

    def test_unknown_senders_with_an_address_get_one(self):
        ticket = self.make_complaint("UK-DISP", partner=False, contact_name="Zoe", contact_email="zoe@example.com")
        self.run_cron()
        self.assertEqual(self.letters(ticket).email_to, "zoe@example.com")

    def test_whoever_was_faster(self):
        answered = self.make_complaint("UK-DISP")
        answered._on_staff_message()
        drafted = self.make_complaint("UK-DISP")
        draft = self.write_letter("acknowledgement", drafted)
        self.run_cron()
        self.assertFalse(self.letters(answered))
        self.assertEqual(self.letters(drafted), draft)
        self.assertEqual(draft.state, "draft")

    def test_a_bank_that_wants_none(self):
        self.company.ticket_acknowledges = False
        self.assertFalse(self.make_complaint("UK-DISP").acknowledge_at)

    @mute_logger("odoo.addons.bank_crm_complaints.models.bank_ticket_acknowledgement")
    def test_an_incomplete_text_is_left_to_the_handler_and_stops_no_other(self):
        """The administrator removed the deadline from the British text: that is told, and others go out."""
        self.env.ref(
            "bank_crm_complaints.letter_template_uk_disp_acknowledgement_en"
        ).body = "<p>Dear {{ customer_name }}, we received your complaint.</p>"
        british, neutral = self.make_complaint("UK-DISP"), self.make_complaint("SERVICE", kind="inquiry")
        self.run_cron()
        self.assertEqual((british.state, british.acknowledge_at), ("new", False))
        self.assertFalse(self.letters(british))
        self.assertIn("acknowledgement_dropped", self.kinds_of(british))
        self.assertIn("eight weeks", british.message_ids[0].body)
        self.assertTrue(british.message_ids[0].subtype_id.internal)
        self.assertEqual(self.letters(neutral).state, "sent")

    @mute_logger("odoo.addons.bank_crm_complaints.models.bank_ticket_acknowledgement")
    def test_a_server_without_a_printer_tries_again(self):
        tickets = self.make_many(2)
        report = type(self.env["ir.actions.report"])
        with patch.object(report, "_pre_render_qweb_pdf", side_effect=UserError("Unable to find Wkhtmltopdf")):
            self.run_cron()
        self.assertFalse(self.letters_of(tickets))
        self.assertTrue(all(ticket.acknowledge_at > fields.Datetime.now() for ticket in tickets))
        tickets._unguarded().write({"acknowledge_at": fields.Datetime.now()})
        self.run_cron()
        self.assertEqual(self.letters_of(tickets).mapped("state"), ["sent", "sent"])

    @mute_logger("odoo.addons.bank_crm_complaints.models.bank_ticket_acknowledgement")
    def test_one_company_does_not_hold_up_another(self):
        """The other company of the group has no address: its tickets wait, ours go out."""
        other = self.env["res.company"].create({"name": "Other Bank", "email": False})
        theirs = self.env["bank.ticket"].create(
            {"kind": "complaint", "subject": "x", "company_id": other.id, "contact_email": "x@example.com"}
        )
        ours = self.make_complaint("SERVICE", kind="inquiry")
        with self.mock_mail_gateway():
            (theirs | ours)._acknowledge()
        self.assertGreater(theirs.acknowledge_at, fields.Datetime.now())
        self.assertEqual((ours.acknowledge_at, ours.state), (False, "ack"))

    def test_registering_never_fails_because_of_it(self):
        letters = type(self.env["bank.ticket.letter"])
        with patch.object(letters, "create", side_effect=AssertionError("no letters while registering")):
            self.assertTrue(self.make_complaint("UK-DISP"))

    def test_resumes_where_it_stopped(self):
        tickets = self.env["bank.ticket"].union(*[self.make_complaint("SERVICE", kind="inquiry") for _n in range(5)])
        cron = type(self.env["ir.cron"])
        with self.mock_mail_gateway(), patch.object(cron, "_commit_progress", side_effect=[1, 0]):
            self.env["bank.ticket"]._cron_acknowledge(batch=2)
        self.assertEqual(len(tickets.filtered("acknowledge_at")), 3)
        with self.mock_mail_gateway(), patch.object(cron, "_commit_progress", return_value=1):
            self.env["bank.ticket"]._cron_acknowledge(batch=2)
        self.assertFalse(tickets.filtered("acknowledge_at"))
        self.assertEqual(len(self.env["bank.ticket.letter"].search([("ticket_id", "in", tickets.ids)])), 5)

    def test_each_file_is_one_customers_own(self):
        """One run of the printer for all; each file holds its own ticket and no other's."""
        tickets = self.make_many(3)
        with self.mock_mail_gateway():
            tickets.with_context(force_report_rendering=True)._acknowledge()
        files = self.letters_of(tickets)
        self.assertEqual(len(set(files.mapped("sha256"))), 3)
        for letter in files:
            reader = OdooPdfFileReader(io.BytesIO(letter.attachment_id.raw))
            text = "".join(page.extract_text() for page in reader.pages)
            for ticket in tickets:
                self.assertEqual(ticket.number in text, ticket == letter.ticket_id)

    # ------------------------------------------------------------------
    # What it costs
    # ------------------------------------------------------------------

    def make_many(self, count):
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"Customer {n}",
                    "is_bank_customer": True,
                    "branch_id": self.north.id,
                    "email": f"c{n}@example.com",
                }
                for n in range(count)
            ]
        )
        regimes = self.env["bank.ticket.regime"].search([("code", "=", "UK-DISP")])
        return self.env["bank.ticket"].create(
            [
                {
                    "kind": "complaint",
                    "subject": "Fee",
                    "partner_id": partner.id,
                    "regime_ids": regimes.ids,
                    "lang": "en_US",
                }
                for partner in partners
            ]
        )

    def letters_of(self, tickets):
        return self.env["bank.ticket.letter"].search([("ticket_id", "in", tickets.ids)])

    def acknowledge(self, tickets):
        self.env.flush_all()
        self.env.invalidate_all()
        with self.mock_mail_gateway():
            tickets._acknowledge()
            self.env.flush_all()
        self.assertEqual(set(self.letters_of(tickets).mapped("state")), {"sent"})

    @warmup
    def test_queries_of_one(self):
        tickets = self.make_many(1)
        with self.assertQueryCount(ONE):
            self.acknowledge(tickets)

    @warmup
    def test_queries_of_fifty(self):
        tickets = self.make_many(50)
        with self.assertQueryCount(FIFTY):
            self.acknowledge(tickets)

    def test_queue_is_read_by_its_index(self):
        self.make_many(1)
        now = fields.Datetime.now()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            "EXPLAIN SELECT id FROM bank_ticket WHERE acknowledge_at <= %s ORDER BY acknowledge_at, id LIMIT 50", [now]
        )
        self.assertIn("acknowledge_idx", str(self.env.cr.fetchall()))
