"""Rows of an invented core-banking system, and the same rows for Odoo's own `load()`."""

from tools.bench import _people

BRANCHES = 20
MANAGERS = 20
PRODUCT = "BENCH-CURRENT"

SURNAMES, GIVEN, CITIES = _people.SURNAMES.split(), _people.GIVEN.split(), _people.CITIES.split()


def customers(prefix, count, changed_every=None):
    """Rows of `push_customers`.

    :param changed_every: each n-th customer has moved to another street
    """
    return [_customer(prefix, n, moved=changed_every and n % changed_every == 0) for n in range(count)]


def _customer(prefix, n, moved=False):
    return {
        "external_id": f"{prefix}{n}",
        "name": f"{GIVEN[n % len(GIVEN)]} {SURNAMES[n * 7 % len(SURNAMES)]}",
        "customer_number": f"{prefix}{n:08}",
        "type": "individual",
        "birthdate": f"{1940 + n % 65}-{1 + n % 12:02}-{1 + n % 28:02}",
        "gender": "female" if n % 2 else "male",
        "nationality": "CN",
        "email": f"{prefix}{n}@example.com",
        "phone": f"+86138{n:08}",
        "street": f"{'New' if moved else 'Old'} Street {n % 977}",
        "city": CITIES[n % len(CITIES)],
        "zip": f"{n % 89989:06}",
        "country_code": "CN",
        "branch_code": f"BENCH{n % BRANCHES:03}",
        "manager_login": f"bench{n % MANAGERS:03}",
        "relationship_start_on": f"{2000 + n % 25}-{1 + n % 12:02}-01",
        "occupation": "Engineer",
        "annual_income": f"{60000 + n % 500 * 1000}.00",
        "preferred_channel": "phone",
    }


# key of a row of push_customers: column of load()
LOAD_COLUMNS = {
    "name": "name",
    "customer_number": "customer_number",
    "type": "customer_type",
    "birthdate": "profile_birthdate",
    "gender": "profile_gender",
    "nationality": "profile_nationality_id/.id",
    "email": "email",
    "phone": "phone",
    "street": "street",
    "city": "city",
    "zip": "zip",
    "country_code": "country_id/.id",
    "branch_code": "branch_id/.id",
    "manager_login": "relationship_manager_id/.id",
    "relationship_start_on": "profile_relationship_start_on",
    "occupation": "profile_occupation",
    "annual_income": "profile_annual_income",
    "preferred_channel": "preferred_channel",
}


def load_of_customers(rows, ids):
    """`(columns, data)` of `res.partner.load()` for rows of `push_customers`.

    :param ids: `{code: database id}` of countries, branches and managers: load() is spared the search for them
    """
    columns = ["is_bank_customer", *LOAD_COLUMNS.values()]
    data = [["1", *(str(ids.get(row[key], row[key])) for key in LOAD_COLUMNS)] for row in rows]
    return columns, data


def holdings(prefix, count):
    """Rows of `push_holdings`: an account for each customer."""
    return [
        {
            "external_id": f"{prefix}H{n}",
            "product_code": PRODUCT,
            "number": f"6222{prefix[-1]}{n:011}",
            "opened_on": f"{2000 + n % 25}-{1 + n % 12:02}-01",
            "branch_code": f"BENCH{n % BRANCHES:03}",
            "parties": [{"customer_external_id": f"{prefix}{n}", "role": "owner"}],
        }
        for n in range(count)
    ]


def balances(prefix, count, date, more=0):
    """Rows of `push_balances`: one of each holding; `more` is what every balance has grown by."""
    return [
        {"holding_external_id": f"{prefix}H{n}", "date": date, "amount": 1000 + n % 90000 + more + 0.25}
        for n in range(count)
    ]


def load_of_balances(rows, ids):
    """`(columns, data)` of `bank.balance.load()` for rows of `push_balances`; `ids`: `{external id: holding}`."""
    data = [[str(ids[row["holding_external_id"]]), row["date"], str(row["amount"])] for row in rows]
    return ["holding_id/.id", "date", "amount"], data
