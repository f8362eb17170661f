"""Customers at the public pages, over real HTTP."""

import json
import re
from html import unescape
from unittest.mock import patch

from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged

from ..tools import attempts, door_nonce
from .common import SurveyWorld

BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"


@tagged("post_install", "-at_install")
class FeedbackCase(SurveyWorld, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()
        cls.questionnaire.lang_ids = False  # all that are installed
        # The tests are faster than people.
        cls.startClassPatcher(patch.object(door_nonce, "MIN_AGE", 0))
        for name in ("anna", "ben"):
            partner = getattr(cls, name)
            cls.users[name] = new_test_user(
                cls.env,
                f"bank_{name}",
                groups="base.group_portal",
                password=f"bank_{name}",
                partner_id=partner.id,
                name=partner.name,
            )

    def setUp(self):
        super().setUp()
        attempts.clear()
        self.invitation = self.make_invitation()
        self.token = self.invitation._token()
        self.log_in(None)

    def log_in(self, role):
        self.authenticate(*([f"bank_{role}"] * 2 if role else [None, None]))
        self.opener.headers["User-Agent"] = BROWSER

    def get(self, path="", token=None, **options):
        return self.url_open(f"/feedback/{token or self.token}{path}", **options)

    def nonce_of(self, response):
        found = re.search(r'name="nonce" value="([^"]+)"', response.text)
        return found and found[1]

    def post(self, path, token=None, csrf=True, **data):
        """Send a form of a page as the browser does; ``csrf=False``: without the token against forged requests."""
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        url = f"/feedback/{token or self.token}{path}"
        return self.url_open(url, data=data or {"nothing": "1"}, method="POST", allow_redirects=False)

    def start(self, token=None, **data):
        """Open the page and press the button; return the response to the form."""
        return self.post("/start", token, nonce=self.nonce_of(self.get(token=token)), **data)

    def answers(self, survey=None):
        self.env.invalidate_all()
        survey = survey or self.questionnaire
        return self.env["survey.user_input"].search([("survey_id", "=", survey.id)], order="id")

    def submit(self, answer, **values):
        """Send the only page of the questions and return Odoo's answer."""
        values = values or {str(self.nps.id): "9"}
        response = self.url_open(
            f"/survey/submit/{answer.survey_id.access_token}/{answer.access_token}",
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": values}),
            headers={"Content-Type": "application/json"},
        )
        return response.json()["result"][1]

    def text_of(self, response):
        text = re.sub(r"<(script|head).*?</\1>", " ", response.text, flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))
