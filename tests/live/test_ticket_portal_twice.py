"""A customer who presses "Send" many times, and two tabs at once, each on a connection of its own."""

import re
import uuid
import xmlrpc.client

import pytest
import requests

from .test_ticket_twice import CALLERS, Client, at_once

PDF = b"%PDF-1.4\n%%EOF\n"
TIMEOUT = 60


class Browser:
    """One login of a customer; several requests of it may run at once."""

    def __init__(self, server):
        self.server = server
        common = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/common")
        self.admin = Client(server, common.authenticate(server.database, server.login, server.password, {}))
        domain = [["module", "=", "base"], ["name", "=", "group_portal"]]
        [group] = self.admin("ir.model.data", "search_read", domain, ["res_id"])
        login = f"portal.{uuid.uuid4()}"
        [self.partner] = self.admin("res.partner", "create", [{"name": "Paula", "is_bank_customer": True}])
        values = {
            "login": login,
            "password": server.password,
            "partner_id": self.partner,
            "name": "Paula",
            "group_ids": [[6, 0, [group["res_id"]]]],
        }
        self.admin("res.users", "create", [values])
        self.session = requests.Session()
        self.session.cookies.set("db", server.database)
        self.post("/web/login", {"login": login, "password": server.password}, page="/web/login")

    def tokens(self, path):
        page = self.session.get(f"{self.server.url}{path}", timeout=TIMEOUT).text
        return {
            name: re.search(rf'name="{name}" value="([^"]+)"', page)[1]
            for name in ("csrf_token", "form_token")
            if f'name="{name}"' in page
        }

    def post(self, path, data, page=None, files=None):
        fields = {**(self.tokens(page) if page else {}), **data}
        return self.session.post(f"{self.server.url}{path}", data=fields, files=files, timeout=TIMEOUT)

    def copy(self):
        """The same login on a connection of its own."""
        other = requests.Session()
        other.cookies.update(self.session.cookies)
        return other

    def tickets(self):
        return self.admin("bank.ticket", "search_read", [["partner_id", "=", self.partner]], ["state", "number"])


@pytest.fixture
def browser(live_server):
    return Browser(live_server)


def test_one_ticket_for_all_clicks(browser):
    form = {
        "kind": "inquiry",
        "subject": "Opening hours",
        "description": "When are you open?",
        **browser.tokens("/my/tickets/new"),
    }

    def send(_number):
        files = {"files": ("proof.pdf", PDF, "application/pdf")}
        url = f"{browser.server.url}/my/tickets/new"
        return browser.copy().post(url, data=form, files=files, timeout=TIMEOUT)

    answers = at_once(send)
    assert [answer.status_code for answer in answers] == [200] * CALLERS
    assert len({answer.url for answer in answers}) == 1
    [ticket] = browser.tickets()
    assert all(ticket["number"] in answer.text for answer in answers)
    files = [["res_model", "=", "bank.ticket"], ["res_id", "=", ticket["id"]]]
    assert browser.admin("ir.attachment", "search_count", files) == 1


def test_one_withdrawal_for_all_clicks(browser):
    form = {"kind": "complaint", "subject": "Fee", "description": "A fee was taken."}
    page = browser.post("/my/tickets/new", form, page="/my/tickets/new")
    path = page.url.removeprefix(browser.server.url).partition("?")[0]
    token = browser.tokens(path)

    def withdraw(_number):
        url = f"{browser.server.url}{path}/withdraw"
        return browser.copy().post(url, data=token, timeout=TIMEOUT).status_code

    assert sorted(at_once(withdraw)) == [200] + [422] * (CALLERS - 1)
    assert [ticket["state"] for ticket in browser.tickets()] == ["withdrawn"]
