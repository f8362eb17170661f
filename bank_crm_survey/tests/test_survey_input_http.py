"""Posts to the real address of Odoo's page, as hostile clients send them."""

import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .test_survey_input import InputCase


@tagged("post_install", "-at_install")
class TestSurveyInputHttp(InputCase, HttpCase):
    def post(self, answer, **params):
        url = f"/survey/submit/{answer.survey_id.access_token}/{answer.access_token}"
        self.env.flush_all()
        payload = {"jsonrpc": "2.0", "method": "call", "params": params}
        response = self.url_open(url, data=json.dumps(payload), headers={"Content-Type": "application/json"})
        self.env.invalidate_all()
        self.assertEqual(response.status_code, 200)
        body = response.json()
        self.assertNotIn("error", body, body.get("error", {}).get("data", {}).get("debug", "")[-600:])
        return body["result"][1]

    @mute_logger("odoo.addons.http_routing.models.ir_http")
    def test_hostile_posts(self):
        answer = self.begin()
        for question, _good, bad in self.good_and_bad():
            for value in bad:
                if isinstance(value, float) and not -1e300 < value < 1e300:
                    continue  # no value of JSON
                with self.subTest(question=question.title, value=str(value)[:40]):
                    result = self.post(answer, **{str(question.id): value})
                    self.assertEqual(result.get("error"), "validation")
                    self.assertIn(str(self.nps.id) if question == self.nps else str(question.id), result["fields"])
        self.assertFalse(answer.user_input_line_ids.filtered(lambda line: not line.skipped))
        self.assertEqual(answer.state, "in_progress")

        # what is not asked is not looked at; a corrected answer is taken
        fine = {str(self.nps.id): 0, str(self.words.id): "fine", str(self.foreign.id): "1", "x": {"y": 1}}
        fine[str(self.simple.id)] = [str(self.simple.suggested_answer_ids.ids[0]), {"comment": "because"}]
        self.assertNotIn("error", self.post(answer, **fine))
        self.assertEqual(answer.state, "done")
        self.assertNotIn(self.foreign, answer.user_input_line_ids.question_id)
        self.assertEqual(self.scores(answer).mapped("score"), [0])
        again = self.post(answer, **{**fine, str(self.nps.id): 10})
        self.assertEqual((again.get("error"), again.get("bank_closed")), ("unauthorized", None))
        self.assertEqual(self.scores(answer).mapped("score"), [0])

    def test_pages_and_steps(self):
        self.questionnaire.write({"questions_layout": "page_per_question", "users_can_go_back": True})
        answer = self.begin()
        for params in (
            {},
            {"question_id": "abc"},
            {"question_id": self.foreign.id},
            {"question_id": True},
            {"question_id": self.nps.id, "previous_page_id": "abc"},
            {"question_id": self.nps.id, "previous_page_id": self.foreign.id},
        ):
            with self.subTest(params=params):
                self.assertEqual(self.post(answer, **params).get("error"), "validation")
        self.assertNotIn("error", self.post(answer, question_id=self.nps.id, **{str(self.nps.id): "7"}))
        url = f"/survey/{self.questionnaire.access_token}/{answer.access_token}?previous_page_id=abc"
        self.assertEqual(self.url_open(url).status_code, 200)

    def test_odd_languages(self):
        answer = self.begin()
        for path in ("begin", "next_question"):
            for lang_code in (["en_US"], {"a": 1}, 7, True, None, "xx_XX", "en_US"):
                url = f"/survey/{path}/{self.questionnaire.access_token}/{answer.access_token}"
                self.env.flush_all()
                payload = {"jsonrpc": "2.0", "method": "call", "params": {"lang_code": lang_code}}
                response = self.url_open(url, data=json.dumps(payload), headers={"Content-Type": "application/json"})
                with self.subTest(path=path, lang_code=str(lang_code)):
                    self.assertNotIn("error", response.json())
        self.env.invalidate_all()
        self.assertEqual(answer.state, "in_progress")

    def test_no_row_by_start_and_retry(self):
        answer = self.answer()
        for url in (
            f"/survey/start/{self.questionnaire.access_token}",
            f"/survey/retry/{self.questionnaire.access_token}/{answer.access_token}",
            f"/survey/retry/{self.questionnaire.access_token}/{answer.access_token}",
        ):
            self.env.flush_all()
            self.url_open(url)
        self.assertEqual(self.env["survey.user_input"].search([("survey_id", "=", self.questionnaire.id)]), answer)
