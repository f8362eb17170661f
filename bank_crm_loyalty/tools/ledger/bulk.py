"""Bookings for many accounts at once, set-based: what the night and big grants use.

Both functions lock the accounts in the order of their ids, so that two of them cannot wait for each other, and change
them in the same transaction; see :mod:`book` for why that is needed. A caller whose transaction PostgreSQL refuses
because somebody else has booked meanwhile repeats it: everything here has keys, so nothing is booked twice.
"""

import itertools

from odoo.tools import SQL

_numbers = itertools.count(1)


def earn(env, program, select):
    """Book earnings: a lot for each row whose key is not booked yet; debts are paid from the new lots.

    :param program: ``bank.points.program``, one record
    :param select: :class:`odoo.tools.SQL` of the columns ``partner_id, points, key, kind, value_on, available_on,
        expires_on, reason, source_model, source_id, source_ref, explanation`` (jsonb), each key once; points >= 1.
        Rows of customers whose account is closed are left out
    :return: ``{"entries", "points", "known"}``: number and points of the new entries, and of keys known before
    """
    env.flush_all()
    stage = _stage(env, SQL("SELECT earning.* FROM (%s) AS earning", select))
    [(received,)] = env.execute_query(SQL("SELECT count(*) FROM %s", stage))
    env.cr.execute(
        SQL(
            """DELETE FROM %s stage USING bank_points_entry known
                WHERE known.program_id = %s AND known.key = stage.key""",
            stage,
            program.id,
        )
    )
    known = env.cr.rowcount
    _open_accounts(env, program, stage)
    accounts = _lock(env, program, SQL("SELECT partner_id FROM %s", stage))
    rows = env.execute_query(_insert_lots(env, program, stage))
    new = [row[0] for row in rows]
    _move_accounts(env, SQL("SELECT account_id, points, is_pending FROM bank_points_entry WHERE id = ANY(%s)", new))
    pay_debts(env, accounts)
    env.cr.execute(SQL("DROP TABLE %s", stage))
    _forget(env)
    return {"entries": len(new), "points": sum(row[1] for row in rows), "known": known, "received": received}


def settle(env, partner_ids, today):
    """Make available what has become so, and expire what is over, for all accounts of customers.

    :param partner_ids: list of ids
    :return: number of entries of expiry
    """
    env.flush_all()
    due = env.execute_query(
        SQL(
            """SELECT DISTINCT account_id FROM bank_points_entry
                WHERE partner_id = ANY(%(partners)s)
                  AND ((is_pending IS TRUE AND available_on <= %(today)s)
                       OR (remaining > 0 AND remaining > held AND expires_on < %(today)s))""",
            partners=list(partner_ids),
            today=today,
        )
    )
    accounts = [row[0] for row in due]
    if not accounts:
        return 0
    env.execute_query(SQL("SELECT id FROM bank_points_account WHERE id = ANY(%s) ORDER BY id FOR UPDATE", accounts))
    _release(env, accounts, today)
    count = _expire(env, accounts, today)
    _forget(env)
    return count


def pay_debts(env, account_ids):
    """Let what is left of lots pay the debts of accounts, the oldest debt first, the lots in the order of spending.

    Each account's debts and lots are laid side by side on a line of points; where they overlap, the lot pays.
    """
    debtors = [
        row[0]
        for row in env.execute_query(
            SQL("SELECT id FROM bank_points_account WHERE id = ANY(%s) AND debt > 0", list(account_ids))
        )
    ]
    if not debtors:
        return
    stage = _stage(
        env,
        SQL(
            """
            WITH debit AS (
                SELECT id, account_id, partner_id, company_id, sum(unpaid) OVER line - unpaid AS start,
                       sum(unpaid) OVER line AS stop
                  FROM bank_points_entry WHERE account_id = ANY(%(accounts)s) AND unpaid > 0
                WINDOW line AS (PARTITION BY account_id ORDER BY id)
            ),
            lot AS (
                SELECT id, account_id, is_pending, sum(remaining - held) OVER line - (remaining - held) AS start,
                       sum(remaining - held) OVER line AS stop
                  FROM bank_points_entry WHERE account_id = ANY(%(accounts)s) AND remaining > 0 AND remaining > held
                WINDOW line AS (PARTITION BY account_id
                                ORDER BY expires_on IS NULL, expires_on, available_on, id)
            )
            SELECT debit.account_id, debit.partner_id, debit.company_id, debit.id AS debit_id, lot.id AS lot_id,
                   COALESCE(lot.is_pending, FALSE) AS is_pending,
                   (LEAST(debit.stop, lot.stop) - GREATEST(debit.start, lot.start))::int AS points
              FROM debit JOIN lot ON lot.account_id = debit.account_id
             WHERE LEAST(debit.stop, lot.stop) > GREATEST(debit.start, lot.start)
            """,
            accounts=debtors,
        ),
    )
    env.cr.execute(_insert_allocations(env, stage, entry=SQL("lot_id")))
    env.cr.execute(
        SQL(
            """UPDATE bank_points_entry lot SET remaining = remaining - paid.points
                 FROM (SELECT lot_id, sum(points)::int AS points FROM %s GROUP BY lot_id) paid
                WHERE paid.lot_id = lot.id""",
            stage,
        )
    )
    env.cr.execute(
        SQL(
            """UPDATE bank_points_entry debit SET unpaid = unpaid - paid.points
                 FROM (SELECT debit_id, sum(points)::int AS points FROM %s GROUP BY debit_id) paid
                WHERE paid.debit_id = debit.id""",
            stage,
        )
    )
    env.cr.execute(
        SQL(
            """UPDATE bank_points_account account
                  SET debt = account.debt - paid.points, balance = account.balance - paid.available,
                      pending = account.pending - paid.pending,
                      version = version + 1
                 FROM (SELECT account_id, sum(points)::int AS points,
                              COALESCE(sum(points) FILTER (WHERE NOT is_pending), 0)::int AS available,
                              COALESCE(sum(points) FILTER (WHERE is_pending), 0)::int AS pending
                         FROM %s GROUP BY account_id) paid
                WHERE paid.account_id = account.id""",
            stage,
        )
    )
    env.cr.execute(SQL("DROP TABLE %s", stage))


def _stage(env, select):
    """Return the name of a temporary table with the rows of a query; whoever makes it drops it."""
    name = SQL.identifier(f"bank_points_stage_{next(_numbers)}")
    env.cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", name, select))
    env.cr.execute(SQL("ANALYZE %s", name))
    return name


def _stamp(env):
    return {"uid": env.uid, "now": env.cr.now()}


def _open_accounts(env, program, stage):
    env.cr.execute(
        SQL(
            """
            INSERT INTO bank_points_account (program_id, partner_id, company_id, balance, pending, held, debt, version,
                                             state, create_uid, create_date, write_uid, write_date)
            SELECT DISTINCT %(program)s, stage.partner_id, %(company)s, 0, 0, 0, 0, 0, 'active',
                   %(uid)s, %(now)s::timestamp, %(uid)s, %(now)s::timestamp
              FROM %(stage)s stage
             WHERE NOT EXISTS (SELECT FROM bank_points_account account
                                WHERE account.program_id = %(program)s AND account.partner_id = stage.partner_id)
             ORDER BY stage.partner_id
            ON CONFLICT (program_id, partner_id) DO NOTHING
            """,
            program=program.id,
            company=program.company_id.id,
            stage=stage,
            **_stamp(env),
        )
    )


def _lock(env, program, partners):
    """Lock the accounts of customers in the order of their ids and return these."""
    rows = env.execute_query(
        SQL(
            """SELECT id FROM bank_points_account WHERE program_id = %s AND partner_id IN (%s)
                ORDER BY id FOR UPDATE""",
            program.id,
            partners,
        )
    )
    return [row[0] for row in rows]


def _insert_lots(env, program, stage):
    return SQL(
        """
        INSERT INTO bank_points_entry (account_id, program_id, partner_id, company_id, kind, points, key, value_on,
                                       available_on, expires_on, is_pending, remaining, held, unpaid, reversed_points,
                                       reason, source_model, source_id, source_ref, explanation, user_id, booked_at,
                                       balance_after, pending_after, create_uid, create_date, write_uid, write_date)
        SELECT account.id, account.program_id, account.partner_id, account.company_id, stage.kind, stage.points,
               stage.key, stage.value_on, stage.available_on, stage.expires_on, stage.available_on > %(today)s,
               stage.points, 0, 0, 0, stage.reason, stage.source_model, stage.source_id, stage.source_ref,
               stage.explanation, %(uid)s, %(now)s::timestamp,
               account.balance + COALESCE(sum(stage.points) FILTER (WHERE stage.available_on <= %(today)s) OVER line, 0),
               account.pending + COALESCE(sum(stage.points) FILTER (WHERE stage.available_on > %(today)s) OVER line, 0),
               %(uid)s, %(now)s::timestamp, %(uid)s, %(now)s::timestamp
          FROM %(stage)s stage
          JOIN bank_points_account account ON account.program_id = %(program)s
           AND account.partner_id = stage.partner_id AND account.state != 'closed'
        WINDOW line AS (PARTITION BY account.id ORDER BY stage.key)
         ORDER BY account.id, stage.key
     RETURNING id, points
        """,
        stage=stage,
        program=program.id,
        today=env["bank.run"]._today(),
        **_stamp(env),
    )


def _move_accounts(env, moves):
    """Add moves (account, points, whether they are pending) to the counters of accounts."""
    env.cr.execute(
        SQL(
            """
            UPDATE bank_points_account account
               SET balance = account.balance + move.available, pending = account.pending + move.pending, version = version + 1,
                   last_activity_on = %(today)s, write_uid = %(uid)s, write_date = %(now)s
              FROM (SELECT account_id, COALESCE(sum(points) FILTER (WHERE is_pending IS NOT TRUE), 0)::int AS available,
                           COALESCE(sum(points) FILTER (WHERE is_pending IS TRUE), 0)::int AS pending
                      FROM (%(moves)s) AS moves GROUP BY account_id) move
             WHERE move.account_id = account.id
            """,
            moves=moves,
            today=env["bank.run"]._today(),
            **_stamp(env),
        )
    )


def _release(env, accounts, today):
    env.cr.execute(
        SQL(
            """
            WITH released AS (
                UPDATE bank_points_entry SET is_pending = FALSE
                 WHERE account_id = ANY(%s) AND is_pending IS TRUE AND available_on <= %s
             RETURNING account_id, remaining
            )
            UPDATE bank_points_account account
               SET balance = balance + released.points, pending = pending - released.points, version = version + 1
              FROM (SELECT account_id, sum(remaining)::int AS points FROM released GROUP BY account_id) released
             WHERE released.account_id = account.id
            """,
            accounts,
            today,
        )
    )


def _expire(env, accounts, today):
    """Book the expiry of each lot that is over as an entry of its own; return their number."""
    stage = _stage(
        env,
        SQL(
            """SELECT lot.id AS lot_id, lot.account_id, lot.partner_id, lot.company_id, lot.program_id,
                      lot.expires_on, lot.remaining - lot.held AS points,
                      account.balance - sum(lot.remaining - lot.held) OVER line AS balance_after, account.pending
                 FROM bank_points_entry lot JOIN bank_points_account account ON account.id = lot.account_id
                WHERE lot.account_id = ANY(%s) AND lot.remaining > 0 AND lot.remaining > lot.held
                  AND lot.expires_on < %s AND lot.is_pending IS NOT TRUE
               WINDOW line AS (PARTITION BY lot.account_id ORDER BY lot.expires_on, lot.id)""",
            accounts,
            today,
        ),
    )
    env.cr.execute(
        SQL(
            """
            WITH booked AS (
                INSERT INTO bank_points_entry (account_id, program_id, partner_id, company_id, kind, points, key,
                                               value_on, remaining, held, unpaid, reversed_points, user_id, booked_at,
                                               balance_after, pending_after, create_uid, create_date, write_uid,
                                               write_date)
                SELECT account_id, program_id, partner_id, company_id, 'expire', -points,
                       'EXP:' || lot_id || ':' || expires_on, expires_on, 0, 0, 0, 0, %(uid)s, %(now)s::timestamp,
                       balance_after, pending, %(uid)s, %(now)s::timestamp, %(uid)s, %(now)s::timestamp
                  FROM %(stage)s ORDER BY account_id, lot_id
             RETURNING id, key, program_id
            )
            INSERT INTO bank_points_allocation (debit_id, lot_id, entry_id, partner_id, company_id, points, booked_at,
                                                create_uid, create_date, write_uid, write_date)
            SELECT booked.id, stage.lot_id, booked.id, stage.partner_id, stage.company_id, stage.points,
                   %(now)s::timestamp, %(uid)s, %(now)s::timestamp, %(uid)s, %(now)s::timestamp
              FROM booked
              JOIN %(stage)s stage ON booked.key = 'EXP:' || stage.lot_id || ':' || stage.expires_on
            """,
            stage=stage,
            **_stamp(env),
        )
    )
    count = env.cr.rowcount
    env.cr.execute(
        SQL("UPDATE bank_points_entry lot SET remaining = lot.held FROM %s stage WHERE stage.lot_id = lot.id", stage)
    )
    env.cr.execute(
        SQL(
            """UPDATE bank_points_account account SET balance = balance - gone.points, version = version + 1
                 FROM (SELECT account_id, sum(points)::int AS points FROM %s GROUP BY account_id) gone
                WHERE gone.account_id = account.id""",
            stage,
        )
    )
    env.cr.execute(SQL("DROP TABLE %s", stage))
    return count


def _insert_allocations(env, stage, entry):
    return SQL(
        """
        INSERT INTO bank_points_allocation (debit_id, lot_id, entry_id, partner_id, company_id, points, booked_at,
                                            create_uid, create_date, write_uid, write_date)
        SELECT debit_id, lot_id, %(entry)s, partner_id, company_id, points, %(now)s::timestamp,
               %(uid)s, %(now)s::timestamp, %(uid)s, %(now)s::timestamp
          FROM %(stage)s
        """,
        stage=stage,
        entry=entry,
        **_stamp(env),
    )


def _forget(env):
    """Let the ORM read anew what was written past it."""
    for model in ("bank.points.account", "bank.points.entry", "bank.points.allocation"):
        env[model].invalidate_model(flush=False)
