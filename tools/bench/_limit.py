"""What PostgreSQL can take at most: COPY into a temporary table and one INSERT … ON CONFLICT into the real one."""

import io
import time

BALANCES = """
    INSERT INTO bank_balance (holding_id, date, amount, create_uid, create_date, write_uid, write_date)
    SELECT holding_id, date, amount, 2, now() AT TIME ZONE 'UTC', 2, now() AT TIME ZONE 'UTC' FROM bench_stage
        ON CONFLICT (holding_id, date) DO UPDATE SET amount = excluded.amount
"""
CUSTOMERS = """
    INSERT INTO res_partner (name, complete_name, customer_number, customer_type, email, email_normalized, phone,
                             phone_sanitized, street, city, zip, country_id, branch_id, relationship_manager_id,
                             preferred_channel, is_bank_customer, active, type, partner_share, company_id,
                             create_uid, create_date, write_uid, write_date)
    SELECT name, name, customer_number, customer_type, email, email, phone,
           phone, street, city, zip, country_id, branch_id, relationship_manager_id,
           preferred_channel, TRUE, TRUE, 'contact', TRUE, 1,
           2, now() AT TIME ZONE 'UTC', 2, now() AT TIME ZONE 'UTC' FROM bench_stage
        ON CONFLICT (customer_number, COALESCE(company_id, 0)) WHERE customer_number IS NOT NULL
        DO UPDATE SET name = excluded.name, street = excluded.street
"""


def copy_and_insert(connection, table, columns, rows, insert):
    """Write rows and return the seconds it took.

    :param rows: tuples of texts without tabs and backslashes, in the order of `columns`
    """
    start = time.perf_counter()
    buffer = io.StringIO("".join(["\t".join(row) + "\n" for row in rows]))
    names = ", ".join(columns)
    with connection.cursor() as cr:
        cr.execute("BEGIN")
        cr.execute(f"CREATE TEMPORARY TABLE bench_stage ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA")
        cr.copy_expert(f"COPY bench_stage ({names}) FROM STDIN", buffer)
        cr.execute(insert)
        cr.execute("COMMIT")
    return time.perf_counter() - start


def balance_rows(rows, holdings):
    """Rows of push_balances as COPY wants them."""
    return [(str(holdings[row["holding_external_id"]]), row["date"], str(row["amount"])) for row in rows]


CUSTOMER_KEYS = ("name", "customer_number", "type", "email", "phone", "street", "city", "zip", "country_code")
CUSTOMER_KEYS += ("branch_code", "manager_login", "preferred_channel")
CUSTOMER_COLUMNS = (
    "name",
    "customer_number",
    "customer_type",
    "email",
    "phone",
    "street",
    "city",
    "zip",
    "country_id",
)
CUSTOMER_COLUMNS += ("branch_id", "relationship_manager_id", "preferred_channel")


def customer_rows(rows, ids):
    """Rows of push_customers as COPY wants them: the contact's columns."""
    return [tuple(str(ids.get(row[key], row[key])) for key in CUSTOMER_KEYS) for row in rows]
