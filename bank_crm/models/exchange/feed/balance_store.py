"""Balances into the history, and the newest one into the holding."""

from collections import namedtuple

from odoo.tools import SQL

from . import staging

Stored = namedtuple("Stored", ["created", "updated", "holding_ids"])


def store_balances(env, rows):
    """Insert or update balances that were sent, and let the holdings follow the newest one.

    Closed months that they touch are noted to be computed anew.

    :param rows: tuples ``(holding id, date, amount)``, each holding and date once
    :return: :class:`Stored`: how many are new, how many changed, and the holdings they belong to
    """
    if not rows:
        return Stored(0, 0, [])
    with stage_balances(env, rows) as stage:
        created, changed = write_balances(env, stage)
        holding_ids = sorted({row[0] for row in created + changed})
        _note_as_sent(env, stage)
        _follow_newest(env, stage, holding_ids)
    balances = env["bank.balance"]
    balances._mark_days("late_balance", created)
    balances._mark_days("changed_balance", changed)
    return Stored(len(created), len(changed), holding_ids)


def stage_balances(env, rows):
    """Return the :class:`staging.Stage` of balances, to be used in a ``with`` statement."""
    return staging.Stage(env.cr, "bank_balance", ["holding_id", "date", "amount"], rows)


def write_balances(env, stage):
    """Insert or update the staged balances.

    :return: two lists of ``(holding id, date)``: those that are new, and those that changed
    """
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
         RETURNING holding_id, date, xmax = 0
            """,
            uid=env.uid,
            now=env.cr.now(),
            stage=stage.sql,
        )
    )
    created = [row[:2] for row in written if row[2]]
    staging.refresh_statistics(env.cr, {"bank_balance": len(created)})
    return created, [row[:2] for row in written if not row[2]]


def _note_as_sent(env, stage):
    """From the first balance that is sent on, a holding's balances are no longer computed from its transactions."""
    env.cr.execute(
        SQL(
            """UPDATE bank_holding holding SET balance_source = 'sent' FROM %s AS stage
                WHERE stage.holding_id = holding.id AND holding.balance_source IS DISTINCT FROM 'sent'""",
            stage.sql,
        )
    )


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
