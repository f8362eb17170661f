from .letter_common import LetterCase
from .mail_common import MailCase


class TestMailSenders(MailCase):
    """Anybody can write any sender: what is not genuine, or not clear, identifies nobody."""

    def test_what_the_mail_server_said(self):
        for name, check, customer in (
            ("verified_customer", "verified", True),
            ("plain", "unknown", True),
            ("forged_customer", "failed", False),
            ("forged_results", "failed", False),
            ("several_from", "failed", False),
            ("two_from_headers", "failed", False),
        ):
            with self.subTest(name):
                ticket = self.receive(name)
                self.assertEqual(len(ticket), 1)
                self.assertEqual(ticket.sender_check, check)
                self.assertEqual(ticket.partner_id, self.anna if customer else self.env["res.partner"])
                self.assertEqual(self.messages(ticket).author_id, ticket.partner_id)

    def test_results_of_other_servers_are_not_believed(self):
        """Without the names of the bank's servers a success is worth nothing; a failure is one all the same."""
        self.env["ir.config_parameter"].set_param("bank_crm_complaints.mail_servers", "")
        self.assertEqual(self.receive("verified_customer").sender_check, "unknown")
        self.assertEqual(self.receive("forged_customer").sender_check, "failed")
        self.env["ir.config_parameter"].set_param("bank_crm_complaints.mail_servers", "other.example.org")
        raw = self.raw("verified_customer").replace(b"verified_customer-1@", b"verified_customer-2@")
        self.assertEqual(self.deliver(raw).sender_check, "unknown")

    def test_nobody_shuts_out_a_customer_by_writing_in_her_name(self):
        for number in range(7):
            raw = self.raw("forged_customer").replace(b"forged_customer-1@", f"forged-{number}@".encode())
            self.deliver(raw)
        self.assertEqual(len(self.quarantined(reason="sender_limit")), 2)
        self.assertEqual(self.receive("plain").partner_id, self.anna)

    def test_genuine_senders_only(self):
        self.env["ir.config_parameter"].set_param("bank_crm_complaints.mail_require_authentication", "True")
        self.assertFalse(self.receive("plain").partner_id)
        self.assertEqual(self.receive("verified_customer").partner_id, self.anna)

    def test_a_name_that_looks_like_an_address(self):
        ticket = self.receive("spoofed_name")
        self.assertFalse(ticket.partner_id)
        self.assertEqual((ticket.contact_email, ticket.contact_name), ("eve@example.net", "eve@example.net"))
        self.assertNotIn("anna", self.messages(ticket).email_from)

    def test_reply_to_decides_nothing(self):
        """Not who is meant, and not where answers go: to our own address they would go round and round."""
        ticket = self.receive("reply_to_alias")
        self.assertEqual(ticket.contact_email, "anna@example.com")
        forged = self.receive("forged_customer")
        self.assertEqual(forged.contact_email, "anna@example.com")
        self.assertNotIn("anna.example@example.net", (self.messages(forged).reply_to or ""))

    def test_a_forged_sender_does_not_reach_the_customer_s_other_tickets(self):
        ticket = self.make_ticket(contact_email="anna@example.com", team_id=self.office.id)
        raw = self.raw("forged_customer").replace(b"My last complaint", f"About {ticket.number}".encode())
        new = self.deliver(raw)
        self.assertEqual(len(new), 1)
        self.assertFalse(self.messages(ticket))

    def test_customer_of_the_portal_sees_nothing_of_a_forged_ticket(self):
        portal = self.users["portal"]
        self.make_portal_customer(portal)
        raw = self.raw("forged_customer").replace(b"anna@example.com", b"portal@example.com")
        ticket = self.deliver(raw)
        self.assertFalse(self.as_user("portal", ticket).has_access("read"))
        raw = self.raw("verified_customer").replace(b"anna@example.com", b"portal@example.com")
        ticket = self.deliver(raw)
        self.assertEqual(ticket.partner_id, portal.partner_id)
        self.assertTrue(self.as_user("portal", ticket).has_access("read"))

    def make_portal_customer(self, user):
        user.partner_id.write({"is_bank_customer": True, "email": "portal@example.com"})


class TestMailBounces(MailCase):
    """Reports on deliveries: what did not arrive was not sent, what is late is not lost."""

    def test_a_message_that_came_back(self):
        for name in ("bounce_hard", "bounce_exchange", "bounce_qmail", "bounce_chinese"):
            with self.subTest(name):
                ticket, message = self.answered_ticket()
                before = self.env["bank.ticket"].search_count([])
                self.receive(name, message_id=message.message_id, recipient="anna@example.com")
                self.assertEqual(self.env["bank.ticket"].search_count([]), before)
                self.assertIn("mail_bounced", self.kinds_of(ticket))
                self.assertNotIn("customer_message", self.kinds_of(ticket))
                self.assertEqual(self.notification(message).notification_status, "bounce")
                self.assertTrue(ticket.activity_ids)

    def test_a_letter_that_came_back(self):
        ticket, message = self.answered_ticket()
        letter = self.sent_letter(ticket, message)
        self.receive("bounce_hard", message_id=message.message_id, recipient="anna@example.com")
        self.assertEqual(letter.state, "bounced")
        self.assertEqual(self.kinds_of(ticket).count("letter_bounced"), 1)
        # The same report again, or a second one of another server, changes nothing more.
        self.receive("bounce_exchange", message_id=message.message_id, recipient="anna@example.com")
        self.assertEqual(self.kinds_of(ticket).count("letter_bounced"), 1)

    def test_late_is_not_lost(self):
        for name in ("bounce_delayed", "read_receipt"):
            with self.subTest(name):
                ticket, message = self.answered_ticket()
                letter = self.sent_letter(ticket, message)
                self.receive(name, message_id=message.message_id, recipient="anna@example.com")
                self.assertEqual(letter.state, "sent")
                self.assertNotEqual(self.notification(message).notification_status, "bounce")
                self.assertNotIn("letter_bounced", self.kinds_of(ticket))
                self.assertFalse(self.quarantined())

    def test_a_report_about_somebody_else_s_address_is_not_believed(self):
        ticket, message = self.answered_ticket()
        letter = self.sent_letter(ticket, message)
        self.receive("bounce_hard", message_id=message.message_id, recipient="eve@example.net")
        self.assertEqual(letter.state, "sent")
        self.assertNotIn("mail_bounced", self.kinds_of(ticket))

    def test_a_report_about_what_the_customer_wrote_is_not_believed(self):
        ticket = self.receive("plain")
        self.receive("bounce_hard", message_id=ticket.message_key, recipient="anna@example.com")
        self.assertNotIn("mail_bounced", self.kinds_of(ticket))

    def test_reports_about_nothing_of_ours_make_no_ticket(self):
        for name in ("bounce_hard", "bounce_qmail", "bounce_chinese", "read_receipt"):
            with self.subTest(name):
                self.assertFalse(self.receive(name, message_id="<x@example.net>", recipient="eve@example.net"))

    def notification(self, message):
        return message.sudo().notification_ids.filtered(lambda line: line.res_partner_id == self.anna)

    def sent_letter(self, ticket, message):
        """Return a letter that went out with ``message``."""
        kind = self.env["bank.ticket.letter.kind"].search([("code", "=", "final")], limit=1)
        letters = self.env["bank.ticket.letter"]
        letter = letters.create(
            {
                "ticket_id": ticket.id,
                "kind_id": kind.id,
                "lang": "en_US",
                "subject": "Our answer",
                "body": "<p>Our answer</p>",
                "channel": "email",
                "email_to": "anna@example.com",
            }
        )
        letter._unguarded().write(
            {"state": "sent", "sent_at": self.env.cr.now(), "sha256": "0" * 64, "message_id": message.id}
        )
        return letter


class TestLetterBounces(LetterCase, MailCase):
    """Letters as the bank sends them, reports as servers write them: the legal deadline follows."""

    def setUp(self):
        super().setUp()
        self.patch(type(self.env["mail.mail"]), "send", lambda mails, **options: None)
        self.ticket = self.make_complaint("UK-DISP", contact_email="anna@example.com")
        kind = self.kinds["eight_week"]
        self.clock = self.ticket.clock_ids.filtered(lambda clock: kind in clock.rule_id.stop_letter_kind_ids)
        self.assertTrue(self.clock.is_open)
        self.letter = self.write_letter("final", self.ticket)
        self.letter.action_send()
        self.assertFalse(self.clock.is_open)

    def report(self, name):
        self.receive(name, message_id=self.letter.message_id.sudo().message_id, recipient="anna@example.com")

    def test_late_is_not_lost(self):
        self.report("bounce_delayed")
        self.report("read_receipt")
        self.assertEqual((self.letter.state, self.ticket.state), ("sent", "responded"))
        self.assertFalse(self.clock.is_open)

    def test_reports_of_the_standard(self):
        self.report("bounce_hard")
        self.check_returned("5.1.1")

    def test_reports_of_servers_that_know_no_standard(self):
        self.report("bounce_chinese")
        self.check_returned("5.1.1")

    def check_returned(self, reason):
        self.assertEqual((self.letter.state, self.letter.bounce_reason), ("bounced", reason))
        self.assertEqual(self.ticket.state, "investigating")
        self.assertTrue(self.clock.is_open, "what did not arrive ended nothing")
        self.report("bounce_exchange")
        self.assertEqual(self.kinds_of(self.ticket).count("letter_bounced"), 1)
