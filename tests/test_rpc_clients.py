"""Clients of Odoo that nobody here wrote log in, push a batch, read a customer."""

import contextlib
import datetime
import json
import os
import subprocess
from urllib.parse import urlsplit

import odoolib
import odoorpc
import odoorpc.error

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from tools.dev.errors import DevError
from tools.dev.node import ensure_node_modules
from tools.dev.paths import Paths

PASSWORD = "password of the client"
NUMBER = "CLIENT-0001"
TIMEOUT = 120
ROWS = [
    {
        "external_id": "1",
        "name": "Žofie Nováková",
        "customer_number": NUMBER,
        "email": "zofie@example.com",
        "birthdate": "1984-02-29",
        "annual_income": "480000.50",
    },
    {"external_id": "2", "name": "李娜", "annual_income": 120000},
]
WRONG_ROW = {"external_id": "x", "name": "X", "birthdate": "31.12.1999"}


@tagged("post_install", "-at_install", "standard")
class ClientCase(HttpCase):
    """A member of Operations who works through somebody else's program."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = new_test_user(cls.env, "client", groups="bank_crm.group_operations", password=PASSWORD)

    def setUp(self):
        super().setUp()
        address = urlsplit(self.base_url())
        self.host, self.port, self.database = address.hostname, address.port, self.env.cr.dbname

    @contextlib.contextmanager
    def outside(self):
        """Be another program: what the test has written is visible to the server, and the other way round."""
        self.env.flush_all()
        self.env.cr.clear()
        with self.allow_requests(all_requests=True):
            yield
        self.env.invalidate_all()

    def check_first(self, answer):
        expected = {"state": "done", "replayed": False, "received": 2, "created": 2, "rejected": 0, "errors": []}
        self.assertEqual({name: answer[name] for name in expected}, expected)

    def check_again(self, answer, first):
        self.assertEqual(answer, {**first, "replayed": True})

    def check_refused(self, answer):
        self.assertEqual((answer["state"], answer["rejected"]), ("rejected", 1))
        codes = [(error["field"], error["code"]) for error in answer["errors"]]
        self.assertEqual(codes, [("birthdate", "invalid_date")])

    def check_customer(self, values):
        self.assertEqual(values["name"], "Žofie Nováková")
        self.assertEqual(values["customer_number"], NUMBER)

    def check_stored(self, source):
        """What the client pushed is what the database holds."""
        keys = self.env["bank.exchange.key"].search([("source", "=", source)], order="external_id")
        self.assertEqual(keys.mapped("external_id"), ["1", "2"])
        first, second = keys.partner_id
        self.check_customer(first)
        self.assertEqual(first.email_normalized, "zofie@example.com")
        self.assertEqual(first.financial_profile_id.birthdate, datetime.date(1984, 2, 29))
        self.assertEqual(first.financial_profile_id.annual_income, 480000.50)
        self.assertEqual((second.name, second.financial_profile_id.annual_income), ("李娜", 120000))


class TestOdooRpc(ClientCase):
    """odoorpc, over JSON-RPC as it does by default."""

    def client(self, password=PASSWORD):
        client = odoorpc.ODOO(self.host, protocol="jsonrpc", port=self.port, timeout=TIMEOUT)
        client.login(self.database, "client", password)
        return client

    @mute_logger("odoo.addons.rpc.controllers.jsonrpc")
    def test_push_and_read(self):
        with self.outside():
            client = self.client()
            exchange = client.env["bank.exchange"]
            first = exchange.push_customers("odoorpc", "odoorpc-1", ROWS)
            again = exchange.push_customers("odoorpc", "odoorpc-1", ROWS)
            refused = exchange.push_customers("odoorpc", "odoorpc-2", [WRONG_ROW])
            partners = client.env["res.partner"]
            [read] = partners.browse(partners.search([("customer_number", "=", NUMBER)]))
            values = {"name": read.name, "customer_number": read.customer_number}
            overview = partners.bank_customer_overview({"customer_number": NUMBER})
        self.check_first(first)
        self.check_again(again, first)
        self.check_refused(refused)
        self.check_customer(values)
        self.check_customer(overview)
        self.check_stored("odoorpc")

    @mute_logger("odoo.addons.rpc.controllers.jsonrpc", "odoo.http")
    def test_an_error_arrives_with_its_code(self):
        with self.outside():
            client = self.client()
            with self.assertRaisesRegex(odoorpc.error.RPCError, r"\[unknown_customer\]"):
                client.env["res.partner"].bank_customer_overview({"customer_number": "nobody"})


class TestOdooClientLib(ClientCase):
    """odoo-client-lib, Odoo's own library, over XML-RPC and JSON-2."""

    def connection(self, protocol, password):
        return odoolib.get_connection(
            hostname=self.host,
            protocol=protocol,
            port=self.port,
            database=self.database,
            login="client",
            password=password,
        )

    def check_protocol(self, protocol, password):
        with self.outside():
            connection = self.connection(protocol, password)
            exchange, partners = connection.get_model("bank.exchange"), connection.get_model("res.partner")
            batch = {"source": protocol, "batch_key": f"{protocol}-1", "rows": ROWS}
            first = exchange.push_customers(**batch)
            again = exchange.push_customers(**batch)
            refused = exchange.push_customers(source=protocol, batch_key=f"{protocol}-2", rows=[WRONG_ROW])
            [read] = partners.search_read(
                domain=[("customer_number", "=", NUMBER)], fields=["name", "customer_number"]
            )
            overview = partners.bank_customer_overview(values={"customer_number": NUMBER})
        self.check_first(first)
        self.check_again(again, first)
        self.check_refused(refused)
        self.check_customer(read)
        self.check_customer(overview)
        self.check_stored(protocol)

    @mute_logger("odoo.addons.rpc.controllers.xmlrpc")
    def test_xmlrpc(self):
        self.check_protocol("xmlrpc", PASSWORD)

    def test_json2(self):
        tomorrow = datetime.datetime.now() + datetime.timedelta(days=1)
        key = self.env["res.users.apikeys"].with_user(self.operator)._generate(None, "client", tomorrow)
        self.check_protocol("json2", key)


class TestOdooAwait(ClientCase):
    """odoo-await, for Node, over XML-RPC."""

    def answers(self, **connection):
        paths = Paths()
        try:
            modules = ensure_node_modules(paths)
        except DevError as error:
            self.skipTest(str(error))
        values = {
            "baseUrl": self.base_url(),
            "port": self.port,
            "db": self.database,
            "username": "client",
            "password": PASSWORD,
            "rows": ROWS,
            "number": NUMBER,
            **connection,
        }
        with self.outside():
            return subprocess.run(
                ["node", str(paths.root / "tests" / "node" / "push_and_read.js")],
                input=json.dumps(values),
                env={**os.environ, "NODE_PATH": str(modules)},
                capture_output=True,
                text=True,
                timeout=TIMEOUT,
                check=False,
            )

    @mute_logger("odoo.addons.rpc.controllers.xmlrpc")
    def test_push_and_read(self):
        done = self.answers()
        self.assertFalse(done.returncode, done.stderr)
        answers = json.loads(done.stdout)
        self.check_first(answers["first"])
        self.check_again(answers["again"], answers["first"])
        self.check_refused(answers["refused"])
        [read] = answers["read"]
        self.check_customer(read)
        self.check_customer(answers["overview"])
        self.check_stored("node")

    @mute_logger("odoo.addons.rpc.controllers.xmlrpc", "odoo.addons.base.models.res_users")
    def test_a_wrong_password_is_no_way_in(self):
        done = self.answers(password="wrong")
        self.assertTrue(done.returncode)
        self.assertFalse(self.env["bank.exchange.batch"].search([("source", "=", "node")]))
