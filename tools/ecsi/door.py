"""Answers a survey like a browser: open the link, press the button, send the questions."""
from __future__ import annotations

import http.cookiejar
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser

from tools.importer.server import TIMEOUT_SECONDS, ServerError

# Whoever presses the button sooner is taken for a program that follows links (see tools/door_nonce.py of the addon).
READING_SECONDS = 1.0

_USER_AGENT = "Bank CRM importer of answers"


class Door:
    """The link of one invitation.

    :param url: where the server listens
    :param link: as the server gave it; only its path is used, since the server may know itself by another address
    """

    def __init__(self, url, link):
        self._base = url.rstrip("/")
        self._path = urllib.parse.urlsplit(link).path
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), _StayHere()
        )

    def answer(self, values):
        """Send an answer.

        :param values: dictionary id of a question -> what is ticked
        :raises ServerError: if the page does not take it
        """
        page = self._request(self._path).read().decode()
        form = _read_form(page, f"{self._path}/start")
        if form is None:
            raise ServerError(f"The page of an invitation has no button to begin: {_words(page)}")
        time.sleep(READING_SECONDS)
        response = self._request(f"{self._path}/start", urllib.parse.urlencode(form).encode())
        location = response.headers.get("Location")
        if not location:
            raise ServerError(f"The survey did not begin: {_words(response.read().decode())}")
        *_prefix, survey_token, answer_token = urllib.parse.urlsplit(location).path.split("/")
        self._submit(f"/survey/submit/{survey_token}/{answer_token}", values)

    def _submit(self, path, values):
        params = {str(question): str(value) for question, value in values.items()}
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        content = json.load(self._request(path, body, "application/json"))
        if "error" in content:
            raise ServerError(f"The server failed at an answer: {content['error'].get('message')} (see its log).")
        _correct_answers, shown = content["result"]
        if shown.get("error") or shown.get("bank_closed"):
            reason = shown.get("fields") or shown.get("error") or shown["bank_closed"]
            raise ServerError(f"The survey refused an answer: {reason}")

    def _request(self, path, body=None, content_type="application/x-www-form-urlencoded"):
        headers = {"User-Agent": _USER_AGENT, "Content-Type": content_type}
        request = urllib.request.Request(f"{self._base}{path}", data=body, headers=headers)
        try:
            return self._opener.open(request, timeout=TIMEOUT_SECONDS)
        except urllib.error.HTTPError as error:
            if error.code in (302, 303):
                return error
            words = _words(error.read().decode())
            raise ServerError(f"The page of an invitation answers {error.code}: {words}") from error
        except OSError as error:
            raise ServerError(f"Cannot reach {self._base} ({error}). Start the server or correct --url.") from error


class _StayHere(urllib.request.HTTPRedirectHandler):
    """The address that a form leads to says what comes next; the page itself need not be drawn."""

    def redirect_request(self, *_args):
        return None


class _Reader(HTMLParser):
    """Collects the fields of the form that leads to ``action``, and the words of the page's headings."""

    def __init__(self, action):
        super().__init__()
        self.action, self.fields, self.words = action, None, []
        self._is_inside = self._is_heading = False

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self._is_heading = tag in ("h1", "h2", "title")
        if tag == "form":
            self._is_inside = (attrs.get("action") or "").endswith(self.action)
            self.fields = {} if self._is_inside else self.fields
        is_sent = attrs.get("type") not in ("radio", "checkbox") or "checked" in attrs
        if self._is_inside and tag == "input" and attrs.get("name") and is_sent:
            self.fields[attrs["name"]] = attrs.get("value") or ""

    def handle_endtag(self, tag):
        self._is_heading = False
        if tag == "form":
            self._is_inside = False

    def handle_data(self, data):
        if self._is_heading and data.strip():
            self.words.append(data.strip())


def _read_form(page, action):
    """:return: dictionary name -> value of a form's fields; None: there is no such form"""
    reader = _Reader(action)
    reader.feed(page)
    return reader.fields


def _words(page):
    reader = _Reader("")
    reader.feed(page)
    return ". ".join(dict.fromkeys(reader.words)) or "no words"
