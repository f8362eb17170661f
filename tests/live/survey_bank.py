"""A bank of its own for the live tests of surveys: a database, its servers, which may be killed, and a programme."""

import contextlib
import os
import re
import signal
import time
import xmlrpc.client

import psycopg2
import requests

from tools.dev.server import Servers, free_port, stop

from .test_ticket_twice import Client

TIMEOUT = 60
GROUPS = (
    "bank_crm.group_operations",
    "bank_crm.group_service_agent",
    "bank_crm_survey.group_satisfaction_manager",
)


class SurveyBank:
    """See the module.

    :param live_server: for its workbench and the name of its database
    """

    def __init__(self, live_server):
        self.bench = live_server.bench
        self.login, self.password = live_server.login, live_server.password
        self.database = f"{live_server.database}_survey"
        self.bench.databases.clone(os.environ["BANK_CRM_INSTALLED_DATABASE"], self.database)
        self.servers = Servers(self.bench)
        self.connection = self.connect(self.database)
        # Without a mail server, the queue would try in vain and put invitations back.
        self.sql("UPDATE ir_cron SET active = FALSE WHERE cron_name ILIKE 'Mail: Email Queue Manager'")
        self.start()
        common = xmlrpc.client.ServerProxy(f"{self.server.url}/xmlrpc/2/common")
        self.admin_uid = common.authenticate(self.database, self.login, self.password, {})
        groups = [self.admin("res.groups", "search", [["id", "=", self.ref(name)]])[0] for name in GROUPS]
        values = {"name": "Surveyor", "login": "surveyor", "password": self.password, "group_ids": [[6, 0, groups]]}
        [self.uid] = self.admin("res.users", "create", [values])
        self.program = self.make_program()

    def close(self):
        self.connection.close()
        server = self.servers.find(self.database)
        if server:
            stop(self.bench.paths, server)
        self.bench.databases.drop(self.database)

    # ------------------------------------------------------------------ servers

    def start(self):
        self.server = self.servers.start(self.database, free_port(21400))

    def kill_and_start(self):
        os.kill(self.server.pid, signal.SIGKILL)
        time.sleep(0.5)  # PostgreSQL notices that the client is gone
        self.start()

    def connect(self, database):
        env = self.bench.env
        arguments = {"host": env.get("PGHOST"), "port": env.get("PGPORT"), "user": env.get("PGUSER")}
        connection = psycopg2.connect(dbname=database, **{key: value for key, value in arguments.items() if value})
        connection.autocommit = True
        return connection

    def sql(self, query, *values):
        with self.connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else None

    def wake(self, *crons):
        """Have the scheduler look at once."""
        self.sql(
            """UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC'
                WHERE id IN (SELECT res_id FROM ir_model_data WHERE module = 'bank_crm_survey' AND name IN %s)""",
            crons,
        )
        with contextlib.closing(self.connect("postgres")) as connection:
            connection.cursor().execute("NOTIFY cron_trigger, %s", [self.database])

    def wait(self, query, *values, seconds=60):
        """Wait until a query answers a first column that is true, and return the row."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            [row] = self.sql(query, *values)
            if row[0]:
                return row
            time.sleep(0.005)
        raise AssertionError(f"after {seconds} s: {row}")

    # ------------------------------------------------------------------ users and records

    def ref(self, name):
        module, _dot, name = name.partition(".")
        [[res_id]] = self.sql("SELECT res_id FROM ir_model_data WHERE module = %s AND name = %s", module, name)
        return res_id

    def admin(self, *call):
        return Client(self._as_server(), self.admin_uid)(*call)

    def call(self, *call):
        """Call a method as a member of Operations who runs surveys, on a connection of his own."""
        return Client(self._as_server(), self.uid)(*call)

    def _as_server(self):
        server = self.server
        return type("Server", (), {"url": server.url, "database": self.database, "password": self.password})

    def make_program(self):
        questions = [
            {"title": "Recommend?", "question_type": "scale", "scale_min": 0, "scale_max": 10, "bank_metric": "nps"},
            {"title": "Anything else?", "question_type": "text_box", "bank_metric": "verbatim"},
        ]
        values = {
            "title": "At once",
            "survey_type": "bank",
            "access_mode": "token",
            "questions_layout": "one_page",
            "question_and_page_ids": [[0, 0, question] for question in questions],
        }
        [self.survey] = self.call("survey.survey", "create", [values])
        self.question = self.call("survey.question", "search", [["survey_id", "=", self.survey]])[0]
        values = {
            "name": "At once",
            "code": "LIVE",
            "kind": "transactional",
            "survey_id": self.survey,
            "min_seconds": 0,
            "send_from": 0,
            "send_to": 24,
            "throttle_per_minute": 100_000,
            "channel_ids": [[0, 0, {"channel": "email"}]],
        }
        [program] = self.call("bank.survey.program", "create", [values])
        self.call("bank.survey.program", "action_start", [program])
        return program

    def make_customers(self, prefix, count):
        """Return the numbers of new customers who can be reached by email."""
        rows = [
            {
                "external_id": f"{prefix}{number}",
                "customer_number": f"{prefix}{number}",
                "name": f"Customer {number}",
                "email": f"{prefix.lower()}{number}@example.com",
            }
            for number in range(count)
        ]
        answer = self.call("bank.exchange", "push_customers", "survey", prefix, rows)
        assert answer["created"] == count, answer
        return [row["customer_number"] for row in rows]

    def link(self, number, ref):
        """Return the link of a new invitation, a path."""
        values = {"program_code": "LIVE", "customer_numbers": [number], "touchpoint_ref": ref, "channel": "link"}
        answer = self.call("bank.survey.program", "invite", values)
        return re.sub(r"^https?://[^/]+", "", answer["links"][number])

    def begin(self, path):
        """Open the page of a link in a browser of its own and return the post that begins the answer."""
        session = requests.Session()
        session.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
        session.cookies.set("db", self.database)
        page = session.get(f"{self.server.url}{path}", timeout=TIMEOUT).text
        fields = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("csrf_token", "nonce")}
        return lambda: session.post(f"{self.server.url}{path}/start", data=fields, timeout=TIMEOUT)
