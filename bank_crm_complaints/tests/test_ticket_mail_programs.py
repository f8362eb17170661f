import ast

from ..models.bank_ticket_mail_outgoing import AUTOMATIC
from .mail_common import MailCase


class TestMailPrograms(MailCase):
    """Machines: no ticket, no acknowledgement, no loop."""

    def test_no_program_makes_a_ticket(self):
        sent = self.sent_mails()
        for name, reason in (
            ("auto_exchange", "auto_reply"),
            ("auto_gmail", "auto_reply"),
            ("auto_helpdesk", "auto_reply"),
            ("auto_null_sender", "auto_generated"),
            ("list", "bulk"),
        ):
            with self.subTest(name):
                self.assertFalse(self.receive(name, message_id="<unknown@example.net>"))
                self.assertEqual(self.quarantined(reason=reason)[0].state, "waiting")
        self.assertFalse(self.receive("auto_qq"))
        self.assertEqual(len(self.quarantined()), 6)
        self.assertEqual(self.sent_mails(), sent, "no machine is answered")

    def test_people_who_want_no_answer_are_people(self):
        ticket = self.receive("suppress_only")
        self.assertEqual(len(ticket), 1)
        self.assertIn("ten working days", ticket.description)

    def test_automatic_reply_on_a_ticket_is_a_note(self):
        ticket, message = self.answered_ticket()
        events = self.kinds_of(ticket)
        self.assertFalse(self.receive("auto_exchange", message_id=message.message_id))
        note = self.messages(ticket)[-1]
        self.assertIn("out of the office", note.body)
        self.assertTrue(note.is_internal)
        self.assertFalse(note.author_id)
        self.assertEqual(self.kinds_of(ticket), [*events, "mail_note"])
        self.assertFalse(ticket.activity_ids)
        self.assertFalse(self.quarantined())

    def test_own_address_is_a_loop(self):
        self.assertFalse(self.receive("own_alias"))
        self.assertTrue(self.quarantined(reason="loop"))

    def test_two_machines_that_answer_each_other_stop(self):
        """An acknowledgement of the bank, answered by a machine that marks nothing, over and over."""
        ticket = self.receive("plain")
        for number in range(40):
            raw = self.raw("foreign_reply", message_id=ticket.message_key)
            raw = raw.replace(b"eve@example.net", b"anna@example.com").replace(
                b"foreign_reply-1@", f"loop-{number}@".encode()
            )
            self.deliver(raw)
        self.assertLessEqual(len(self.messages(ticket)), 21)
        self.assertTrue(self.quarantined(reason="thread_limit", ticket_id=ticket.id))

    def test_thirty_messages_of_one_sender(self):
        """The peer makes thirty tickets of them, Odoo's own guard twenty."""
        tickets = self.flood(30)
        self.assertEqual(len(tickets), 5)
        held = self.quarantined(reason="sender_limit")
        self.assertEqual(len(held), 25, "nothing a customer wrote is lost")

    def test_the_guard_of_odoo_is_on(self):
        self.env["ir.config_parameter"].set_param("bank_crm_complaints.mail_sender_limit", "0")
        self.patch(type(self.env["mail.mail"]), "send", lambda mails, **options: None)  # kept, to be looked at
        self.assertEqual(len(self.flood(30)), 20)
        refusals = self.env["mail.mail"].sudo().search([("email_to", "ilike", "anna@example.com")])
        self.assertEqual(len(refusals), 10)
        self.assertEqual(set(refusals.mapped("headers")), {repr(AUTOMATIC)}, "a machine wrote them")

    def test_refusals_of_odoo_are_no_answer_to_machines(self):
        self.patch(type(self.env["mail.mail"]), "send", lambda mails, **options: None)
        for name, count in (("auto_helpdesk", 0), ("empty_body", 1)):
            raw = self.raw(name).replace(b"complaints@example.org", b"catchall@example.org")
            self.deliver(raw)
            self.assertEqual(self.env["mail.mail"].sudo().search_count([("subject", "=like", "Re: %")]), count)

    def test_a_flood_is_counted_and_not_kept_without_end(self):
        self.env["ir.config_parameter"].set_param("bank_crm_complaints.mail_quarantine_keep", "3")
        self.flood(12)
        held = self.quarantined(reason="sender_limit")
        self.assertEqual(len(held), 3)
        self.assertEqual(sum(held.mapped("dropped_count")), 4)

    def flood(self, count):
        tickets = self.env["bank.ticket"]
        for number in range(count):
            raw = self.raw("empty_body").replace(b"<empty-1@", f"<flood-{number}@".encode())
            tickets |= self.deliver(raw)
        return tickets

    def sent_mails(self):
        return self.env["mail.mail"].sudo().search_count([])

    # ------------------------------------------------------------------
    # What goes out
    # ------------------------------------------------------------------

    def test_headers_of_what_goes_out(self):
        ticket, message = self.answered_ticket()
        for headers in self.headers_of(message):
            self.assertEqual(headers["X-Auto-Response-Suppress"], "OOF, AutoReply")
            self.assertNotIn("Auto-Submitted", headers, "a person wrote it")
        notice = ticket.message_post(
            body="We have received it.",
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.anna.ids,
        )
        for headers in self.headers_of(notice):
            self.assertEqual(headers["Auto-Submitted"], "auto-generated")
            self.assertEqual(headers["X-Auto-Response-Suppress"], "All")

    def headers_of(self, message):
        mails = self.env["mail.mail"].sudo().search([("mail_message_id", "=", message.id)])
        self.assertTrue(mails)
        return [ast.literal_eval(mail.headers) for mail in mails]

    def test_who_gets_an_acknowledgement(self):
        self.company.ticket_acknowledges = True
        for name, wanted in (
            ("verified_customer", True),
            ("plain", True),
            ("forged_customer", False),
            ("suppress_only", False),
        ):
            with self.subTest(name):
                ticket = self.receive(name)
                self.assertEqual(bool(ticket.acknowledge_at), wanted)
                if name != "suppress_only":
                    self.assertEqual(ticket._mail_may_answer_automatically(), wanted)
