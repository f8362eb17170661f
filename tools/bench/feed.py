"""The exchange over XML-RPC and JSON-2, beside Odoo's own load() and beside the limit of the database.

Before each measurement the tables are vacuumed and analysed, as autovacuum does between a bank's nightly batches.
"""

import json
import time
import xmlrpc.client

import requests

from tools.bench import _feed_rows, _limit

SIZES = (10_000, 100_000)
BATCH = 10_000
LOAD_SAMPLE = 1000  # load() takes milliseconds for each row: 100,000 customers would take many minutes
MEMORY_BATCHES = 20
SOURCE = "bench"
TABLES = (
    "bank_assignment",
    "bank_balance",
    "bank_customer_event",
    "bank_exchange_key",
    "bank_financial_profile",
    "bank_holding",
    "bank_holding_party",
    "res_partner",
)

SETUP = f"""
import datetime, json
groups = env.ref("bank_crm.group_relationship_manager") + env.ref("base.group_user")
branches = env["bank.branch"].create([
    {{"code": f"BENCH{{n:03}}", "name": f"Branch {{n}}"}} for n in range({_feed_rows.BRANCHES})
])
managers = env["res.users"].with_context(no_reset_password=True).create([
    {{"login": f"bench{{n:03}}", "name": f"Manager {{n}}", "group_ids": groups.ids}}
    for n in range({_feed_rows.MANAGERS})
])
env["bank.product"].create({{"code": {_feed_rows.PRODUCT!r}, "name": "Current Account", "product_class": "deposit"}})
admin = env.ref("base.user_admin")
expires = datetime.datetime.now() + datetime.timedelta(days=1)
key = env["res.users.apikeys"].with_user(admin)._generate("rpc", "benchmark", expires)
env.cr.commit()  # forbidden-word-ok: a stand-alone script in the shell; the server reads it afterwards
ids = {{branch.code: branch.id for branch in branches}} | {{user.login: user.id for user in managers}}
print("RESULT", json.dumps({{"ids": ids | {{"CN": env.ref("base.cn").id}}, "uid": admin.id, "key": key}}))
"""


class Client:
    """The administrator's connection to a running server."""

    def __init__(self, server, uid, key):
        self.server, self.uid, self.key = server, uid, key
        self._object = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object", allow_none=True)
        self._http = requests.Session()

    def xmlrpc(self, model, method, *args, **kwargs):
        return self._object.execute_kw(self.server.database, self.uid, "admin", model, method, list(args), kwargs)

    def json2(self, model, method, **kwargs):
        headers = {
            "Authorization": f"Bearer {self.key}",
            "X-Odoo-Database": self.server.database,
            "Content-Type": "application/json",
        }
        url = f"{self.server.url}/json/2/{model}/{method}"
        answer = self._http.post(url, data=json.dumps(kwargs), headers=headers)
        answer.raise_for_status()
        return answer.json()

    def push(self, method, key, rows, call=None):
        """Push rows in batches.

        :returns: (seconds of the client, seconds of the server within the method, counts)
        """
        seconds = inside = 0.0
        counts = dict.fromkeys(("created", "updated", "unchanged"), 0)
        for start in range(0, len(rows), BATCH):
            values = {"source": SOURCE, "batch_key": f"{key}-{start}", "rows": rows[start : start + BATCH]}
            began = time.perf_counter()
            answer = (call or self.xmlrpc)("bank.exchange", method, **values)
            seconds += time.perf_counter() - began
            if answer["state"] != "done":
                raise RuntimeError(f"{method}: {answer['errors'][:3]}")
            inside += self.xmlrpc("bank.exchange.batch", "read", [answer["batch_id"]], ["seconds"])[0]["seconds"]
            for name in counts:
                counts[name] += answer[name]
        return seconds, inside, counts

    def load(self, model, columns, data):
        """Seconds of `load()`."""
        began = time.perf_counter()
        answer = self.xmlrpc(model, "load", columns, data)
        seconds = time.perf_counter() - began
        if not answer["ids"]:
            raise RuntimeError(f"load: {answer['messages'][:3]}")
        return seconds


def run(context):
    """Measure.

    :returns: rows for `tools.dev.bench_table`
    """
    database = context.database()
    setup = context.shell(database, SETUP)
    connection = context.connect(database)
    rows = []
    with context.server(database) as server:
        client = Client(server, setup["uid"], setup["key"])
        for size in SIZES:
            rows += _Size(context, client, connection, setup["ids"], context.rows(size)).measure()
        rows += _memory(context, client, server.pid)
    return rows


class _Size:
    """All measurements with one number of rows."""

    def __init__(self, context, client, connection, ids, count):
        self.context, self.client, self.connection, self.ids, self.count = context, client, connection, ids, count
        self.prefix = f"B{count}X"
        self.rows = []

    def measure(self):
        self._customers()
        self._holdings()
        self._balances()
        self.context.say(f"{self.count:,} rows: done")
        return self.rows

    def _name(self, what):
        return f"{self.count:,} {what}"

    def _add(self, what, seconds, count=None, **more):
        row = {"name": self._name(what), "seconds": seconds, "rows": count or self.count, **more}
        if row.get("beside"):
            row["beside"] = self._name(row["beside"])
        self.rows.append(row)

    def _settle(self):
        """Leave the tables as they are before a night's batches."""
        with self.connection.cursor() as cr:
            cr.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")

    def _push(self, what, method, rows, expected, call=None, **more):
        """Push, check the counts, add a row."""
        self._settle()
        seconds, inside, counts = self.client.push(method, f"{self.prefix}-{what}", rows, call)
        if counts != {**dict.fromkeys(counts, 0), **expected}:
            raise RuntimeError(f"{what}: {counts} instead of {expected}")
        note = f"{inside:.2f} s within the method"
        self._add(what, seconds, note=note, inside=inside, **more)

    def _customers(self):
        rows = _feed_rows.customers(self.prefix, self.count)
        sample = _feed_rows.customers(f"L{self.prefix}", min(LOAD_SAMPLE, self.count))
        self._load("customers: load()", "res.partner", *_feed_rows.load_of_customers(sample, self.ids))
        limit = _limit.customer_rows(_feed_rows.customers(f"C{self.prefix}", self.count), self.ids)
        columns = _limit.CUSTOMER_COLUMNS
        self._settle()
        seconds = _limit.copy_and_insert(self.connection, "res_partner", columns, limit, _limit.CUSTOMERS)
        self._add("customers: limit", seconds, note="the contact's row only")
        with self.connection.cursor() as cr:
            cr.execute("DELETE FROM res_partner WHERE customer_number LIKE %s", [f"C{self.prefix}%"])
        self._push(
            "customers: create",
            "push_customers",
            rows,
            {"created": self.count},
            beside="customers: load()",
            aim=">= 5",
        )
        self._add("customers: create, beside the limit", self.rows[-1]["seconds"], beside="customers: limit")
        self._add("customers: create, within the method", self._inside("customers: create"))
        unchanged = {"unchanged": self.count}
        self._push("customers: unchanged", "push_customers", rows, unchanged, beside="customers: create", aim=">= 50")
        self._add(
            "customers: unchanged, within the method",
            self.rows[-1]["inside"],
            beside="customers: create, within the method",
        )
        self._add(
            "customers: unchanged, beside load()",
            self._seconds("customers: unchanged"),
            beside="customers: load()",
            aim=">= 50",
        )
        moved = _feed_rows.customers(self.prefix, self.count, changed_every=10)
        changed = (self.count + 9) // 10
        self._push(
            "customers: a tenth changed",
            "push_customers",
            moved,
            {"updated": changed, "unchanged": self.count - changed},
            beside="customers: create",
        )

    def _holdings(self):
        rows = _feed_rows.holdings(self.prefix, self.count)
        self._push("holdings: create", "push_holdings", rows, {"created": self.count})
        self._push("holdings: unchanged", "push_holdings", rows, {"unchanged": self.count}, beside="holdings: create")

    def _balances(self):
        created = {"created": self.count}
        first = _feed_rows.balances(self.prefix, self.count, "2026-01-01")
        self._push("balances: first figures, with tiers", "push_balances", first, created)
        holdings = self._holding_ids()
        sample = _feed_rows.balances(self.prefix, min(LOAD_SAMPLE, self.count), "2026-01-02")
        self._load("balances: load()", "bank.balance", *_feed_rows.load_of_balances(sample, holdings))
        limit = _limit.balance_rows(_feed_rows.balances(self.prefix, self.count, "2026-01-03"), holdings)
        columns = ("holding_id", "date", "amount")
        self._settle()
        seconds = _limit.copy_and_insert(self.connection, "bank_balance", columns, limit, _limit.BALANCES)
        self._add("balances: limit", seconds)
        for day, door, call in (("04", "", None), ("05", ", JSON-2", self.client.json2)):
            night = _feed_rows.balances(self.prefix, self.count, f"2026-01-{day}", more=int(day))
            name = f"balances: a night{door}"
            self._push(name, "push_balances", night, created, call, beside="balances: load()", aim=">= 20")
            self._add(f"{name}, beside the limit", self._seconds(name), beside="balances: limit", aim=">= 0.25")
        self._push(
            "balances: unchanged", "push_balances", night, {"unchanged": self.count}, beside="balances: a night"
        )

    def _load(self, what, model, columns, data):
        self._settle()
        seconds = self.client.load(model, columns, data)
        self._add(what, seconds, len(data), note=f"a sample of {len(data):,} rows, relations given by database id")

    def _holding_ids(self):
        with self.connection.cursor() as cr:
            cr.execute(
                "SELECT external_id, id FROM bank_holding WHERE source = %s AND external_id LIKE %s",
                [SOURCE, f"{self.prefix}H%"],
            )
            return dict(cr.fetchall())

    def _row(self, what):
        return next(row for row in self.rows if row["name"] == self._name(what))

    def _seconds(self, what):
        return self._row(what)["seconds"]

    def _inside(self, what):
        return self._row(what)["inside"]


def _memory(context, client, pid):
    """The server's resident memory after each of many batches."""
    count = context.rows(BATCH)
    prefix = f"B{context.rows(SIZES[0])}X"
    megabytes, seconds = [], 0.0
    for day in range(1, MEMORY_BATCHES + 1):
        rows = _feed_rows.balances(prefix, count, f"2026-02-{day:02}", more=day)
        spent, _inside, _counts = client.push("push_balances", f"memory-{day}", rows)
        seconds += spent
        megabytes.append(round(context.memory(pid)))
    note = f"server's memory in MB after each batch: {' '.join(map(str, megabytes))}"
    name = f"{MEMORY_BATCHES} batches of {count:,} balances"
    return [{"name": name, "seconds": seconds, "rows": count * MEMORY_BATCHES, "note": note, "megabytes": megabytes}]
