"""Reversals of earnings for many accounts at once; see :mod:`bulk`."""

from odoo.tools import SQL

from .bulk import _forget, _stage, _stamp, pay_debts, settle


def take_back(env, program, select):
    """Take earned points back: from their own lot first; what that cannot give becomes a debt, which the other lots
    pay in the order of spending, and the next earnings after them.

    :param program: ``bank.points.program``, one record
    :param select: :class:`odoo.tools.SQL` of the columns ``partner_id, original_id, points, key, reason,
        source_model, source_id, source_ref, explanation`` (jsonb); points >= 1, each key once, each original at most
        once. ``original_id`` is a lot of the customer's account, or NULL for points that came to him from another
        account. Rows of customers without an open account, and keys known before, are left out
    :return: ``{"entries", "points"}`` of what was booked
    """
    env.flush_all()
    wanted = _stage(env, SQL("SELECT reversal.* FROM (%s) AS reversal", select))
    partners = [row[0] for row in env.execute_query(SQL("SELECT DISTINCT partner_id FROM %s", wanted))]
    accounts = [
        row[0]
        for row in env.execute_query(
            SQL(
                """SELECT id FROM bank_points_account
                    WHERE program_id = %s AND partner_id = ANY(%s) AND state != 'closed' ORDER BY id FOR UPDATE""",
                program.id,
                partners,
            )
        )
    ]
    settle(env, partners, env["bank.run"]._today())  # what has expired cannot be taken back
    stage = _stage(env, _select_with_lots(program, wanted, accounts))
    rows = env.execute_query(_insert_reversals(env, stage))
    _note_on_originals(env, stage)
    _allocate_own_lots(env, program, stage)
    _move_accounts(env, stage)
    pay_debts(env, accounts)
    _note_balances(env, [row[0] for row in rows])
    env.cr.execute(SQL("DROP TABLE %s, %s", wanted, stage))
    _forget(env)
    return {"entries": len(rows), "points": -sum(row[1] for row in rows)}


def _select_with_lots(program, wanted, accounts):
    return SQL(
        """
        SELECT wanted.*, account.id AS account_id, account.company_id,
               COALESCE(lot.is_pending, FALSE) AS lot_is_pending,
               LEAST(wanted.points, COALESCE(lot.remaining - lot.held, 0))::int AS own
          FROM %(wanted)s wanted
          JOIN bank_points_account account
            ON account.program_id = %(program)s AND account.partner_id = wanted.partner_id
           AND account.id = ANY(%(accounts)s)
          LEFT JOIN bank_points_entry lot ON lot.id = wanted.original_id AND lot.account_id = account.id
         WHERE NOT EXISTS (SELECT FROM bank_points_entry known
                            WHERE known.program_id = %(program)s AND known.key = wanted.key)
        """,
        wanted=wanted,
        program=program.id,
        accounts=accounts,
    )


def _insert_reversals(env, stage):
    return SQL(
        """
        INSERT INTO bank_points_entry (account_id, program_id, partner_id, company_id, kind, points, key, value_on,
                                       remaining, held, unpaid, reversed_points, original_id, reason, source_model,
                                       source_id, source_ref, explanation, user_id, booked_at,
                                       create_uid, create_date, write_uid, write_date)
        SELECT stage.account_id, account.program_id, stage.partner_id, stage.company_id, 'reverse', -stage.points,
               stage.key, %(today)s, 0, 0, stage.points - stage.own, 0, stage.original_id, stage.reason,
               stage.source_model, stage.source_id, stage.source_ref, stage.explanation, %(uid)s, %(now)s::timestamp,
               %(uid)s, %(now)s::timestamp, %(uid)s, %(now)s::timestamp
          FROM %(stage)s stage JOIN bank_points_account account ON account.id = stage.account_id
         ORDER BY stage.account_id, stage.key
     RETURNING id, points
        """,
        stage=stage,
        today=env["bank.run"]._today(),
        **_stamp(env),
    )


def _note_on_originals(env, stage):
    env.cr.execute(
        SQL(
            """UPDATE bank_points_entry original
                  SET reversed_points = COALESCE(original.reversed_points, 0) + stage.points,
                      remaining = original.remaining - stage.own
                 FROM %s stage WHERE stage.original_id = original.id""",
            stage,
        )
    )


def _allocate_own_lots(env, program, stage):
    env.cr.execute(
        SQL(
            """
            INSERT INTO bank_points_allocation (debit_id, lot_id, entry_id, partner_id, company_id, points, booked_at,
                                                create_uid, create_date, write_uid, write_date)
            SELECT entry.id, stage.original_id, entry.id, stage.partner_id, stage.company_id, stage.own,
                   %(now)s::timestamp, %(uid)s, %(now)s::timestamp, %(uid)s, %(now)s::timestamp
              FROM %(stage)s stage
              JOIN bank_points_entry entry ON entry.program_id = %(program)s AND entry.key = stage.key
             WHERE stage.own > 0
            """,
            stage=stage,
            program=program.id,
            **_stamp(env),
        )
    )


def _move_accounts(env, stage):
    env.cr.execute(
        SQL(
            """
            UPDATE bank_points_account account
               SET balance = account.balance - gone.available, pending = account.pending - gone.pending,
                   debt = account.debt + gone.debt, version = account.version + 1, last_activity_on = %(today)s,
                   write_uid = %(uid)s, write_date = %(now)s
              FROM (SELECT account_id, COALESCE(sum(own) FILTER (WHERE NOT lot_is_pending), 0)::int AS available,
                           COALESCE(sum(own) FILTER (WHERE lot_is_pending), 0)::int AS pending,
                           sum(points - own)::int AS debt
                      FROM %(stage)s GROUP BY account_id) gone
             WHERE gone.account_id = account.id
            """,
            stage=stage,
            today=env["bank.run"]._today(),
            **_stamp(env),
        )
    )


def _note_balances(env, entry_ids):
    env.cr.execute(
        SQL(
            """UPDATE bank_points_entry entry SET balance_after = account.balance, pending_after = account.pending
                 FROM bank_points_account account
                WHERE account.id = entry.account_id AND entry.id = ANY(%s)""",
            entry_ids,
        )
    )
