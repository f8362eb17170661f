from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from ..controllers import ticket_page
from .portal_case import PDF, PortalCase


class TestPortalActions(PortalCase):
    def setUp(self):
        super().setUp()
        self.log_in("anna")

    def act(self, action, ticket=None, files=None, **data):
        response = self.post(f"/my/tickets/{(ticket or self.ticket).id}/{action}", data or None, files=files)
        self.env.invalidate_all()
        return response

    def kinds(self):
        return self.kinds_of(self.ticket)

    def test_message_with_a_file(self):
        files = [("files", ("proof.pdf", PDF, "application/pdf"))]
        page = self.act("message", text="Here is the <b>proof</b>\n& more", files=files)
        self.assertEqual(page.status_code, 200)
        self.assertTrue(page.url.endswith("?done=message"))
        message = self.ticket._customer_visible_messages()
        self.assertEqual(message.author_id, self.anna)
        self.assertEqual(message.create_uid, self.users["anna"])
        self.assertIn("&lt;b&gt;proof", message.body)
        self.assertEqual(message.attachment_ids.name, "proof.pdf")
        self.assertIn("customer_message", self.kinds())
        self.assertTrue(self.ticket.last_customer_message_at)
        self.assertFalse(self.ticket.last_staff_message_at)
        self.assertIn("proof.pdf", page.text)
        self.assertNotIn(self.anna, self.ticket.message_partner_ids)

    def test_numbers_are_masked(self):
        self.act("message", text="My card is 4111 1111 1111 1111")
        self.assertNotIn("4111 1111 1111 1111", self.ticket._customer_visible_messages().body)

    def test_what_cannot_be_sent(self):
        self.assertEqual(self.act("message", text=" ").status_code, 422)
        self.assertEqual(self.act("message").status_code, 422)
        self.assertEqual(self.act("message", text="x" * 20_001).status_code, 422)
        self.assertEqual(self.act("message", text="x", files=[("files", ("a.exe", b"MZ", "x/y"))]).status_code, 422)
        self.assertEqual(self.act("message", files=[("text", ("a.txt", b"x", "text/plain"))]).status_code, 422)
        self.assertFalse(self.ticket._customer_visible_messages())

    def test_too_many_messages(self):
        with patch.object(ticket_page, "MESSAGES_PER_HOUR", 1):
            self.assertEqual(self.act("message", text="one").status_code, 200)
            page = self.act("message", text="two and what I wrote")
        self.assertEqual(page.status_code, 429)
        self.assertIn("two and what I wrote", page.text)
        self.assertEqual(len(self.ticket._customer_visible_messages()), 1)

    def test_accept_the_answer(self):
        self.answer(self.ticket)
        page = self.act("accept")
        self.assertEqual(page.status_code, 200)
        self.assertRecordValues(
            self.ticket.sudo().acceptance_ids,
            [
                {
                    "decision": "accepted",
                    "channel": "portal",
                    "form": "written",
                    "noted_by_id": self.users["anna"].id,
                }
            ],
        )
        self.assertIn("accepted", self.kinds())
        self.assertIn("You accepted our answer", self.text_of(page))
        self.assertNotIn("/accept", page.text)
        self.assertEqual(self.act("accept").status_code, 422)
        self.assertEqual(len(self.ticket.sudo().acceptance_ids), 1)

    def test_a_new_answer_is_accepted_anew(self):
        self.answer(self.ticket)
        self.act("accept")
        self.ticket._set_state("investigating")
        self.answer(self.ticket)
        self.ticket._unguarded().write({"responded_at": fields.Datetime.now() + timedelta(minutes=1)})
        self.assertIn("/accept", self.get(f"/my/tickets/{self.ticket.id}").text)

    def test_reject_the_answer(self):
        self.answer(self.ticket)
        self.assertEqual(self.act("reject").status_code, 422, "a rejection says why")
        self.assertEqual(self.ticket.state, "responded")
        self.assertEqual(self.act("reject", text="The fee is still there").status_code, 200)
        self.assertEqual(self.ticket.state, "investigating")
        self.assertEqual(self.ticket.sudo().acceptance_ids.decision, "rejected")
        self.assertIn("The fee is still there", self.ticket._customer_visible_messages()[:1].body)

    def test_no_reaction_without_an_answer(self):
        for action in ("accept", "reject"):
            page = self.act(action, text="forged")
            self.assertEqual(page.status_code, 422, action)
            self.assertIn("There is no answer of ours", self.text_of(page))
        self.assertFalse(self.ticket.sudo().acceptance_ids)
        self.assertFalse(self.ticket._customer_visible_messages())

    def test_withdraw(self):
        page = self.act("withdraw")
        self.assertEqual(page.status_code, 200)
        self.assertEqual((self.ticket.state, self.ticket.outcome), ("withdrawn", "withdrawn"))
        self.assertIn("Withdrawn", self.text_of(page))
        self.assertEqual(self.act("withdraw").status_code, 422)
        self.assertEqual(self.act("message", text="x").status_code, 422)

    def test_closed_tickets_are_not_opened_by_the_customer(self):
        ticket = self.make_ticket(kind="inquiry", subject="Opening hours")
        ticket._set_state("closed")
        self.assertEqual(self.act("reopen", ticket).status_code, 422, "it says why")
        page = self.act("reopen", ticket, text="You were closed when I came")
        self.assertEqual(page.status_code, 200)
        self.assertEqual(ticket.state, "closed")
        self.assertTrue(ticket.sudo().reopen_asked_at)
        self.assertIn("You were closed", ticket._customer_visible_messages()[:1].body)
        self.assertEqual(self.act("reopen", text="open ticket").status_code, 422)

    @mute_logger("odoo.http")
    def test_open_buttons_follow_the_state(self):
        page = self.get(f"/my/tickets/{self.ticket.id}").text
        self.assertNotIn("/accept", page)
        self.assertIn("/withdraw", page)
        self.answer(self.ticket)
        page = self.get(f"/my/tickets/{self.ticket.id}").text
        self.assertIn("/accept", page)
        self.assertNotIn("/withdraw", page)
