from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import mute_logger, tagged

from ..controllers import door
from ..tools import door_nonce
from .feedback_case import FeedbackCase

SCANNERS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 (compatible; Mimecast link scanner)",
    "python-requests/2.31",
    "",
)
HOSTILE = ("9\r\nX-Injected: 1", "<script>alert(1)</script>", "11", "-1", "９", "9.5", "0x9", "9" * 400)


@tagged("post_install", "-at_install")
class TestFeedbackDoors(FeedbackCase):
    """The link of an invitation, and the way out."""

    def test_opening_the_link_changes_nothing(self):
        for agent in SCANNERS + ("Mozilla/5.0 Chrome",):
            for method in ("GET", "HEAD"):
                response = self.get("?score=9", method=method, headers={"User-Agent": agent})
                self.assertEqual(response.status_code, 200, (agent, method))
        self.assertFalse(self.answers())
        self.assertEqual((self.invitation.state, self.invitation.opened_at), ("sent", False))

    def test_the_page_says_what_it_is_about_and_is_kept_nowhere(self):
        self.invitation.expires_at = datetime(2099, 5, 17, 4)
        response = self.get()
        text = self.text_of(response)
        for expected in ("How are we doing?", "Anna", "May 17, 2099", "about 2 minutes", "stored with your name"):
            self.assertIn(expected, text)
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertIn("noindex", response.headers["X-Robots-Tag"])
        self.program._unguarded().anonymity = "anonymous"
        self.assertIn("nobody can find out", self.text_of(self.get()))
        self.assertNotIn("Anna", self.text_of(self.get()))

    def test_a_browser_that_shows_the_page_opens_it(self):
        nonce = self.nonce_of(self.get())
        self.post("/opened", nonce="1.2")
        self.opener.headers["User-Agent"] = SCANNERS[0]
        self.post("/opened", nonce=nonce)
        self.env.invalidate_all()
        self.assertFalse(self.invitation.opened_at)
        self.opener.headers["User-Agent"] = "Mozilla/5.0 Chrome"
        self.assertEqual(self.post("/opened", nonce=nonce).status_code, 204)
        self.env.invalidate_all()
        self.assertTrue(self.invitation.opened_at)
        self.assertFalse(self.answers())

    def test_the_button_begins_one_answer(self):
        first, second = self.start(), self.start()
        self.assertEqual((first.status_code, second.status_code), (303, 303))
        self.assertEqual(first.headers["Location"], second.headers["Location"])
        self.assertIn(f"/survey/{self.questionnaire.access_token}/", first.headers["Location"])
        answer = self.answers()
        self.assertEqual((answer.partner_id, answer.state), (self.anna, "in_progress"))
        self.assertEqual(self.invitation.state, "started")
        self.assertIn("Go on", self.text_of(self.get()))

    def test_programs_do_not_begin(self):
        nonce = self.nonce_of(self.get())
        foreign = self.nonce_of(self.get(token=self.make_invitation(self.ben)._token()))
        with patch.object(door_nonce, "MIN_AGE", 60):
            self.assertIn("once more", self.text_of(self.post("/start", nonce=nonce)))
        for data in ({"nonce": foreign}, {"nonce": nonce, "website": "x"}, {}, {"nonce": "9" * 15 + ".é"}):
            self.assertIn("once more", self.text_of(self.post("/start", **data)), data)
        with mute_logger("odoo.http"):
            self.assertEqual(self.post("/start", csrf=False, nonce=nonce).status_code, 400)
        self.assertFalse(self.answers())

    def test_the_score_of_the_mail_is_proposed_only(self):
        self.assertIn("You can still change it", self.text_of(self.get("?score=0")))
        location = self.start(score="9").headers["Location"]
        self.assertTrue(location.endswith("?score=9"))
        page = self.url_open(location)
        chosen = [label for label in page.text.split("<input") if 'checked="checked"' in label.split(">")[0]]
        self.assertEqual(len(chosen), 1)
        self.assertIn('value="9"', chosen[0])
        self.assertFalse(self.answers().user_input_line_ids)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")

    def test_hostile_scores_and_languages(self):
        for value in HOSTILE:
            response = self.url_open(f"/feedback/{self.token}", params={"score": value, "lang": value})
            self.assertEqual(response.status_code, 200)
            self.assertNotIn("You can still change it", response.text)
            self.assertNotIn("alert(1)", response.text)
            self.assertNotIn("X-Injected", response.headers)
            location = self.start(score=value, lang=value).headers["Location"]
            self.assertNotIn("score", location)
            self.assertNotIn("\n", location)
        self.assertEqual(len(self.answers()), 1)

    def test_links_that_are_not_open(self):
        for state, status in (("expired", 410), ("withdrawn", 410), ("refused", 410), ("bounced", 410),
                              ("completed", 200), ("suppressed", 404), ("drawn", 404)):  # fmt: skip
            self.invitation.state = state
            self.assertEqual(self.get().status_code, status, state)
            self.assertNotIn("o_bank_feedback_start", self.get().text)
            nonce = door_nonce.make(self.env, self.token)
            self.assertEqual(self.post("/start", nonce=nonce).status_code, status, state)
        self.invitation.write({"state": "sent", "expires_at": datetime(2020, 1, 1)})
        self.assertEqual(self.get().status_code, 410)
        self.assertFalse(self.answers())

    def test_unknown_links_tell_nothing(self):
        unknown = self.get(token="A" * 27)
        self.invitation.state = "suppressed"
        suppressed = self.get()
        self.assertEqual((unknown.status_code, suppressed.status_code), (404, 404))
        self.assertEqual(self.text_of(unknown), self.text_of(suppressed))
        for token in ("x", "A" * 300, "é" * 27, "%00" * 9, "'" * 27):
            self.assertEqual(self.get(token=token).status_code, 404, token)

    def test_many_wrong_links_are_slowed_down(self):
        with patch.object(door, "MOST_WRONG_LINKS", 3):
            codes = [self.get(token=f"{number:027}").status_code for number in range(5)]
            self.assertEqual(codes, [404, 404, 404, 429, 429])

    def test_a_forged_nonce_of_a_point_or_of_another_day(self):
        old = int((datetime.now() - timedelta(days=3)).timestamp() * 1000)
        with patch("odoo.addons.bank_crm_survey.tools.door_nonce.time.time", return_value=old / 1000):
            stale = door_nonce.make(self.env, self.token)
        self.assertFalse(door_nonce.is_fresh(self.env, self.token, stale))
        self.assertFalse(door_nonce.is_fresh(self.env, "other", door_nonce.make(self.env, self.token)))
        self.assertTrue(door_nonce.is_fresh(self.env, self.token, door_nonce.make(self.env, self.token)))

    # ------------------------------------------------------------------
    # The way out
    # ------------------------------------------------------------------

    def events(self):
        return self.env["bank.customer.event"].search(
            [("kind", "=", "survey.refused"), ("partner_id", "=", self.anna.id)]
        )

    def consent(self):
        self.env.invalidate_all()
        return self.env["bank.consent"]._current(self.anna, "survey", "any")

    def test_the_page_asks_and_changes_nothing(self):
        self.assertIn("Only this survey", self.text_of(self.get("/stop")))
        self.assertEqual(self.invitation.state, "sent")
        self.assertFalse(self.consent())

    def test_this_survey(self):
        other = self.make_invitation(touchpoint_ref="other")
        self.assertEqual(self.post("/stop", what="this").status_code, 200)
        self.post("/stop", what="this")
        self.assertFalse(self.consent())
        self.assertEqual((self.invitation.state, other.state), ("refused", "sent"))
        self.assertEqual(len(self.events()), 1)
        self.assertEqual(self.get().status_code, 410)

    def test_all_surveys(self):
        queued = self.make_invitation(touchpoint_ref="queued", state="queued")
        done = self.make_invitation(touchpoint_ref="done", state="completed")
        foreign = self.make_invitation(self.ben)
        self.env["bank.consent"].create({"partner_id": self.anna.id, "purpose": "survey", "channel": "email",
                                         "text_id": self.consent_text().id})  # fmt: skip
        self.post("/stop", what="all")
        self.assertEqual((self.consent().state, self.consent().source), ("withdrawn", "customer"))
        states = (self.invitation | queued | done | foreign).mapped("state")
        self.assertEqual(states, ["refused", "withdrawn", "completed", "sent"])
        self.assertNotEqual(self.anna._bank_may_contact("survey", "email")[self.anna.id][0], True)
        self.assertEqual(len(self.events()), 1)
        self.post("/stop", what="all")
        self.assertEqual(len(self.events()), 1)

    def consent_text(self):
        return self.env["bank.consent.text"].create({"purpose": "survey", "version": "t", "body": "Yes",
                                                     "valid_from": "2020-01-01"})  # fmt: skip

    def test_the_one_click_of_a_mail_program(self):
        self.log_in(None)
        response = self.post("/stop", csrf=False, **{"List-Unsubscribe": "One-Click"})
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.consent().state, "withdrawn")
        self.assertEqual(self.invitation.state, "refused")
        unknown = self.post("/stop", token="A" * 27, csrf=False, **{"List-Unsubscribe": "One-Click"})
        self.assertEqual(unknown.status_code, 404)

    def test_the_one_click_works_behind_an_anonymous_answer(self):
        program = self.make_program("ANON", "Anonymous", anonymity="anonymous")
        token = self.make_invitation(program=program)._token()
        self.start(token)
        self.submit(self.answers())
        self.assertIn("answered already", self.text_of(self.get(token=token)))
        response = self.post("/stop", token, csrf=False, **{"List-Unsubscribe": "One-Click"})
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.consent().state, "withdrawn")

    def test_forged_requests(self):
        with mute_logger("odoo.http"):
            self.assertEqual(self.post("/stop", csrf=False, what="all").status_code, 400)
            self.assertEqual(self.post("/stop", csrf=False, **{"List-Unsubscribe": "Two"}).status_code, 400)
        self.post("/stop", what="nothing")
        self.env.invalidate_all()
        self.assertEqual(self.invitation.state, "sent")
        self.assertFalse(self.consent())
