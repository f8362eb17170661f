from odoo.exceptions import AccessError, UserError

from .mail_common import MailCase


class TestMailQuarantine(MailCase):
    """What waits, who decides, and what is left of it."""

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
