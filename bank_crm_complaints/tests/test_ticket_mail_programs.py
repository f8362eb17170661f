import ast

from odoo.exceptions import AccessError, UserError

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


class TestMailQuarantine(MailCase):
    def hold(self, name="list", **replacements):
        self.receive(name, **replacements)
        return self.quarantined()[:1]

    def test_release_makes_the_ticket_that_it_would_have_been(self):
        raw = self.raw("plain").replace(b"Subject:", b"Precedence: bulk\nSubject:")
        self.assertFalse(self.deliver(raw))
        held = self.quarantined()
        self.assertNotIn("4111", f"{held.subject} {held.text}")
        action = held.with_user(self.users["agent"]).action_release()
        ticket = self.env["bank.ticket"].browse(action["res_id"])
        self.assertEqual(ticket.partner_id, self.anna)
        self.assertEqual(ticket.message_key, held.message_key)
        self.assertEqual(ticket.team_id, self.office)
        self.assertIn("mail_released", self.kinds_of(ticket))
        self.assertFalse(ticket._mail_may_answer_automatically(), "a program wrote it")
        self.assertEqual((held.state, held.decided_by_id), ("released", self.users["agent"]))
        self.assertFalse(held.sudo().original, "opened once, then gone")
        with self.assertRaisesRegex(UserError, "already_decided"):
            held.with_user(self.users["agent"]).action_release()
        self.assertFalse(self.deliver(raw), "and it is still the same message")

    def test_the_original_is_encrypted(self):
        raw = self.raw("plain").replace(b"Subject:", b"Precedence: bulk\nSubject:")
        self.deliver(raw)
        held = self.quarantined()
        self.assertNotIn(b"4111", held.sudo().original)
        file = self.env["ir.attachment"].sudo().search(
            [("res_model", "=", held._name), ("res_id", "=", held.id), ("res_field", "=", "original")]
        )
        self.assertTrue(file)
        for word in (b"4111", b"Anna", b"monthly fee"):
            self.assertNotIn(word, file.raw)
        self.assertIn(b"monthly fee", held._opened_original())

    def test_release_of_a_reply_goes_to_its_ticket(self):
        self.env["ir.config_parameter"].set_param("bank_crm_complaints.mail_thread_limit", "1")
        ticket, message = self.answered_ticket()
        self.receive("reply_gmail", message_id=message.message_id)
        self.receive("reply_outlook", message_id=message.message_id)
        held = self.quarantined(reason="thread_limit")
        self.assertEqual(held.ticket_id, ticket)
        held.with_user(self.users["agent"]).action_release()
        self.assertIn("have not received the letter", self.messages(ticket)[-1].body)
        self.assertEqual(held.ticket_id, ticket)

    def test_release_without_keys(self):
        held = self.hold()
        held.sudo()._unguarded().original = False
        held.with_user(self.users["agent"]).action_release()
        self.assertIn("spring meeting", held.ticket_id.description)

    def test_reject(self):
        held = self.hold()
        count = self.env["bank.ticket"].search_count([])
        held.with_user(self.users["lead"]).action_reject()
        self.assertEqual(held.state, "rejected")
        self.assertFalse(held.sudo().original)
        self.assertEqual(self.env["bank.ticket"].search_count([]), count)

    def test_roles(self):
        held = self.hold()
        for role in ("agent", "lead", "compliance", "auditor"):
            self.assertEqual(self.as_user(role, held).subject, held.subject, role)
        for role in ("rm_north", "manager_north", "operations", "bank_admin", "employee", "portal"):
            with self.assertRaises(AccessError):
                self.as_user(role, held).read(["subject"])
            with self.assertRaises(AccessError):
                self.as_user(role, held).action_release()
        with self.assertRaises(UserError):
            self.as_user("auditor", held).action_release()
        for role in ("agent", "lead", "compliance"):
            with self.assertRaises(AccessError):
                self.as_user(role, held).write({"state": "released"})
            with self.assertRaises(AccessError):
                self.as_user(role, held).read(["original"])
        self.assertEqual(held.state, "waiting")

    def test_what_hangs_on_a_hidden_ticket_is_hidden(self):
        self.env["ir.config_parameter"].set_param("bank_crm_complaints.mail_thread_limit", "1")
        ticket, message = self.answered_ticket()
        ticket.confidentiality = "whistle"
        self.receive("reply_gmail", message_id=message.message_id)
        self.receive("reply_outlook", message_id=message.message_id)
        held = self.quarantined(reason="thread_limit")
        self.assertFalse(self.as_user("agent", held).has_access("read"))
        self.assertTrue(self.as_user("compliance", held).has_access("read"))

    def test_nobody_forges_a_release(self):
        """A caller over RPC can write anything into the context but the key itself."""
        gate = self.env["bank.ticket.mail.gate"].with_context(bank_mail_release=True)
        self.assertFalse(gate._is_released())
        ticket = self.make_ticket()
        ticket.with_user(self.users["agent"]).message_post(body="x", bank_mail={"refused": ["y"]})

    def test_erasure_of_a_customer(self):
        raw = self.raw("plain").replace(b"Subject:", b"Precedence: bulk\nSubject:")
        self.deliver(raw)
        self.deliver(self.raw("list"))
        self.assertEqual(len(self.quarantined()), 2)
        original = self.env["ir.attachment"].sudo().search(
            [("res_model", "=", "bank.ticket.quarantine"), ("res_field", "=", "original")]
        )
        steps = self.env["bank.erasure"].sudo()._erase_steps(self.anna)
        self.assertEqual(self.quarantined().email_from, "news@example.net", "what others wrote stays")
        self.assertEqual(len(original.exists()), 1)
        [step] = [step for step in steps if step["model"] == "bank.ticket.quarantine"]
        self.assertEqual(step["count"], 1)

    def test_clean_up(self):
        old = self.hold()
        self.deliver(self.raw("own_alias"))
        self.receive("forged_employee", employee=self.users["agent"].email, message_id="<x@example.net>")
        kept = self.quarantined(reason="forged")
        self.env.cr.execute("UPDATE bank_ticket_quarantine SET create_date = create_date - interval '91 days'")
        self.env.invalidate_all()
        self.env["bank.ticket.quarantine"]._gc_quarantine()
        self.assertFalse(old.exists())
        self.assertEqual(self.quarantined(), kept, "what a person may have written waits for a person")
