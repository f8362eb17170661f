from odoo.tests import JsonRpcException
from odoo.tools import mute_logger

from .portal_case import PDF, PortalCase


class TestPortalChatter(PortalCase):
    """Odoo's own routes of messages."""

    def setUp(self):
        super().setUp()
        self.note = self.post_note(self.ticket, "He calls every week", [("inside.pdf", PDF)])
        self.answered = self.post_answer(self.ticket, "Please find attached", [("for_you.pdf", PDF)])
        self.token = self.ticket._portal_ensure_token()
        self.hash = self.ticket._sign_token(self.anna.id)

    def call(self, route, **params):
        """Return the answer, as text; empty where it is refused."""
        try:
            with mute_logger("odoo.http"):
                return str(self.make_jsonrpc_request(route, params))
        except JsonRpcException as error:
            return f"refused {error}"

    def ways(self):
        """Return the ways in which somebody shows that he may: as himself, by token, by signed link."""
        return ({}, {"token": self.token}, {"hash": self.hash, "pid": self.anna.id})

    def test_reading(self):
        for role in ("anna", "ben", "clerk", None):
            self.log_in(role)
            for way in self.ways():
                thread = {"thread_model": "bank.ticket", "thread_id": self.ticket.id}
                answers = [
                    self.call("/mail/chatter_fetch", **thread, **way),
                    self.call("/mail/thread/messages", **thread),
                    self.call("/portal/chatter_init", **thread, **way),
                    self.call(
                        "/mail/data",
                        fetch_params=[
                            [
                                "mail.thread",
                                {
                                    "thread_model": "bank.ticket",
                                    "thread_id": self.ticket.id,
                                    "request_list": ["attachments", "followers"],
                                    "access_params": way,
                                },
                            ]
                        ],
                    ),
                ]
                for answer in answers:
                    self.assertNotIn("He calls every week", answer, role)
                    self.assertNotIn("inside.pdf", answer, role)
                    if role != "anna":
                        self.assertNotIn("Please find attached", answer, role)
                        self.assertNotIn("for_you.pdf", answer, role)
        self.log_in("anna")
        own = self.call("/mail/chatter_fetch", thread_model="bank.ticket", thread_id=self.ticket.id)
        self.assertIn("Please find attached", own)

    def test_writing(self):
        count = len(self.ticket.message_ids)
        files = self.env["ir.attachment"].search_count([])
        foreign = self.foreign._portal_ensure_token()
        for role in ("anna", "ben", "clerk", None):
            self.log_in(role)
            for way in (*self.ways(), {"token": foreign}):
                answer = self.call(
                    "/mail/message/post",
                    thread_model="bank.ticket",
                    thread_id=self.ticket.id,
                    post_data={"body": "Past the rules", "message_type": "comment"},
                    **way,
                )
                self.assertIn("refused", answer, role)
                for message in (self.answered, self.note):
                    answer = self.call(
                        "/mail/message/update_content", message_id=message.id, update_data={"body": "forged"}, **way
                    )
                    self.assertIn("refused", answer, role)
                with mute_logger("odoo.http"):
                    upload = self.post(
                        "/mail/attachment/upload",
                        {"thread_id": self.ticket.id, "thread_model": "bank.ticket", **way},
                        files=[("ufile", ("a.exe", b"MZ", "x/y"))],
                    )
                self.assertEqual(upload.status_code, 404, role)
            self.assertIn(
                "refused", self.call("/mail/update_is_internal", message_id=self.note.id, is_internal=False)
            )
        self.env.invalidate_all()
        self.assertEqual(len(self.ticket.message_ids), count)
        self.assertEqual(self.env["ir.attachment"].search_count([]), files)
        self.assertIn("Please find attached", self.answered.body)

    def test_link_of_a_mail_leads_to_the_login(self):
        self.log_in(None)
        ticket, signed = f"model=bank.ticket&res_id={self.ticket.id}", f"pid={self.anna.id}&hash={self.hash}"
        page = self.get(f"/mail/view?{ticket}&access_token={self.token}&{signed}")
        self.assertIn("/web/login", page.url)
        self.assertNotIn(self.ticket.subject, page.text)

    def test_staff_still_read_and_write(self):
        self.log_in("agent")
        thread = {"thread_model": "bank.ticket", "thread_id": self.ticket.id}
        self.assertIn("He calls every week", self.call("/mail/thread/messages", **thread))
        post_data = {"body": "By the agent", "message_type": "comment"}
        answer = self.call("/mail/message/post", **thread, post_data=post_data)
        self.assertNotIn("refused", answer)
        self.assertEqual(self.get(f"/web/content/{self.note.attachment_ids.id}").content, PDF)
