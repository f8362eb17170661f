"""What the access rules cost: a relationship manager's list of customers beside that of someone who sees them all.

1,000,000 customers, 2,000 users; over HTTP as the web client asks.
"""

from tools.bench import _population
from tools.bench import list as lists
from tools.bench._web_client import WebClient

CUSTOMERS = 1_000_000
USERS = 2_000
AIM = "<= 1.5"
FIRST_PAGE_SECONDS = 0.060
OURS = "bank_crm.bank_customer_action"


def run(context):
    """Measure.

    :returns: rows for `tools.dev.bench_table`; ``seconds`` is the median of one call
    """
    database = _ensure_population(context)
    rows = []
    with context.server(database) as server:
        for role, login, password in (
            ("operations", "admin", "admin"),
            ("manager", f"{_population.MANAGER_LOGIN}0", _population.PASSWORD),
        ):
            client = WebClient(server.url, database, login, password)
            rows += lists._measure_pages(context, _cases(client, role))
    return [_beside_operations(row) for row in rows]


def _ensure_population(context):
    customers, users = context.rows(CUSTOMERS), context.rows(USERS)
    database, is_new = context.kept_database(f"{customers}_{users}")
    if is_new:
        context.say(f"filling {database} with {customers:,} customers and {users:,} users (kept for the next time)")
        staff = context.shell(database, _population.staff(users))
        _population.fill(context.connect(database), staff, customers)
        context.keep(database)
    return database


def _cases(client, role):
    """`(name, call, name of the case to compare with, aim)` of what this user does."""
    customers = client.open_list(OURS)
    by_name = customers.search_field_domain("complete_name", "Li")
    return [
        (f"{role}: customers, first page", customers.page(), None, None),
        (f"{role}: customers, by AUM", customers.page(order="aum DESC"), None, None),
        (f"{role}: customers, name", customers.page(by_name), None, None),
    ]


def _beside_operations(row):
    """A manager's row is compared with the same case of operations."""
    role, _colon, case = row["name"].partition(": ")
    if role != "manager":
        return row
    if case == "customers, first page" and row["seconds"] > FIRST_PAGE_SECONDS:
        row["name"] += " (over 60 ms)"
    return {**row, "beside": f"operations: {case}", "aim": AIM}
