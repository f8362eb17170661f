"""The SQL of the ledger, each statement for one account."""

import json

from odoo.tools import SQL

COUNTERS = ("balance", "pending", "held", "debt")


def lock(env, account_id):
    """Lock the row of an account for the transaction and return ``{balance, pending, held, debt, state}``."""
    env["bank.points.account"].flush_model()
    [row] = env.execute_query_dict(
        SQL(
            "SELECT balance, pending, held, debt, state FROM bank_points_account WHERE id = %s FOR UPDATE", account_id
        )
    )
    return Row(row)


class Row(dict):
    """The counters of an account; ``values()`` are the counters alone."""

    def values(self):
        return [self[name] for name in COUNTERS]


def save(env, account_id, row, today, entry_id=None):
    """Write the counters of a locked account; the version moves with every booking."""
    env.execute_query(
        SQL(
            """
            WITH entry AS (
                UPDATE bank_points_entry SET balance_after = %(balance)s, pending_after = %(pending)s WHERE id = %(entry)s
            )
            UPDATE bank_points_account
               SET balance = %(balance)s, pending = %(pending)s, held = %(held)s, debt = %(debt)s,
                   version = version + 1, last_activity_on = %(today)s,
                   write_uid = %(uid)s, write_date = %(now)s
             WHERE id = %(account)s RETURNING id
            """,
            **{name: row[name] for name in COUNTERS},
            entry=entry_id,
            today=today,
            account=account_id,
            uid=env.uid,
            now=env.cr.now(),
        )
    )
    env["bank.points.account"].browse(account_id).invalidate_recordset(flush=False)
    env["bank.points.entry"].invalidate_model(flush=False)


def release(env, account_id, today):
    """Make pending lots available whose day has come; return how many points these are."""
    rows = env.execute_query(
        SQL(
            """UPDATE bank_points_entry SET is_pending = FALSE
                WHERE account_id = %s AND is_pending IS TRUE AND available_on <= %s RETURNING remaining""",
            account_id,
            today,
        )
    )
    return sum(row[0] for row in rows)


def expired_lots(env, account_id, today):
    """Return ``[{id, free, expires_on}]`` of lots that are over; what is held waits for its redemption."""
    return env.execute_query_dict(
        SQL(
            """SELECT id, remaining - held AS free, expires_on FROM bank_points_entry
                WHERE account_id = %s AND remaining > held AND expires_on < %s AND is_pending IS NOT TRUE
                ORDER BY expires_on, id""",
            account_id,
            today,
        )
    )


def spendable_lots(env, account_id, today):
    """Return ``[{id, free, is_pending}]``: first what expires first, then what came first; permanent ones last."""
    return env.execute_query_dict(
        SQL(
            """SELECT id, remaining - held AS free, FALSE AS is_pending FROM bank_points_entry
                WHERE account_id = %s AND remaining > 0 AND remaining > held AND is_pending IS NOT TRUE
                  AND (expires_on IS NULL OR expires_on >= %s)
                ORDER BY expires_on IS NULL, expires_on, available_on, id""",
            account_id,
            today,
        )
    )


def lot(env, lot_id):
    """Return ``{id, free, is_pending}`` of one lot, also of one that nothing is left of."""
    [row] = env.execute_query_dict(
        SQL(
            """SELECT id, remaining - held AS free, COALESCE(is_pending, FALSE) AS is_pending
                 FROM bank_points_entry WHERE id = %s""",
            lot_id,
        )
    )
    return row


def lots_of(env, debit_id):
    """Return ``[{id, taken, is_pending}]``: what an entry still has from which lot, the last one first."""
    return env.execute_query_dict(
        SQL(
            """SELECT lot.id, sum(used.points)::int AS taken, COALESCE(lot.is_pending, FALSE) AS is_pending
                 FROM bank_points_allocation used JOIN bank_points_entry lot ON lot.id = used.lot_id
                WHERE used.debit_id = %s
                GROUP BY lot.id HAVING sum(used.points) > 0
                ORDER BY max(used.id) DESC""",
            debit_id,
        )
    )


def unpaid(env, account_id):
    """Return ``[{id, unpaid}]`` of the entries that wait for points, the oldest first."""
    return env.execute_query_dict(
        SQL(
            "SELECT id, unpaid FROM bank_points_entry WHERE account_id = %s AND unpaid > 0 ORDER BY id", account_id
        )
    )


def note_paid(env, entry_id, points):
    """Lower what an entry waits for."""
    env.execute_query(
        SQL("UPDATE bank_points_entry SET unpaid = unpaid - %s WHERE id = %s RETURNING id", points, entry_id)
    )


def lock_reversible(env, entry_id):
    """Lock an entry and return how many of its points are not reversed."""
    [(left,)] = env.execute_query(
        SQL(
            "SELECT abs(points) - COALESCE(reversed_points, 0) FROM bank_points_entry WHERE id = %s FOR UPDATE",
            entry_id,
        )
    )
    return left


def note_reversed(env, entry_id, points):
    """Raise how much of an entry is reversed."""
    env.execute_query(
        SQL(
            """UPDATE bank_points_entry SET reversed_points = COALESCE(reversed_points, 0) + %s
                WHERE id = %s RETURNING id""",
            points,
            entry_id,
        )
    )


def add_held(env, uses):
    """Raise (or lower) what is promised of lots: ``[(lot id, points)]``."""
    env.execute_query(
        SQL(
            """UPDATE bank_points_entry lot SET held = COALESCE(lot.held, 0) + used.points
                 FROM (VALUES %s) AS used(lot_id, points) WHERE lot.id = used.lot_id RETURNING lot.id""",
            SQL(", ").join(SQL("(%s, %s)", lot_id, points) for lot_id, points in uses),
        )
    )


def prolong(env, lot_ids, today, until):
    """Let lots that are over live until ``until``."""
    env.execute_query(
        SQL(
            "UPDATE bank_points_entry SET expires_on = %s WHERE id = ANY(%s) AND expires_on < %s RETURNING id",
            until,
            list(lot_ids),
            today,
        )
    )


def insert_entry(env, account, values):
    """Insert an entry and return its id; its lot, if it is one, is complete."""
    values = {
        "remaining": 0,
        "held": 0,
        "unpaid": 0,
        "reversed_points": 0,
        **values,
        "account_id": account.id,
        "program_id": account.program_id.id,
        "partner_id": account.partner_id.id,
        "company_id": account.company_id.id,
        "create_uid": env.uid,
        "create_date": env.cr.now(),
        "write_uid": env.uid,
        "write_date": env.cr.now(),
    }
    if values.get("explanation") is not None:
        values["explanation"] = json.dumps(values["explanation"])
    [(entry_id,)] = env.execute_query(
        SQL(
            "INSERT INTO bank_points_entry (%s) VALUES (%s) RETURNING id",
            SQL(", ").join(map(SQL.identifier, values)),
            SQL(", ").join(SQL("%s", value) for value in values.values()),
        )
    )
    return entry_id


def allocate(env, account, debit_id, entry_id, uses, now):
    """Insert the allocation of ``uses`` ``[(lot id, points)]`` and move the rest of the lots; negative gives back."""
    env.execute_query(
        SQL(
            """
            WITH used(lot_id, points) AS (VALUES %(uses)s),
            moved AS (
                UPDATE bank_points_entry lot SET remaining = lot.remaining - used.points
                  FROM used WHERE lot.id = used.lot_id
            )
            INSERT INTO bank_points_allocation (debit_id, lot_id, entry_id, partner_id, company_id, points, booked_at,
                                                create_uid, create_date, write_uid, write_date)
            SELECT %(debit)s, lot_id, %(entry)s, %(partner)s, %(company)s, points, %(now)s,
                   %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM used RETURNING id
            """,
            uses=SQL(", ").join(SQL("(%s, %s)", lot_id, points) for lot_id, points in uses),
            debit=debit_id,
            entry=entry_id,
            partner=account.partner_id.id,
            company=account.company_id.id,
            now=now,
            uid=env.uid,
        )
    )
