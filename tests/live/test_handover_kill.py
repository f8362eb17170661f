"""A server is killed while it hands customers over; another one goes on. Nothing is lost or doubled."""

import contextlib
import os
import signal
import time
import xmlrpc.client
from types import SimpleNamespace

import psycopg2
import pytest

from tools.dev.server import Servers, free_port, stop

CUSTOMERS = 600
BATCH = 10
SECONDS = 120

# For each customer: his owner, his line, his active owners, his task, his opportunity, his events.
PICTURE = """
    SELECT partner.relationship_manager_id = %(taker)s AS moved, line.state,
           (SELECT count(*) FROM bank_assignment WHERE partner_id = partner.id AND role = 'primary'
               AND date_to IS NULL AND user_id = partner.relationship_manager_id) AS owners,
           (SELECT count(*) FROM bank_assignment WHERE partner_id = partner.id) AS assignments,
           (SELECT array_agg(user_id) FROM mail_activity
             WHERE res_model = 'res.partner' AND res_id = partner.id) AS tasks,
           (SELECT array_agg(user_id) FROM crm_lead WHERE partner_id = partner.id) AS leads,
           (SELECT count(*) FROM bank_customer_event
             WHERE partner_id = partner.id AND kind = 'owner.changed') AS events
      FROM bank_handover_line line JOIN res_partner partner ON partner.id = line.partner_id
"""


@pytest.fixture
def bank(live_server):
    """A database of its own whose servers may be killed."""
    bench = live_server.bench
    database = f"{live_server.database}_kill"
    bench.databases.clone(os.environ["BANK_CRM_INSTALLED_DATABASE"], database)
    servers = Servers(bench)
    world = SimpleNamespace(bench=bench, database=database, servers=servers)
    world.start = lambda: servers.start(database, free_port(21200))
    world.connection = psycopg2.connect(dbname=database, **connection_arguments(bench))
    world.connection.autocommit = True
    try:
        yield world
    finally:
        world.connection.close()
        server = servers.find(database)
        if server:
            stop(bench.paths, server)
        bench.databases.drop(database)


def connection_arguments(bench):
    env = bench.env
    arguments = {"host": env.get("PGHOST"), "port": env.get("PGPORT"), "user": env.get("PGUSER")}
    return {key: value for key, value in arguments.items() if value}


class Client:
    """The external API of one server."""

    def __init__(self, server):
        self.database = server.database
        self.uid = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/common").authenticate(
            self.database, "admin", "admin", {}
        )
        self.proxy = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object", allow_none=True)

    def __call__(self, model, method, *arguments, **options):
        return self.proxy.execute_kw(self.database, self.uid, "admin", model, method, list(arguments), options)


def make_handover(call):
    """Return (hand-over, giver, taker): customers with a task and an opportunity each."""
    group = call("res.groups", "search", [("name", "=", "Relationship Manager")])
    giver, taker = (
        call("res.users", "create", {"name": name, "login": name, "group_ids": [(6, 0, group)]})
        for name in ("giver", "taker")
    )
    answer = call(
        "bank.exchange",
        "push_customers",
        "kill",
        "1",
        [{"external_id": str(n), "name": f"Customer {n}", "manager_login": "giver"} for n in range(CUSTOMERS)],
    )
    assert answer["created"] == CUSTOMERS, answer
    partners = call("res.partner", "search", [("relationship_manager_id", "=", giver)])
    assert len(partners) == CUSTOMERS
    model = call("ir.model", "search", [("model", "=", "res.partner")])[0]
    call(
        "mail.activity",
        "create",
        [{"res_model_id": model, "res_id": partner, "user_id": giver, "summary": "Call"} for partner in partners],
        context={"mail_activity_quick_update": True},
    )
    call(
        "crm.lead",
        "create",
        [{"name": "Loan", "type": "opportunity", "partner_id": partner, "user_id": giver} for partner in partners],
    )
    handover = call(
        "bank.handover", "create", {"kind": "transfer", "from_user_id": giver, "receiver_ids": [(6, 0, [taker])]}
    )
    call("bank.handover", "action_distribute", [handover])
    return handover, giver, taker


def look(bank, taker, giver, events):
    """Check that every customer is either moved or not, with everything; return how many are."""
    with bank.connection.cursor() as cursor:
        cursor.execute(PICTURE, {"taker": taker})
        rows = cursor.fetchall()
    assert len(rows) == CUSTOMERS
    for moved, state, owners, assignments, tasks, leads, changes in rows:
        user = taker if moved else giver
        assert (state, owners, assignments, tasks, leads, changes) == (
            "moved" if moved else "pending",
            1,
            1 + moved,
            [user],
            [user],
            events + moved,
        )
    return sum(row[0] for row in rows)


def wait_for(bank, handover, condition):
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        with bank.connection.cursor() as cursor:
            cursor.execute("SELECT state, processed, error FROM bank_handover WHERE id = %s", [handover])
            state, processed, error = cursor.fetchone()
        assert not error, error
        if condition(state, processed):
            return processed
        time.sleep(0.005)
    raise AssertionError(f"after {SECONDS} s the hand-over is {state} with {processed} customers")


def wake(bank):
    """The scheduler of a new server looks at once instead of within ten minutes."""
    with bank.connection.cursor() as cursor:
        cursor.execute(
            """UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC'
                WHERE id = (SELECT res_id FROM ir_model_data
                             WHERE module = 'bank_crm' AND name = 'ir_cron_handover')"""
        )
    with contextlib.closing(psycopg2.connect(dbname="postgres", **connection_arguments(bank.bench))) as connection:
        connection.autocommit = True
        connection.cursor().execute("NOTIFY cron_trigger, %s", [bank.database])


def test_killed_twice(bank):
    server = bank.start()
    call = Client(server)
    handover, giver, taker = make_handover(call)
    call("ir.config_parameter", "set_param", "bank_crm.handover_batch", str(BATCH))
    events = 1  # the one that came with the customer
    assert look(bank, taker, giver, events) == 0

    call("bank.handover", "action_approve_and_start", [handover])
    done = 0
    for _time in range(2):
        wake(bank)
        wait_for(bank, handover, lambda state, processed, before=done: processed > before)
        os.kill(server.pid, signal.SIGKILL)
        time.sleep(0.5)  # PostgreSQL notices that the client is gone
        moved = look(bank, taker, giver, events)
        assert done < moved < CUSTOMERS, "killed too late to show anything"
        assert moved % BATCH == 0
        done = moved
        server = bank.start()
    wake(bank)
    wait_for(bank, handover, lambda state, processed: state == "done")
    assert look(bank, taker, giver, events) == CUSTOMERS
    with bank.connection.cursor() as cursor:
        cursor.execute("SELECT processed, total FROM bank_handover WHERE id = %s", [handover])
        assert cursor.fetchone() == (CUSTOMERS, CUSTOMERS)
