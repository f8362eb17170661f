"""A bank with very many customers, made by a few SQL statements.

What the ORM would have stored is stored: the core's computed columns too. What the lists do not read is left out:
holdings, balances, events, tier history.
"""

import contextlib

from tools.bench import _people

MANAGERS = 150
OTHERS = 0.02  # contacts who are no customers, for each customer
MANAGED_FROM = 200_000  # assets from which a customer has a relationship manager
MANAGER_LOGIN = "bench_manager"
PASSWORD = "bench-manager-password"
TABLES = ("res_partner", "bank_financial_profile", "bank_assignment")

_STAFF = f"""
import json
company = env.ref("base.main_company")
head = env["bank.branch"].create({{"code": "B000", "name": "Head Office", "company_id": company.id}})
regions = env["bank.branch"].create([
    {{"code": f"B{{n:03}}", "name": f"Region {{n}}", "parent_id": head.id, "company_id": company.id}}
    for n in range(1, 11)
])
env["bank.branch"].create([
    {{"code": f"B{{n:03}}", "name": f"Branch {{n}}", "parent_id": regions[n % 10].id, "company_id": company.id}}
    for n in range(11, 201)
])
groups = env.ref("bank_crm.group_relationship_manager") + env.ref("base.group_user")
managers = env["res.users"].with_context(no_reset_password=True).create([
    {{"login": f"{MANAGER_LOGIN}{{n}}", "name": f"Manager {{n:03}}", "group_ids": groups.ids}}
    for n in range(NUMBER_OF_MANAGERS)
])
managers[0].password = {PASSWORD!r}
env.cr.commit()  # forbidden-word-ok: a stand-alone script in the shell; the server reads it afterwards
print("RESULT", json.dumps({{
    "managers": managers.ids,
    "branches": env["bank.branch"].search([]).ids,
    "company": company.id,
    "currency": company.currency_id.id,
}}))
"""



def staff(managers):
    """Return the code for an Odoo shell that makes the branches and so many relationship managers."""
    return f"NUMBER_OF_MANAGERS = {managers}\n{_STAFF}"


STAFF = staff(MANAGERS)

# One row for each customer: who he is, how much he has, who looks after him. His tier follows from its threshold.
DRAW = """
    CREATE UNLOGGED TABLE bench_draw AS
    SELECT n, %(first_partner)s + n AS partner_id, %(first_profile)s + n AS profile_id,
           n < %(customers)s AS is_customer,
           (%(surname_list)s::text[])[1 + floor(random() * %(surname_count)s)::int] AS surname,
           (%(given_list)s::text[])[1 + floor(random() * %(given_count)s)::int] AS given,
           (%(city_list)s::text[])[1 + floor(power(random(), 2) * %(city_count)s)::int] AS city,
           (%(branches)s::int[])[1 + floor(random() * %(branch_count)s)::int] AS branch_id,
           round((20000 * exp(1.8 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())))::numeric, 2) AS aum,
           (%(managers)s::int[])[1 + floor(random() * %(manager_count)s)::int] AS manager_id,
           random() AS chance, random() AS second_chance,
           DATE '2026-11-23' - floor(random() * 7000)::int AS since
      FROM generate_series(0, %(customers)s + %(others)s - 1) AS n
"""

PARTNERS = """
    INSERT INTO res_partner (
        id, company_id, name, complete_name, commercial_partner_id, type, active, is_company, partner_share, lang,
        street, zip, city, country_id, email, email_normalized, phone, phone_sanitized, color,
        create_uid, create_date, write_uid, write_date,
        is_bank_customer, customer_number, customer_type, financial_profile_id, relationship_manager_id, branch_id,
        tier_id, value_class, lifecycle_stage, risk_class, kyc_state, preferred_channel, last_contact_on,
        next_contact_on)
    SELECT partner_id, %(company)s, full_name, full_name, partner_id, 'contact', TRUE, FALSE, TRUE, 'en_US',
           'Street ' || n %% 977, lpad((n %% 89989)::text, 5, '0'), city, country.id, email, email, phone, phone, 0,
           1, since, 1, since,
           is_customer,
           CASE WHEN is_customer THEN 'C' || lpad(n::text, 8, '0') END,
           CASE WHEN is_customer THEN 'individual' END,
           CASE WHEN is_customer THEN profile_id END,
           CASE WHEN is_customer AND aum >= %(managed_from)s THEN manager_id END,
           CASE WHEN is_customer THEN branch_id END,
           CASE WHEN is_customer THEN (SELECT tier.id FROM bank_tier tier WHERE tier.active AND tier.min_amount <= aum
                                        ORDER BY tier.sequence DESC LIMIT 1) END,
           CASE WHEN NOT is_customer THEN NULL WHEN aum > 500000 THEN 'a' WHEN aum > 50000 THEN 'b' ELSE 'c' END,
           CASE WHEN is_customer
                THEN ('{onboarding,new,growth,mature,mature,mature,declining,dormant}'::text[])
                     [1 + floor(chance * 8)::int] END,
           CASE WHEN is_customer THEN 'c' || 1 + floor(second_chance * 5)::int END,
           CASE WHEN is_customer THEN CASE WHEN chance < 0.93 THEN 'verified' ELSE 'due' END END,
           CASE WHEN is_customer THEN ('{branch,phone,email,app}'::text[])[1 + floor(second_chance * 4)::int] END,
           CASE WHEN is_customer THEN DATE '2026-11-23' - floor(chance * 400)::int END,
           CASE WHEN is_customer AND aum >= %(managed_from)s THEN DATE '2026-11-23' + floor(chance * 90)::int END
      FROM (SELECT *, given || ' ' || surname AS full_name,
                   'c' || n || '@example.com' AS email, '+86138' || lpad(n::text, 8, '0') AS phone
              FROM bench_draw) AS draw
      JOIN res_country country ON country.code = (CASE WHEN n %% 20 = 0 THEN 'CZ' ELSE 'CN' END)
"""

PROFILES = """
    INSERT INTO bank_financial_profile (
        id, partner_id, company_id, currency_id, investor_class, birthdate, gender, relationship_start_on,
        annual_income, income_band_id, figures_as_of, product_count,
        total_deposit, total_loan, total_card, total_fund, total_wealth, total_insurance, total_metal, total_other,
        held_away_total, aum, aum_month_average, net_assets,
        create_uid, create_date, write_uid, write_date, totals_computed_at)
    SELECT profile_id, partner_id, %(company)s, %(currency)s, 'ordinary',
           DATE '1940-01-01' + floor(chance * 24000)::int, CASE WHEN chance < 0.5 THEN 'female' ELSE 'male' END, since,
           round(aum * 2, -3), (SELECT id FROM bank_income_band WHERE min_amount <= round(aum * 2, -3)
                                 ORDER BY min_amount DESC LIMIT 1),
           DATE '2026-11-23', 1 + floor(chance * 6)::int,
           aum - round(aum * 0.3, 2), 0, 0, round(aum * 0.3, 2), 0, 0, 0, 0,
           0, aum, round(aum * 0.97, 2), aum,
           1, since, 1, since, since
      FROM bench_draw WHERE is_customer
"""

PRIMARIES = """
    INSERT INTO bank_assignment (partner_id, user_id, branch_id, company_id, role, source, date_from,
                                 create_uid, create_date, write_uid, write_date)
    SELECT partner_id, CASE WHEN aum >= %(managed_from)s THEN manager_id END, branch_id, %(company)s,
           'primary', 'feed', since, 1, since, 1, since
      FROM bench_draw WHERE is_customer
"""

BACKUPS = """
    INSERT INTO bank_assignment (partner_id, user_id, branch_id, company_id, role, source, date_from,
                                 create_uid, create_date, write_uid, write_date)
    SELECT partner_id, (%(managers)s::int[])[1 + n %% %(manager_count)s], branch_id, %(company)s, 'backup', 'manual',
           since, 1, since, 1, since
      FROM bench_draw WHERE is_customer AND aum >= %(managed_from)s AND n %% 20 = 0
"""


def fill(connection, staff, customers):
    """Fill a database.

    :param connection: psycopg2 connection of a superuser, in autocommit mode
    :param staff: what the code :data:`STAFF` answered in an Odoo shell
    :param customers: how many customers
    """
    with connection.cursor() as cr:
        cr.execute("SELECT max(id) + 1 FROM res_partner")
        first_partner = cr.fetchone()[0]
        cr.execute("SELECT COALESCE(max(id), 0) + 1 FROM bank_financial_profile")
        first_profile = cr.fetchone()[0]
        values = {
            **staff,
            **_names(surname=_people.SURNAMES, given=_people.GIVEN, city=_people.CITIES),
            "branch_count": len(staff["branches"]),
            "manager_count": len(staff["managers"]),
            "first_partner": first_partner,
            "first_profile": first_profile,
            "customers": customers,
            "others": round(customers * OTHERS),
            "managed_from": MANAGED_FROM,
        }
        cr.execute("DROP TABLE IF EXISTS bench_draw")
        cr.execute("SET max_parallel_workers_per_gather = 0")  # the same draw each time
        cr.execute("SELECT setseed(0.19)")
        cr.execute(DRAW, values)
        with _without_indexes(cr, TABLES), _without_triggers(cr):
            for statement in (PROFILES, PARTNERS, PRIMARIES, BACKUPS):
                cr.execute(statement, values)
        cr.execute("DROP TABLE bench_draw")
        for table in TABLES:
            cr.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            cr.execute(f"VACUUM ANALYZE {table}")


def _names(**texts):
    """Parameters `surname_list` and `surname_count` of `surname` and so on."""
    lists = {name: text.split() for name, text in texts.items()}
    return {
        **{f"{name}_list": parts for name, parts in lists.items()},
        **{f"{name}_count": len(parts) for name, parts in lists.items()},
    }


@contextlib.contextmanager
def _without_indexes(cr, tables):
    """Drop the indexes that are no primary keys, and make them again at the end: several times faster."""
    cr.execute(
        """SELECT indexname, indexdef FROM pg_indexes
            WHERE schemaname = 'public' AND tablename = ANY(%s)
              AND indexname NOT IN (SELECT conname FROM pg_constraint)""",
        [list(tables)],
    )
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(f'DROP INDEX "{name}"')
    yield
    for _name, definition in indexes:
        cr.execute(definition)


@contextlib.contextmanager
def _without_triggers(cr):
    """Check no foreign keys: the statements give existing ids."""
    cr.execute("SET session_replication_role = replica")
    yield
    cr.execute("RESET session_replication_role")
