"""Balances into the history, and the newest one into the holding."""

from collections import namedtuple

from odoo.tools import SQL

from . import staging

Stored = namedtuple("Stored", ["created", "updated", "holding_ids"])


def store_balances(env, rows):
    """Insert or update balances and let the holdings follow the newest one.

    :param rows: tuples ``(holding id, date, amount)``, each holding and date once
    :return: :class:`Stored`: how many are new, how many changed, and the holdings they belong to
    """
    if not rows:
        return Stored(0, 0, [])
    cr = env.cr
    with staging.Stage(cr, "bank_balance", ["holding_id", "date", "amount"], rows) as stage:
        # In the order of the holdings, so that two batches at the same time cannot wait for each other.
        written = env.execute_query(
            SQL(
                """
                INSERT INTO bank_balance AS balance (holding_id, date, amount,
                                                     create_uid, create_date, write_uid, write_date)
                SELECT holding_id, date, amount, %(uid)s, %(now)s, %(uid)s, %(now)s FROM %(stage)s
                 ORDER BY holding_id, date
                ON CONFLICT (holding_id, date) DO UPDATE
                   SET amount = excluded.amount, write_uid = excluded.write_uid, write_date = excluded.write_date
                 WHERE balance.amount IS DISTINCT FROM excluded.amount
             RETURNING holding_id, xmax = 0
                """,
                uid=env.uid,
                now=cr.now(),
                stage=stage.sql,
            )
        )
        holding_ids = sorted({row[0] for row in written})
        _follow_newest(env, stage, holding_ids)
    created = sum(1 for row in written if row[1])
    staging.refresh_statistics(cr, {"bank_balance": created})
    return Stored(created, len(written) - created, holding_ids)


def _follow_newest(env, stage, holding_ids):
    """Let the holdings show their newest balance; a staged one that is older than what is shown cannot be it."""
    if not holding_ids:
        return
    env.cr.execute(
        SQL(
            """
            UPDATE bank_holding holding
               SET balance = newest.amount, balance_on = newest.date, write_uid = %(uid)s, write_date = %(now)s
              FROM (SELECT DISTINCT ON (holding_id) holding_id, date, amount FROM %(stage)s
                     ORDER BY holding_id, date DESC) AS newest
             WHERE holding.id = newest.holding_id
               AND (holding.balance_on IS NULL OR holding.balance_on <= newest.date)
               AND (holding.balance, holding.balance_on) IS DISTINCT FROM (newest.amount, newest.date)
            """,
            uid=env.uid,
            now=env.cr.now(),
            stage=stage.sql,
        )
    )
