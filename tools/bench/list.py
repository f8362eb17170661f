"""Lists at 1,000,000 customers: ours beside core Contacts on the same database, over HTTP as the web client asks."""

import itertools
import random
import statistics
import time

from tools.bench import _population
from tools.bench._web_client import WebClient

CUSTOMERS = 1_000_000
REPETITIONS = 40
SLOW_SECONDS = 30  # a case gets fewer repetitions when they would take longer than this
LOOKUPS = 2000
AIM = "<= 1.1"
CONTACTS = "contacts.action_contacts"
OURS = "bank_crm.bank_customer_action"

# Repeated in one Odoo process, with empty caches: a customer found by number, and the same one read by id.
ORM_LOOKUPS = """
import json, statistics, time
NAMES = ["name", "customer_number", "tier_id", "relationship_manager_id"]
partners = env["res.partner"].with_user(env.ref("base.user_admin"))

def by_number(number, key):
    return partners.search_read([("customer_number", "=", number)], NAMES)

def by_id(number, key):
    return partners.browse(key).read(NAMES)

seconds = {by_number: [], by_id: []}
for number, key in SAMPLE:
    for way, times in seconds.items():
        env.invalidate_all()
        start = time.perf_counter()
        (answer,) = way(number, key)
        times.append(time.perf_counter() - start)
        assert answer["id"] == key
print("RESULT", json.dumps([statistics.median(seconds[way]) for way in (by_id, by_number)]))
"""


def run(context):
    """Measure.

    :returns: rows for `tools.dev.bench_table`; ``seconds`` is the median of one call
    """
    customers = context.rows(CUSTOMERS)
    database = _ensure_population(context, customers)
    connection = context.connect(database)
    rows = []
    with context.server(database) as server:
        for role, login, password in (
            ("operations", "admin", "admin"),
            ("manager", f"{_population.MANAGER_LOGIN}0", _population.PASSWORD),
        ):
            client = WebClient(server.url, database, login, password)
            rows += _measure_pages(context, _cases(client, connection, role))
    rows += _sql_lookups(connection, customers)
    rows += _orm_lookups(context, database, connection, customers)
    return rows


def _ensure_population(context, customers):
    """The database with the customers; made once for each state of the addons and number of customers."""
    database, is_new = context.kept_database(str(customers))
    if is_new:
        context.say(f"filling {database} with {customers:,} customers (kept for the next time)")
        staff = context.shell(database, _population.STAFF)
        _population.fill(context.connect(database), staff, customers)
        context.keep(database)
    return database


# ---------------------------------------------------------------------- pages


def _cases(client, connection, role):
    """`(name, call, name of the case to compare with, aim, note)` of what this user does."""
    contacts, ours = client.open_list(CONTACTS), client.open_list(OURS)
    place = _place(connection)
    tier, manager = _tier_and_manager(connection, client.uid if role == "manager" else None)
    city = [("country_id", "=", place["country_id"]), ("city", "ilike", place["city"])]
    owned = [("tier_id", "=", tier), ("relationship_manager_id", "=", manager)]
    find_contact = contacts.search_field_domain("name", place["name"])
    find_customer = ours.search_field_domain("complete_name", place["name"])
    return [
        (f"{role}: Contacts, first page", contacts.page(), None, None),
        (f"{role}: customers, first page", ours.page(), "Contacts, first page", AIM),
        (f"{role}: Contacts, country and city", contacts.page(city), None, None),
        (f"{role}: customers, country and city", ours.page(city), "Contacts, country and city", AIM),
        (f"{role}: Contacts, tier and owner", contacts.page(owned), None, None),
        (f"{role}: customers, tier and owner", ours.page(owned), "Contacts, tier and owner", AIM),
        (f"{role}: Contacts, name", contacts.page(find_contact), None, None),
        (f"{role}: customers, name", ours.page(find_customer), "Contacts, name", AIM),
        (f"{role}: Contacts, by e-mail", contacts.page(order="email DESC"), None, None),
        (f"{role}: customers, by AUM", ours.page(order="aum DESC"), "Contacts, by e-mail", AIM),
    ]


def _place(connection):
    """A city with its country, and a full name that some customers have."""
    with connection.cursor() as cr:
        cr.execute(
            """SELECT country_id, city FROM res_partner WHERE is_bank_customer
                GROUP BY country_id, city ORDER BY count(*), city LIMIT 1 OFFSET 5"""
        )
        country_id, city = cr.fetchone()
        cr.execute("SELECT complete_name FROM res_partner WHERE is_bank_customer ORDER BY customer_number LIMIT 1")
        return {"country_id": country_id, "city": city, "name": cr.fetchone()[0]}


def _tier_and_manager(connection, manager):
    """The lowest tier with relationship managers, and one of them."""
    with connection.cursor() as cr:
        cr.execute(
            """SELECT partner.tier_id, partner.relationship_manager_id
                 FROM res_partner partner JOIN bank_tier tier ON tier.id = partner.tier_id
                WHERE partner.relationship_manager_id = COALESCE(%s, partner.relationship_manager_id)
                ORDER BY tier.sequence, partner.relationship_manager_id LIMIT 1""",
            [manager],
        )
        return cr.fetchone()


def _measure_pages(context, cases):
    """Run all cases in turn, several times; the median counts."""
    seconds = {name: [] for name, *_rest in cases}
    for _name, call, *_rest in cases:
        call()  # warms the caches
    spent = dict.fromkeys(seconds, 0.0)
    for _repetition in range(REPETITIONS):
        for name, call, *_rest in cases:
            if spent[name] < SLOW_SECONDS:
                seconds[name].append(call())
                spent[name] += seconds[name][-1]
    role = cases[0][0].partition(":")[0]
    context.say(f"{role}: done")
    return [
        {
            "name": name,
            "seconds": statistics.median(seconds[name]),
            "beside": f"{role}: {beside}" if beside else None,
            "aim": aim,
            "repetitions": len(seconds[name]),
        }
        for name, _call, beside, aim in cases
    ]


# ---------------------------------------------------------------------- lookups


def _sample(connection, customers):
    """`(customer number, id)` of random customers."""
    numbers = [f"C{n:08}" for n in random.Random(19).sample(range(customers), min(LOOKUPS, customers))]
    with connection.cursor() as cr:
        cr.execute("SELECT customer_number, id FROM res_partner WHERE customer_number = ANY(%s)", [numbers])
        return cr.fetchall()


def _sql_lookups(connection, customers):
    columns = "name, customer_number, tier_id, relationship_manager_id"
    by_id, by_number = [], []
    with connection.cursor() as cr:
        for number, key in itertools.chain(*[_sample(connection, customers)] * 2):
            for column, value, times in (("id", key, by_id), ("customer_number", number, by_number)):
                start = time.perf_counter()
                cr.execute(f"SELECT {columns} FROM res_partner WHERE {column} = %s", [value])
                cr.fetchall()
                times.append(time.perf_counter() - start)
    return _lookup_rows("SQL", statistics.median(by_id), statistics.median(by_number), len(by_id))


def _orm_lookups(context, database, connection, customers):
    code = f"SAMPLE = {_sample(connection, customers)!r}\n{ORM_LOOKUPS}"
    return _lookup_rows("ORM", *context.shell(database, code), min(LOOKUPS, customers))


def _lookup_rows(level, by_id, by_number, repetitions):
    name = f"{level}: one customer by primary key"
    return [
        {"name": name, "seconds": by_id, "repetitions": repetitions},
        {
            "name": f"{level}: one customer by customer number",
            "seconds": by_number,
            "beside": name,
            "aim": "< 2",
            "repetitions": repetitions,
        },
    ]
