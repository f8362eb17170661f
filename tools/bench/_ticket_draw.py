"""The tickets of a bank over three years, drawn once for each side: the same number, customers, ages and backlog."""

import contextlib

from tools.bench import _people
from tools.bench._population import _names, _without_indexes, _without_triggers

TEAMS = 12
HANDLERS = 100
HANDLER_LOGIN = "bench_handler"
PASSWORD = "bench-handler-password"
DAYS = 1095
BACKLOG_DAYS = 150  # open tickets are younger
OPEN_SHARE = 0.73  # of the tickets in those days: a tenth of all is open

# The customer of rank r has about r**-0.5 times as many tickets as the first one; one ticket in 50 has no customer.
# `due_at` of open tickets lies 5 days back to 40 ahead: a ninth of the backlog is overdue.
DRAW = """
    CREATE UNLOGGED TABLE bench_ticket AS
    SELECT drawn.*,
           CASE WHEN NOT is_open THEN received_at + interval '1 day' * (0.2 + 12 * fourth) END AS closed_at,
           CASE WHEN is_open THEN now_at + interval '1 day' * (45 * third - 5)
                ELSE received_at + interval '15 days' END AS due_at,
           CASE WHEN is_open AND fifth < 0.3 THEN NULL
                ELSE (%(handlers)s::int[])[1 + floor(sixth * %(handler_count)s)::int] END AS handler_id
      FROM (
        SELECT n, now_at, received_at, third, fourth, fifth, sixth,
               (%(partners)s::int[])[1 + floor(power(first, 2) * %(partner_count)s)::int] AS partner_id,
               (%(teams)s::int[])[1 + n %% %(team_count)s] AS team_id,
               second < %(open_share)s AND received_at > now_at - interval '1 day' * %(backlog_days)s AS is_open,
               CASE WHEN seventh < 0.1 THEN 3 WHEN seventh < 0.3 THEN 2 WHEN seventh < 0.9 THEN 1 ELSE 0 END AS weight
          FROM (
            SELECT n, date_trunc('second', now() AT TIME ZONE 'UTC') AS now_at,
                   date_trunc('second', now() AT TIME ZONE 'UTC')
                   - interval '1 day' * (%(days)s * (1 - n::float / %(tickets)s)) AS received_at,
                   random() AS first, random() AS second, random() AS third, random() AS fourth,
                   random() AS fifth, random() AS sixth, random() AS seventh
              FROM generate_series(0, %(tickets)s - 1) AS n
          ) AS chances
      ) AS drawn
"""

PARTNERS = """
    INSERT INTO res_partner (name, complete_name, email, email_normalized, phone, city, active, type, partner_share,
                             is_company, color, lang, create_uid, create_date, write_uid, write_date)
    SELECT name, name, email, email, phone, city, TRUE, 'contact', TRUE, FALSE, 0, 'en_US', 1, now(), 1, now()
      FROM (SELECT (%(given_list)s::text[])[1 + floor(random() * %(given_count)s)::int] || ' ' ||
                   (%(surname_list)s::text[])[1 + floor(random() * %(surname_count)s)::int] AS name,
                   'c' || n || '@example.com' AS email, '+86138' || lpad(n::text, 8, '0') AS phone,
                   (%(city_list)s::text[])[1 + floor(power(random(), 2) * %(city_count)s)::int] AS city
              FROM generate_series(0, %(customers)s - 1) AS n) AS draw
"""


def names():
    """Parameters of the lists of invented names."""
    return _names(surname=_people.SURNAMES, given=_people.GIVEN, city=_people.CITIES)


@contextlib.contextmanager
def drawn(connection, tickets, *, partners, teams, handlers):
    """A cursor that sees the table `bench_ticket`, which is gone afterwards.

    :param partners: ids of the customers
    :param teams: ids
    :param handlers: ids of users
    """
    values = {
        "tickets": tickets,
        "days": DAYS,
        "backlog_days": BACKLOG_DAYS,
        "open_share": OPEN_SHARE,
        "partners": partners,
        "partner_count": len(partners),
        "teams": teams,
        "team_count": len(teams),
        "handlers": handlers,
        "handler_count": len(handlers),
    }
    with connection.cursor() as cr:
        cr.execute("DROP TABLE IF EXISTS bench_ticket")
        cr.execute("SET max_parallel_workers_per_gather = 0")  # the same draw each time
        cr.execute("SELECT setseed(0.41)")
        cr.execute(DRAW, values)
        yield cr
        cr.execute("DROP TABLE bench_ticket")


@contextlib.contextmanager
def bulk(cr, tables):
    """Statements run faster: no triggers, indexes made at the end; then sequences and statistics are right."""
    with _without_indexes(cr, tables), _without_triggers(cr):
        yield
    for table in tables:
        cr.execute("SELECT 1 FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'id'", [table])
        if cr.fetchone():  # (tables of relations have none)
            cr.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        cr.execute(f"VACUUM ANALYZE {table}")
