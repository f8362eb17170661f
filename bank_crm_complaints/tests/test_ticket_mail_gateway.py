from odoo.exceptions import ConcurrencyError
from odoo.tools import mute_logger

from .mail_common import MailCase


class TestMailRegistration(MailCase):
    """Messages to a team's address become tickets, whatever program wrote them."""

    def test_plain_message(self):
        ticket = self.receive("plain")
        self.assertEqual(ticket.intake, "mail")
        self.assertEqual(ticket.kind, "complaint")
        self.assertEqual(ticket.team_id, self.office)
        self.assertEqual(ticket.company_id, self.office.company_id)
        self.assertEqual(ticket.partner_id, self.anna)
        self.assertEqual(ticket.contact_email, "anna@example.com")
        self.assertEqual(ticket.sender_check, "unknown")
        self.assertEqual(ticket.message_key, "<1f4c2a66-90b1-4d0e-8d8b-3c1f7c6f2a11@example.com>")
        [message] = self.messages(ticket)
        self.assertEqual(message.message_id, ticket.message_key)
        self.assertEqual(message.author_id, self.anna)
        self.assertFalse(message.is_internal)

    def test_numbers_are_masked_before_anything_is_stored(self):
        ticket = self.receive("plain")
        self.env.cr.execute(
            "SELECT t.subject || t.description || m.subject || m.body"
            " FROM bank_ticket t JOIN mail_message m ON m.model = 'bank.ticket' AND m.res_id = t.id WHERE t.id = %s",
            [ticket.id],
        )
        for (stored,) in self.env.cr.fetchall():
            for number in ("4111 1111", "41111111", "11010519491231002X"):
                self.assertNotIn(number, stored)
            self.assertIn("1111", stored)
        self.assertIn("charged twice", ticket.description)

    def test_time_of_receipt_is_that_of_the_bank_s_server(self):
        raw = self.raw("plain")
        now = self.env.cr.now().replace(microsecond=0)
        stamp = self.days_ago(2).replace(microsecond=0)
        raw = raw.replace(b"Tue, 24 Mar 2026 09:14:07 +0000 (UTC)", stamp.strftime("%a, %d %b %Y %X +0000").encode())
        ticket = self.deliver(raw)
        self.assertEqual(ticket.received_at, stamp)
        # A server's date in the future is not believed, the sender's own date never.
        future = self.days_ago(-3).strftime("%a, %d %b %Y %X +0000").encode()
        raw = self.raw("alternative").replace(b"Tue, 24 Mar 2026 02:31:40 -0700 (PDT)", future)
        self.assertGreaterEqual(self.deliver(raw).received_at, now)

    def test_html_only(self):
        ticket = self.receive("outlook_html")
        self.assertEqual(ticket.partner_id, self.anna, "case of the address")
        self.assertIn("kept my card – number ****0004", ticket.description)
        self.assertNotIn("MsoNormal", ticket.description)
        self.assertNotIn("font-face", ticket.description)
        self.assertNotIn("5500-0000-0000-0004", self.messages(ticket).body)

    def test_alternative_is_harmless(self):
        ticket = self.receive("alternative")
        self.assertIn("did not arrive—where is the money?", ticket.description)
        self.assertNotIn("onerror", self.messages(ticket).body)
        self.assertEqual(len(self.messages(ticket)), 1)

    def test_chinese_and_japanese(self):
        ticket = self.receive("gb18030")
        self.assertEqual(ticket.subject, "信用卡重复扣费的投诉")
        self.assertEqual(ticket.partner_id, self.anna)
        self.assertIn("****7894", ticket.description)
        self.assertIn("𠮷、㐂、镕", ticket.description)
        ticket = self.receive("gb2312")
        self.assertEqual(ticket.subject, "柜台服务态度")
        self.assertEqual(ticket.contact_name, "小王")
        self.assertFalse(ticket.partner_id)
        self.assertIn("等了两个小时", ticket.description)
        self.assertEqual(self.messages(ticket).attachment_ids.mapped("name"), ["排队小票.png"])
        ticket = self.receive("iso2022jp")
        self.assertEqual((ticket.subject, ticket.contact_name), ("手数料について", "佐藤花子"))
        self.assertIn("二重に引き落とされました", ticket.description)

    def test_characters_that_the_message_does_not_admit_to(self):
        """Letters beyond GB2312 in what is called GB2312, headers in plain bytes, a character set nobody knows."""
        text = "朱镕先生的信用卡"
        raw = self.raw("plain").replace(b"charset=UTF-8", b"charset=gb2312").replace(b"quoted-printable", b"8bit")
        head = raw[: raw.index(b"\n\n") + 2].replace(b"Fee charged twice on card 4111 1111 1111 1111", b"%s")
        ticket = self.deliver(head % text.encode("gb18030") + text.encode("gb18030"))
        self.assertEqual((ticket.subject, ticket.description.strip()), (text, text))
        self.assertIn(text, self.messages(ticket).body)
        raw = self.raw("alternative").replace(b'charset="UTF-8"', b'charset="x-nobody"')
        self.assertIn("where is the money?", self.deliver(raw).description)

    def test_empty_body_and_no_subject(self):
        ticket = self.receive("empty_body")
        self.assertEqual(ticket.subject, "(no subject)")
        self.assertEqual(ticket.partner_id, self.anna)

    def test_the_same_message_is_one_ticket(self):
        ticket = self.receive("plain")
        self.assertEqual(len(ticket), 1)
        self.assertFalse(self.receive("plain"))
        self.assertEqual(len(self.messages(ticket)), 1)
        # … also when another channel registered it
        self.env["bank.ticket"]._register_many(
            [{"subject": "x", "description": "x", "message_key": "<empty-1@example.com>"}], "api"
        )
        self.assertFalse(self.receive("empty_body"))

    def test_without_message_id(self):
        ticket = self.receive("no_message_id")
        self.assertTrue(ticket.message_key)
        self.assertFalse(self.receive("no_message_id"), "the same words at the same time are the same message")
        self.assertEqual(len(self.messages(ticket)), 1)
        other = self.raw("no_message_id").replace(b"The limit", b"And the limit")
        self.assertEqual(len(self.deliver(other)), 1)

    def test_several_addresses_are_one_ticket(self):
        ticket = self.receive("several_aliases")
        self.assertEqual(len(ticket), 1)
        self.assertEqual(ticket.team_id, self.office, "the address named first")
        self.assertFalse(self.receive("several_aliases"))

    def test_kind_of_the_team(self):
        raw = self.raw("plain").replace(b"complaints@example.org", b"service@example.org")
        ticket = self.deliver(raw)
        self.assertEqual((ticket.team_id, ticket.kind), (self.service, "inquiry"))

    def test_an_address_of_two_customers_identifies_nobody(self):
        self.make_customer("Anna's Husband", email="Anna@example.com")
        ticket = self.receive("plain")
        self.assertFalse(ticket.partner_id)
        self.assertFalse(self.messages(ticket).author_id)

    def test_another_company_s_customer_is_not_found(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        self.anna.company_id = other
        self.assertFalse(self.receive("plain").partner_id)

    def test_recipients_of_copies_do_not_read_the_ticket(self):
        """Odoo opens a message to every contact it was copied to."""
        self.ben.email = "ben@example.com"
        raw = self.raw("plain").replace(b"To: complaints", b"Cc: ben@example.com\nTo: complaints")
        message = self.messages(self.deliver(raw))
        self.assertFalse(message.partner_ids)
        self.assertFalse(message.incoming_email_cc)
        self.assertFalse(message.notification_ids)

    def test_header_injection(self):
        ticket = self.receive("header_injection")
        self.assertEqual(len(ticket), 1, "Python refuses such an address: the message would never be read")
        self.assertEqual(ticket.contact_email, "anna@example.com")
        for text in (ticket.subject, ticket.contact_name, self.messages(ticket).email_from):
            self.assertNotRegex(text, r"[\r\n]")
        self.assertNotIn("<script>", self.messages(ticket).body)

    def test_huge_headers(self):
        references = "\n ".join(f"<{number:08}@flood.example.net>" for number in range(4000))
        recipients = ", ".join(f"r{number}@example.net" for number in range(5000))
        raw = self.raw("plain").replace(
            b"MIME-Version",
            f"References: {references}\nX-Long: {'x' * 200000}\nCc: {recipients}\nMIME-Version".encode(),
        )
        ticket = self.deliver(raw)
        self.assertEqual(ticket.partner_id, self.anna)

    def test_what_cannot_be_registered_is_not_lost(self):
        """Odoo answers any error with "undeliverable"."""
        sent = self.env["mail.mail"].sudo().search_count([])
        register = type(self.env["bank.ticket"])._register_many

        def fails(records, vals_list, intake):
            raise ValueError("a rule that nobody thought of")

        with mute_logger("odoo.addons.bank_crm_complaints.models.bank_ticket_mail"):
            self.patch(type(self.env["bank.ticket"]), "_register_many", fails)
            self.assertFalse(self.receive("plain"))
            self.patch(type(self.env["bank.ticket"]), "_register_many", register)
        held = self.quarantined(reason="error")
        self.assertEqual((held.email_from, held.explanation), ("anna@example.com", "ValueError"))
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), sent)
        self.assertNotEqual(self.office.alias_id.alias_status, "invalid")
        held.with_user(self.users["agent"]).action_release()
        self.assertEqual(held.ticket_id.partner_id, self.anna)

    def test_two_processes_with_the_same_message(self):
        def taken(records, vals_list, intake):
            raise ConcurrencyError("two registrations of one ticket at the same time")

        self.patch(type(self.env["bank.ticket"]), "_register_many", taken)
        self.assertFalse(self.receive("plain"))
        self.assertFalse(self.quarantined())

    def test_queries(self):
        self.receive("plain")  # warm
        with self.assertQueryCount(90):
            self.env["mail.thread"].message_process(False, self.raw("alternative"))
            self.env.flush_all()

    def test_staff_of_the_team_see_it_as_their_roles_say(self):
        ticket = self.receive("plain")
        for role in ("agent", "lead", "compliance", "auditor", "rm_north"):
            self.assertTrue(self.as_user(role, ticket).has_access("read"), role)
        for role in ("rm_south", "bank_admin", "employee", "portal"):
            self.assertFalse(self.as_user(role, ticket).has_access("read"), role)
        self.assertEqual(ticket.create_uid, self.env.ref("base.user_root"), "not the sender's user")
