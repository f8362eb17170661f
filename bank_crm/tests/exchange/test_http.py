import json
import xmlrpc.client

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ExchangeCase

ROWS = [{"external_id": "http-1", "name": "Anna"}, {"external_id": "http-2", "name": "Bela"}]


@tagged("post_install", "-at_install")
class TestExchangeHttp(HttpCase, ExchangeCase):
    """What another system sees: XML-RPC and JSON-2."""

    def setUp(self):
        super().setUp()
        self.key = self.api_key(self.operator)

    def api_key(self, user):
        expires_on = self.env.cr.now().replace(hour=23)
        return self.env["res.users.apikeys"].with_user(user)._generate("rpc", "exchange", expires_on)

    # ------------------------------------------------------------------
    # XML-RPC
    # ------------------------------------------------------------------

    def xmlrpc(self, method, *args, user=None, key=None):
        user, key = user or self.operator, key or self.key
        self.env.flush_all()
        with mute_logger("odoo.addons.rpc.controllers.xmlrpc", "odoo.http"):
            return self.xmlrpc_object.execute_kw(self.env.cr.dbname, user.id, key, "bank.exchange", method, list(args))

    def test_xmlrpc_pushes_and_replays(self):
        answer = self.xmlrpc("push_customers", "core", "http", ROWS)
        self.assertCounts(answer, created=2)
        self.assertEqual(self.xmlrpc("push_customers", "core", "http", ROWS), {**answer, "replayed": True})
        conflict = self.xmlrpc("push_customers", "core", "http", ROWS[:1])
        self.assertRefused(conflict, (0, "batch_key", "batch_key_conflict"))

    def test_xmlrpc_tells_wrong_types(self):
        rows = [
            {"external_id": 1, "name": "A"},
            {"external_id": "2"},
            {"external_id": "3", "name": True},
            {"external_id": "4", "name": "A", "birthdate": xmlrpc.client.DateTime("20240131T00:00:00")},
        ]
        answer = self.xmlrpc("push_customers", "core", "http", rows, "skip_row")
        self.assertRefused(
            answer,
            (1, "external_id", "wrong_type"),
            (2, "name", "required_field"),
            (3, "name", "wrong_type"),
            (4, "birthdate", "wrong_type"),
        )

    def test_xmlrpc_ten_thousand_rows(self):
        rows = [{"external_id": f"http-{number}", "name": f"Customer {number}"} for number in range(10_000)]
        self.assertCounts(self.xmlrpc("push_customers", "core", "http", rows), created=10_000)

    def test_xmlrpc_refuses_others(self):
        for user in (self.manager, new_test_user(self.env, login="xch.http.portal", groups="base.group_portal")):
            key = self.api_key(user)
            with self.assertRaisesRegex(xmlrpc.client.Fault, r"\[access_denied\]"):
                self.xmlrpc("push_customers", "core", "http", ROWS, user=user, key=key)

    def test_xmlrpc_reaches_no_private_method(self):
        with self.assertRaises(xmlrpc.client.Fault):
            self.xmlrpc("_push_batch", "core", "http", ROWS)

    # ------------------------------------------------------------------
    # JSON-2
    # ------------------------------------------------------------------

    def json2(self, method, body, key=None):
        self.env.flush_all()
        response = self.url_open(
            f"/json/2/bank.exchange/{method}",
            data=body if isinstance(body, (str, bytes)) else json.dumps(body),
            headers={"Authorization": f"Bearer {key or self.key}", "Content-Type": "application/json"},
        )
        return response.status_code, response.json()

    def test_json2_pushes_and_replays(self):
        body = {"source": "core", "batch_key": "json", "rows": ROWS}
        status, answer = self.json2("push_customers", body)
        self.assertEqual(status, 200)
        self.assertCounts(answer, created=2)
        self.assertEqual(self.json2("push_customers", body)[1], {**answer, "replayed": True})
        parties = [{"customer_external_id": "http-1", "role": "owner"}]
        holding = {"external_id": "h1", "product_code": "XCUR", "parties": parties}
        self.assertEqual(self.json2("push_holdings", {**body, "batch_key": "2", "rows": [holding]})[1]["created"], 1)
        balance = {"holding_external_id": "h1", "date": "2026-01-31", "amount": "12.50"}
        self.assertEqual(self.json2("push_balances", {**body, "batch_key": "3", "rows": [balance]})[1]["created"], 1)
        self.assertEqual(self.customer("http-1").aum, 12.5)

    def test_json2_numbers_that_are_none(self):
        body = (
            '{"source": "core", "batch_key": "nan", "on_error": "skip_row", "rows": ['
            '{"external_id": "1", "name": "A", "annual_income": NaN},'
            '{"external_id": "2", "name": "A", "annual_income": Infinity},'
            '{"external_id": "3", "name": "\\ud800"}, null]}'
        )
        status, answer = self.json2("push_customers", body)
        self.assertEqual(status, 200)
        self.assertRefused(
            answer,
            (1, "annual_income", "invalid_amount"),
            (2, "annual_income", "invalid_amount"),
            (3, "name", "invalid_text"),
            (4, "row", "wrong_type"),
        )

    @mute_logger("odoo.http")
    def test_json2_refusals_have_their_status(self):
        body = {"source": "core", "batch_key": "json", "rows": "all"}
        status, answer = self.json2("push_customers", body)
        self.assertEqual(status, 422)
        self.assertTrue(answer["message"].startswith("[invalid_argument] rows:"), answer["message"])
        status, answer = self.json2("push_customers", {**body, "rows": ROWS}, key=self.api_key(self.manager))
        self.assertEqual(status, 403)
        self.assertTrue(answer["message"].startswith("[access_denied]"), answer["message"])
