"""The integration guide: its examples are executed, its tables are compared with the code; README's example too."""

import ast
import contextlib
import datetime
import http.client
import inspect
import io
import json
import os
import re
import shutil
import subprocess
import unittest
import xmlrpc.client
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.bank_crm.models.exchange.feed import problems
from odoo.addons.bank_crm.models.exchange.feed.balance_feed import BalanceFeed
from odoo.addons.bank_crm.models.exchange.feed.customer_feed import CustomerFeed
from odoo.addons.bank_crm.models.exchange.feed.holding_feed import HoldingFeed
from odoo.addons.bank_crm.models.exchange.feed.transaction_feed import TransactionFeed
from odoo.addons.bank_crm_complaints.tools.registration import problems as ticket_problems
from odoo.addons.bank_crm_complaints.tools.registration.schema import registration

from tests.guide_examples import Comparison, Request, read_blocks, read_examples, read_request, read_response

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "integration.md"
README = ROOT / "README.md"
EXPECTED_REFUSALS = ("odoo.http", "odoo.addons.rpc.controllers.xmlrpc", "odoo.addons.base.models.res_users")


def section(title):
    """Return the text below the heading ``title``, up to the next heading of the same or a higher level."""
    text = GUIDE.read_text()
    heading = re.search(rf"^(#+) {re.escape(title)}$", text, re.MULTILINE)
    rest = text[heading.end() :]
    following = re.search(rf"^#{{1,{len(heading[1])}}} ", rest, re.MULTILINE)
    return rest[: following.start()] if following else rest


def tables(text):
    """Return the tables of a Markdown text, each one a list of rows of cells; the first row is the heading."""
    found, table = [], []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            table.append([cell.strip() for cell in line.strip()[1:-1].split("|")])
        elif table:
            found.append([table[0], *table[2:]])
            table = []
    return found


def codes_of(title, *headings):
    """Return the first cells of the table in a section whose heading begins with ``headings``."""
    [table] = [table for table in tables(section(title)) if table[0][: len(headings)] == list(headings)]
    return [row[0].strip("`") for row in table[1:]]


@tagged("post_install", "-at_install", "standard")
class TestExamples(HttpCase):
    """Does what the guide says, on a bank as the guide describes it."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.CNY").active = True
        cls.env["bank.branch"].create({"name": "Lujiazui", "code": "SH01"})
        cls.env["bank.product"].create(
            [
                {"name": "Current Account", "code": "CURRENT", "product_class": "deposit"},
                {"name": "Mortgage", "code": "MORTGAGE", "product_class": "loan"},
            ]
        )
        cls.env.ref("bank_crm.bank_tier_ordinary").benefit_ids += cls.env.ref("bank_crm.bank_benefit_lounge")
        cls.manager = new_test_user(cls.env, "li.na", name="Li Na", groups="bank_crm.group_relationship_manager")
        cls.feed = new_test_user(
            cls.env, "core.feed", groups="bank_crm.group_operations", password="core feed password"
        )
        cls.key = cls.key_of(cls.feed)
        cls.start_visits()

    @classmethod
    def start_visits(cls):
        """The programme of surveys that the guide knows: it sends at any hour, and asks as often as it is told to."""
        program = cls.env.ref("bank_crm_survey.bank_survey_program_visit")
        program.write({"send_from": 0, "send_to": 24})
        program.action_start()
        cls.env["bank.survey.contact.rule"].search([]).active = False
        cls.env["bank.contact.policy"].search([]).active = False

    @classmethod
    def key_of(cls, user):
        in_a_month = datetime.datetime.now() + datetime.timedelta(days=30)
        return cls.env["res.users.apikeys"].with_user(user)._generate(None, "core banking", in_a_month)

    def setUp(self):
        super().setUp()
        self.comparison = Comparison()
        self.variables = {"__name__": "guide"}
        self.examples = read_examples(GUIDE.read_text())
        environment = {
            "BANK_URL": self.base_url(),
            "BANK_DATABASE": self.env.cr.dbname,
            "BANK_LOGIN": self.feed.login,
            "BANK_KEY": self.key,
        }
        self.enterContext(patch.dict(os.environ, environment))

    @contextlib.contextmanager
    def outside(self):
        """Be another program: what the test has written is visible to the server."""
        self.env.flush_all()
        self.env.cr.clear()
        with self.allow_requests(all_requests=True), mute_logger(*EXPECTED_REFUSALS):
            yield
        self.env.invalidate_all()

    def check(self, example, answer):
        if example.answer is None:
            return
        differences = self.comparison.differences(json.loads(example.answer.text), answer)
        self.assertFalse(differences, f"{GUIDE.name}, line {example.answer.line}; the answer is\n{json.dumps(answer)}")

    def run_python(self, example):
        code = compile("\n" * (example.block.line - 1) + example.block.text, str(GUIDE), "exec")
        self.variables.pop("answer", None)
        with self.outside():
            exec(code, self.variables)  # noqa: S102 - the guide is part of this repository
        self.check(example, self.variables.get("answer"))

    def headers(self, **others):
        return {
            "Authorization": f"Bearer {self.key}",
            "X-Odoo-Database": self.env.cr.dbname,
            "Content-Type": "application/json",
            **others,
        }

    def send(self, request):
        connection = http.client.HTTPConnection(urlsplit(self.base_url()).netloc, timeout=60)
        with self.outside(), contextlib.closing(connection):
            connection.request(request.method, request.path, request.body, request.headers)
            response = connection.getresponse()
            return response, json.loads(response.read())

    def run_http(self, example):
        response, body = self.send(read_request(example.block, self.headers()))
        status, reason, expected = read_response(example.answer)
        self.assertEqual((response.status, response.reason.lower()), (status, reason.lower()), body)
        differences = self.comparison.differences(expected, body)
        self.assertFalse(differences, f"{GUIDE.name}, line {example.answer.line}; the answer is\n{json.dumps(body)}")

    def run_bash(self, example):
        with self.outside():
            printed = subprocess.run(
                ["bash", "-c", example.block.text], check=True, stdout=subprocess.PIPE, text=True, timeout=60
            ).stdout
        self.check(example, json.loads(printed))

    def test_python_and_http(self):
        run = {"python": self.run_python, "http": self.run_http}
        examples = [example for example in self.examples if example.block.language in run]
        self.assertGreater(len(examples), 20)
        for example in examples:
            with self.subTest(line=example.block.line):
                run[example.block.language](example)

    def test_curl(self):
        if not shutil.which("curl"):
            raise unittest.SkipTest("there is no curl: install it to test the examples that use it")
        examples = [example for example in self.examples if example.block.language == "bash"]
        self.assertTrue(examples)
        for example in examples:
            with self.subTest(line=example.block.line):
                self.run_bash(example)

    def test_the_example_of_the_readme(self):
        [block] = [block for block in read_blocks(README.read_text()) if block.language == "python"]
        printed = io.StringIO()
        with self.outside(), contextlib.redirect_stdout(printed):
            exec(compile(block.text, str(README), "exec"), {})  # noqa: S102 - part of this repository too
        told = re.search(r"# (.+)\n$", block.text)[1]
        self.assertEqual(printed.getvalue().strip(), told)

    def test_the_password_works_in_place_of_the_key(self):
        common = xmlrpc.client.ServerProxy(f"{self.base_url()}/xmlrpc/2/common")
        with self.outside():
            uid = common.authenticate(self.env.cr.dbname, "core.feed", "core feed password", {})
        self.assertEqual(uid, self.feed.id)

    def test_statuses(self):
        """The guide's table of exceptions, JSON-2."""
        push = "/json/2/bank.exchange/push_balances"
        batch = {"source": "core", "batch_key": "1", "rows": []}
        manager = f"Bearer {self.key_of(self.manager)}"
        for status, path, body, headers in (
            (200, push, batch, {}),
            (403, push, batch, {"Authorization": manager}),
            (401, push, batch, {"Authorization": ""}),
            (422, push, {"source": "core"}, {}),
            (422, push, {**batch, "row": []}, {}),
            (404, "/json/2/bank.exchanges/push_balances", batch, {}),
            (404, "/json/2/bank.exchange/push_balance", batch, {}),
            (403, "/json/2/bank.exchange/_push", batch, {}),
            (400, push, "{", {}),
            (413, push, "{}", {"Content-Length": str(128 * 1024 * 1024 + 1)}),
        ):
            body = body if isinstance(body, str) else json.dumps(body)
            with self.subTest(status=status, path=path, headers=list(headers)):
                response, answer = self.send(Request("POST", path, self.headers(**headers), body.encode()))
                self.assertEqual(response.status, status, answer.get("message"))

    def test_fault_codes(self):
        """The guide's table of exceptions, XML-RPC."""
        models = xmlrpc.client.ServerProxy(f"{self.base_url()}/xmlrpc/2/object")
        batch = ["core", "1", []]
        for code, user, key, model, method, arguments in (
            (4, self.manager, self.key_of(self.manager), "bank.exchange", "push_balances", batch),
            (3, self.feed, "wrong", "bank.exchange", "push_balances", batch),
            (2, self.feed, self.key, "bank.exchange", "push_balances", ["", "1", []]),
            (1, self.feed, self.key, "bank.exchange", "push_balances", ["core"]),
            (2, self.feed, self.key, "bank.exchanges", "push_balances", batch),
            (1, self.feed, self.key, "bank.exchange", "push_balance", batch),
            (4, self.feed, self.key, "bank.exchange", "_push", batch),
        ):
            with self.subTest(code=code, model=model, method=method), self.outside():
                with self.assertRaises(xmlrpc.client.Fault) as refusal:
                    models.execute_kw(self.env.cr.dbname, user.id, key, model, method, arguments)
                self.assertEqual(refusal.exception.faultCode, code, refusal.exception.faultString)


@tagged("post_install", "-at_install", "standard")
class TestTables(TransactionCase):
    """The guide names every method, key, value and code, and no others."""

    def methods_for_other_systems(self):
        """Yield ``(model, method)`` of our public methods whose docstring has an example call."""
        for model in self.env.registry.values():
            for cls in model.mro():
                if not cls.__module__.startswith("odoo.addons.bank_crm"):
                    continue
                for name, method in vars(cls).items():
                    if name.startswith("_") or not inspect.isfunction(method):
                        continue
                    if model._name == "bank.exchange" or "Example (JSON-2)" in (method.__doc__ or ""):
                        yield model._name, name

    def test_every_method_has_its_section_and_both_protocols(self):
        methods = set(self.methods_for_other_systems())
        self.assertGreaterEqual(len(methods), 17)
        for model, method in sorted(methods):
            # two models may have a method of the same name: the second one's heading is the whole name
            name = f"{model}.{method}"
            text = section(name if re.search(rf"^#+ {re.escape(name)}$", GUIDE.read_text(), re.MULTILINE) else method)
            self.assertIn(f"POST /json/2/{model}/{method}\n", text)
            self.assertIn(f'call("{model}", "{method}", ', text)

    def assertKeys(self, title, heading, schema):
        """The table in a section lists the keys of a schema, and which of them are required."""
        [table] = [table for table in tables(section(title)) if table[0][0] == heading]
        self.assertEqual(sorted(row[0].strip("`") for row in table[1:]), sorted(schema.fields))
        required = [row[0].strip("`") for row in table[1:] if row[1] == "yes"]
        self.assertEqual(sorted(required), sorted(schema.required))

    def test_keys(self):
        customers = CustomerFeed(self.env, "guide").schema([])
        holdings = HoldingFeed(self.env, "guide").schema([])
        self.assertKeys("push_customers", "Key", customers)
        self.assertKeys("push_customers", "Key of a document", customers.fields["identity_documents"].schema)
        self.assertKeys("push_holdings", "Key", holdings)
        self.assertKeys("push_holdings", "Key of a party", holdings.fields["parties"].schema)
        self.assertKeys("push_balances", "Key", BalanceFeed(self.env, "guide").schema([]))
        self.assertKeys("push_transactions", "Key", TransactionFeed(self.env, "guide").schema([]))
        nothing = {key: {} for key in ("channel", "product", "cause", "branch", "regime", "lang")}
        tickets = registration(self.env, nothing, datetime.date.today())
        self.assertKeys("register", "Key", tickets)
        self.assertKeys("register", "Key of a party", tickets.fields["parties"].schema)

    def test_values(self):
        for title, key, model, field in (
            ("push_customers", "type", "res.partner", "customer_type"),
            ("push_customers", "gender", "bank.financial.profile", "gender"),
            ("push_customers", "preferred_channel", "res.partner", "preferred_channel"),
            ("push_customers", "type", "bank.identity.document", "type"),
            ("push_holdings", "role", "bank.holding.party", "role"),
            ("push_transactions", "kind", "bank.transaction", "kind"),
            ("register", "kind", "bank.ticket", "kind"),
            ("register", "severity", "bank.ticket", "severity"),
            ("register", "role", "bank.ticket.party", "role"),
        ):
            cells = [row[2] for table in tables(section(title)) for row in table[1:] if row[0] == f"`{key}`"]
            told = [set(re.findall(r"`(\w+)`", cell)) for cell in cells]
            self.assertIn(set(self.env[model]._fields[field].get_values(self.env)), told, field)

    def test_codes_of_rows(self):
        self.assertEqual(codes_of("Errors in rows", "Code"), sorted(problems.MESSAGES))

    def test_codes_of_refusals(self):
        self.assertEqual(sorted(codes_of("Refused calls", "Code", "Exception")), sorted(self.codes_raised("bank_crm")))

    def codes_raised(self, addon):
        """Return the codes in square brackets with which the code of an addon refuses calls."""
        raised = set()
        for path in sorted((ROOT / addon).rglob("*.py")):
            if not {"tests", "wizard"}.intersection(path.parts):  # a wizard tells its errors on the screen
                raised.update(re.findall(r"[\"']\[([a-z]+_[a-z0-9_]+)\] ", path.read_text()))
        return raised

    def test_codes_of_tickets(self):
        self.assertEqual(codes_of("Errors about tickets", "Code"), sorted(ticket_problems.MESSAGES))
        told = codes_of("Errors about tickets", "Refused with", "Exception")
        self.assertEqual(sorted(told), sorted(self.codes_raised("bank_crm_complaints")))

    def test_exceptions_of_tickets(self):
        """The guide names the exception that a code comes with, wherever the code is written inside of its call."""
        raised = self.exceptions_by_code("bank_crm_complaints")
        [table] = [table for table in tables(section("Errors about tickets")) if table[0][0] == "Refused with"]
        self.assertGreater(len(raised), 30)
        for row in table[1:]:
            code = row[0].strip("`")
            if code in raised:
                self.assertIn(row[1], raised[code], code)

    def exceptions_by_code(self, addon):
        """Return ``{code: names of the exceptions}`` of the codes that stand in a call such as ``UserError(…)``."""
        found = {}
        for path in sorted((ROOT / addon).rglob("*.py")):
            if {"tests", "wizard"}.intersection(path.parts):
                continue
            for call in ast.walk(ast.parse(path.read_text())):
                name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
                for node in ast.walk(call) if name.endswith("Error") else ():
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        for code in re.findall(r"^\[([a-z]+_[a-z0-9_]+)\] ", node.value):
                            found.setdefault(code, set()).add(name)
        return found

    def test_answers_to_tickets(self):
        told = set(re.findall(r"`(\w+)`", section("record_response")))
        for field in ("outcome", "relief"):
            self.assertLessEqual(set(self.env["bank.ticket"]._fields[field].get_values(self.env)), told)

    def test_states(self):
        states = set(self.env["bank.exchange.batch"]._fields["state"].get_values(self.env))
        told = section("How a batch works") + section("What staff see")
        for state in states - {"failed"}:
            self.assertIn(f"`{state}`", told)
        self.assertIn("*Failed*", told)
