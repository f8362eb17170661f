from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..controllers import feedback_point
from .feedback_case import FeedbackCase


@tagged("post_install", "-at_install")
class TestFeedbackPoints(FeedbackCase):
    """The QR code at a branch, and the portal."""

    def setUp(self):
        super().setUp()
        self.point = self.env["bank.survey.point"].create(
            {"name": "Exit", "program_id": self.program.id, "branch_id": self.north.id}
        )
        self.path = f"p/{self.point.token}"

    def test_an_answer_a_day_for_a_browser(self):
        self.log_in("ben")
        self.assertEqual(self.get(token=self.path).status_code, 200)
        self.assertFalse(self.answers())
        first, second = self.start(self.path), self.start(self.path)
        self.assertEqual(first.headers["Location"], second.headers["Location"])
        answer = self.answers()
        self.assertEqual((answer.bank_channel, answer.bank_branch_id, answer.partner_id.id), ("qr", self.north, False))
        self.assertNotIn(self.users["ben"], answer.create_uid | answer.write_uid)
        self.submit(answer)
        self.assertEqual(self.point.answer_count, 1)
        self.assertIn("answered already", self.text_of(self.get(token=self.path)))
        self.post("/start", self.path, nonce="x")
        self.assertEqual(len(self.answers()), 1)
        del self.opener.cookies[f"bank_feedback_{self.point.id}"]
        self.start(self.path)
        self.assertEqual(len(self.answers()), 2)
        lines = answer.user_input_line_ids
        self.assertTrue(lines)
        self.assertNotIn(self.users["ben"], answer.write_uid | lines.create_uid | lines.write_uid)

    def test_many_answers_of_one_address_are_slowed_down(self):
        with patch.object(feedback_point, "MOST_ANSWERS", 2):
            codes = []
            for _number in range(4):
                codes.append(self.start(self.path).status_code)
                self.opener.cookies.pop(f"bank_feedback_{self.point.id}", None)
        self.assertEqual(codes, [303, 303, 429, 429])
        self.assertEqual(len(self.answers()), 2)

    def test_a_forged_cookie_opens_no_answer(self):
        self.start()
        answer = self.answers()
        self.opener.cookies.set(f"bank_feedback_{self.point.id}", f"{answer.access_token}.forged")
        self.start(self.path)
        self.assertEqual(len(self.answers()), 2)

    def test_closed_points(self):
        self.assertEqual(self.get(token="p/" + "A" * 27).status_code, 404)
        for record, values in ((self.point, {"active": False}), (self.program._unguarded(), {"state": "paused"})):
            record.write(values)
            self.assertEqual(self.get(token=self.path).status_code, 410)
            self.point.active = True
        self.assertFalse(self.answers())

    def test_rights_and_posters(self):
        for role in ("agent", "rm_north", "manager_north"):
            point = self.point.with_user(self.users[role])
            self.assertTrue(point.read(["name", "url"]))
            with self.assertRaises(AccessError):
                point.write({"name": "x"})
            with self.assertRaises(AccessError):
                point.action_new_code()
        for role in ("portal", "employee", "survey_user"):
            with self.assertRaises(AccessError):
                self.point.with_user(self.users[role]).read(["token"])
        admin = self.point.with_user(self.users["bank_admin"])
        self.assertEqual(admin.action_print_poster()["report_name"], "bank_crm_survey.report_point_poster")
        with self.assertRaises(AccessError):
            admin.write({"token": "mine"})
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "bank_crm_survey.report_point_poster", self.point.ids
        )
        self.assertIn(self.point.url, html.decode())
        self.assertIn("data:image/svg+xml", html.decode())
        before = self.point.token
        self.assertTrue(admin.action_new_code())
        self.assertNotEqual(self.point.token, before)
        self.assertEqual(self.get(token=self.path).status_code, 404)

    # ------------------------------------------------------------------
    # The customer's own surveys in the portal
    # ------------------------------------------------------------------

    def test_own_surveys_alone(self):
        mine = {
            "queued for the portal": self.make_invitation(touchpoint_ref="1", state="queued", channel="portal"),
            "sent": self.make_invitation(touchpoint_ref="2", sent_at=datetime(2026, 1, 1)),
        }
        hidden = {
            "not sent yet": self.make_invitation(touchpoint_ref="3", state="queued", channel="email"),
            "run out": self.make_invitation(
                touchpoint_ref="4", sent_at=datetime(2026, 1, 1), expires_at=datetime(2026, 1, 2)
            ),
            "somebody else's": self.make_invitation(self.ben, sent_at=datetime(2026, 1, 1), touchpoint_ref="5"),
        }
        done = self.make_invitation(touchpoint_ref="6", state="completed", completed_at=datetime(2026, 1, 3, 12))
        self.log_in("anna")
        page = self.url_open(f"/my/surveys?partner_id={self.ben.id}")
        for why, invitation in mine.items():
            self.assertIn(f"/feedback/{invitation._token()}", page.text, why)
        for why, invitation in hidden.items():
            self.assertNotIn(invitation._token(), page.text, why)
        self.assertNotIn(done._token(), page.text)
        self.assertIn("01/03/2026", self.text_of(page))
        counters = self.make_jsonrpc_request("/my/counters", {"counters": ["bank_survey_count"]})
        self.assertEqual(counters["bank_survey_count"], 2)
        self.assertIn("/my/surveys", self.url_open("/my/home").text)

    def test_others_see_nothing(self):
        self.log_in("portal")
        self.assertIn("nothing to answer", self.text_of(self.url_open("/my/surveys/page/9999999999")))
        with self.assertRaises(AccessError):
            self.env["bank.survey.invitation"].with_user(self.users["ben"]).search([])
        self.log_in(None)
        self.assertIn("/web/login", self.url_open("/my/surveys").url)
