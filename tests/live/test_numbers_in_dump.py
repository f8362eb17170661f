"""Numbers typed in, pushed, refused and shown: neither in a dump of the database nor in the server's log file."""

import json
import subprocess
import urllib.request
import xmlrpc.client
from http.cookiejar import CookieJar

import pytest

from tests.live.test_handover_kill import Client

CARD, WRONG, PUSHED, ACCOUNT = "110101199003070011", "110101199003070012", "11010119900307002X", "6222021234567890"
NUMBERS = (CARD, WRONG, PUSHED, ACCOUNT)


class Browser:
    """The web client's calls, with a session."""

    def __init__(self, server):
        self.url = server.url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.post(
            "/web/session/authenticate", {"db": server.database, "login": server.login, "password": server.password}
        )

    def post(self, path, params):
        request = urllib.request.Request(
            self.url + path,
            data=json.dumps({"jsonrpc": "2.0", "params": params}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with self.opener.open(request) as response:
            answer = json.load(response)
        return answer["error"]["data"]["message"] if "error" in answer else answer["result"]

    def __call__(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.post(f"/web/dataset/call_kw/{model}/{method}", params)


def push(call):
    """Push customers and a holding; one of the numbers is refused."""
    rows = [
        {"external_id": f"dump-{number}", "name": f"Dump {position}", "identity_documents": [
            {"type": "cn_resident_id", "number": number}
        ]}
        for position, number in enumerate((PUSHED, WRONG))
    ]
    for position, row in enumerate(rows):
        row["external_id"] = f"dump-{position}"
    answer = call("bank.exchange", "push_customers", "dump", "customers", rows, "skip_row")
    assert answer["errors"][0]["code"] == "invalid_document_number"
    family = call("bank.product.family", "create", {"code": "DUMP", "name": "Dump", "product_class": "deposit"})
    call("bank.product", "create", {"code": "DUMP", "name": "Dump", "family_id": family, "product_class": "deposit"})
    holding = {
        "external_id": "dump-holding",
        "product_code": "DUMP",
        "number": ACCOUNT,
        "parties": [{"customer_external_id": "dump-0", "role": "owner", "share_pct": 100}],
    }
    answer = call("bank.exchange", "push_holdings", "dump", "holdings", [holding], "reject_batch")
    assert answer["created"] == 1, answer


def reveal(browser, document):
    """Enter the password, give the reason, look."""
    action = browser("bank.identity.document", "action_reveal", [document])
    action = browser(
        "res.users.identitycheck", "run_check", [action["res_id"]], context={"password": "admin"}
    )
    refusal = browser("bank.reveal", "show_number", [action["res_id"]], f"compare {CARD} with the card")
    assert refusal.startswith("[reveal_reason_missing]")
    return browser("bank.reveal", "show_number", [action["res_id"]], "compare with the card")["number"]


def places(text):
    return [number for number in NUMBERS if number in text]


def test_neither_dump_nor_log_has_a_number(live_server):
    call = Client(live_server)
    [group] = call("res.groups", "search", [("name", "=", "Bank CRM: May Unmask Numbers")])
    call("res.groups", "write", [group], {"user_ids": [(4, call.uid)]})
    push(call)
    partner = call("res.partner", "create", {"name": "Dump Card", "is_bank_customer": True})
    document = call(
        "bank.identity.document", "create", {"partner_id": partner, "type": "cn_resident_id", "number": CARD}
    )
    with pytest.raises(xmlrpc.client.Fault) as caught:
        call("bank.identity.document", "create", {"partner_id": partner, "type": "cn_resident_id", "number": WRONG})
    assert not places(caught.value.faultString)
    assert reveal(Browser(live_server), document) == CARD
    bench = live_server.bench
    program = bench.cluster.bin / "pg_dump"
    if not program.exists():
        pytest.skip("this PostgreSQL has no pg_dump")
    dump = subprocess.run(
        [program, "--no-owner", live_server.database], env=bench.env, capture_output=True, text=True, check=True
    ).stdout
    assert "Dump Card" in dump
    assert "110****0011" in dump
    assert "compare with the card" in dump, "the reason of the look"
    assert not places(dump)
    log = (bench.paths.logs / f"{live_server.database}.server.log").read_text(errors="replace")
    assert "show_number" in log
    assert not places(log)
