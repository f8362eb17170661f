import hashlib

from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from .letter_common import LetterCase
from .portal_case import PortalCase


class TestPortalLetters(PortalCase, MockEmail):
    """Letters that were sent, and the deadlines that the customer is told of."""

    make_complaint = LetterCase.__dict__["make_complaint"]
    complete = LetterCase.__dict__["complete"]
    write_letter = LetterCase.write_letter

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"phone": "+86 10 1234 5678", "email": "service@bank.example.com"})
        cls.anna.write({"name": "Anna", "street": "1 Long Street", "city": "Beijing", "zip": "100000"})
        cls.kinds = {kind.code: kind for kind in cls.env["bank.ticket.letter.kind"].search([])}

    def setUp(self):
        super().setUp()
        self.complaint = self.make_complaint("CN-NFRA")
        self.log_in("anna")

    def send(self, letter):
        with self.mock_mail_gateway():
            letter.action_send()
        self.env.invalidate_all()

    def page(self):
        return self.get(f"/my/tickets/{self.complaint.id}")

    @mute_logger("odoo.http")
    def test_a_draft_is_not_the_customers(self):
        draft = self.write_letter("decision", self.complaint, reasons="Only a draft.")
        self.assertNotIn("Only a draft.", self.page().text)
        self.assertEqual(self.get(f"/my/tickets/{self.complaint.id}/letters/{draft.id}").status_code, 404)

    def test_a_letter_that_was_sent_is_read_and_saved(self):
        letter = self.write_letter("decision", self.complaint)
        self.send(letter)
        self.assertEqual(letter.state, "sent")
        self.assertEqual(self.complaint.state, "responded")
        page = self.page()
        self.assertIn(f"/my/tickets/{self.complaint.id}/letters/{letter.id}", page.text)
        self.assertIn("We agree with your complaint.", self.text_of(page))
        saved = self.get(f"/my/tickets/{self.complaint.id}/letters/{letter.id}")
        self.assertEqual(hashlib.sha256(saved.content).hexdigest(), letter.sha256)
        by_file = self.get(f"/my/tickets/{self.complaint.id}/files/{letter.attachment_id.id}")
        self.assertEqual(by_file.content, saved.content)

    @mute_logger("odoo.http")
    def test_letters_of_others_do_not_exist(self):
        letter = self.write_letter("decision", self.complaint)
        self.send(letter)
        own = self.make_ticket(partner=self.ben)
        for role in ("ben", "clerk", "agent", None):
            self.log_in(role)
            for ticket in (self.complaint, own):
                for path in (f"letters/{letter.id}", f"files/{letter.attachment_id.id}"):
                    response = self.get(f"/my/tickets/{ticket.id}/{path}")
                    self.assertNotIn(b"%PDF", response.content, f"{role} {path}")

    def test_what_the_bank_owes_and_when(self):
        for regimes, words in (
            (("CN-NFRA",), "You get our answer"),
            (("UK-DISP",), "We confirm that we received it"),
            (("UK-PSR",), "You get our answer"),
        ):
            complaint = self.make_complaint(*regimes)
            found = complaint.with_user(self.users["anna"])._customer_words()
            self.assertEqual(found["next_what"], words, regimes)
            self.assertEqual(found["next_at"], complaint.next_statutory_due_at, regimes)
            self.assertFalse(found["is_late"], regimes)
            text = self.text_of(self.get(f"/my/tickets/{complaint.id}"))
            self.assertIn(f"{words} by {complaint._customer_time(found['next_at'])}", text, regimes)

    def test_after_the_answer_nothing_is_owed(self):
        self.send(self.write_letter("decision", self.complaint))
        self.assertFalse(self.complaint._customer_words()["next_at"])

    def test_rejecting_after_a_letter(self):
        self.send(self.write_letter("decision", self.complaint))
        response = self.post(f"/my/tickets/{self.complaint.id}/reject", {"text": "The fee is still there"})
        self.assertEqual(response.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(self.complaint.state, "investigating")
