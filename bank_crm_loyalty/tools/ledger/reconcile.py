"""What must always be true of the ledger, as queries that find where it is not."""

from odoo.tools import SQL

# Each gives (account_id, reference, expected, found) of what is broken. ``accounts`` are those that are looked at.
CHECKS = {
    # the sum of all entries = balance + pending + held - debt
    "entries": """
        SELECT account.id, NULL::int, COALESCE(sum(entry.points), 0)::bigint,
               (account.balance + account.pending + account.held - account.debt)::bigint
          FROM accounts account LEFT JOIN bank_points_entry entry ON entry.account_id = account.id
         GROUP BY account.id, account.balance, account.pending, account.held, account.debt
        HAVING COALESCE(sum(entry.points), 0) != account.balance + account.pending + account.held - account.debt""",
    # what is left of the lots = balance + pending + held, each of them by itself
    "lots": """
        SELECT account.id, NULL::int, COALESCE(sum(entry.remaining), 0)::bigint,
               (account.balance + account.pending + account.held)::bigint
          FROM accounts account LEFT JOIN bank_points_entry entry ON entry.account_id = account.id
         GROUP BY account.id, account.balance, account.pending, account.held, account.debt
        HAVING COALESCE(sum(entry.remaining), 0) != account.balance + account.pending + account.held
            OR COALESCE(sum(entry.remaining) FILTER (WHERE entry.is_pending), 0) != account.pending
            OR COALESCE(sum(entry.held), 0) != account.held""",
    "debt": """
        SELECT account.id, NULL::int, COALESCE(sum(entry.unpaid), 0)::bigint, account.debt::bigint
          FROM accounts account LEFT JOIN bank_points_entry entry ON entry.account_id = account.id
         GROUP BY account.id, account.debt
        HAVING COALESCE(sum(entry.unpaid), 0) != account.debt""",
    # a lot's points = what is left + what was taken from it
    "uses_of_lot": """
        SELECT lot.account_id, lot.id, lot.points::bigint, (lot.remaining + COALESCE(sum(used.points), 0))::bigint
          FROM bank_points_entry lot JOIN accounts account ON account.id = lot.account_id
          LEFT JOIN bank_points_allocation used ON used.lot_id = lot.id
         WHERE lot.available_on IS NOT NULL
         GROUP BY lot.id HAVING lot.points != lot.remaining + COALESCE(sum(used.points), 0)""",
    # what an entry took = what lots gave it + what it still owes + what was given back
    "lots_of_debit": """
        SELECT debit.account_id, debit.id, (-debit.points)::bigint,
               (debit.unpaid + COALESCE(sum(used.points), 0)
                + CASE WHEN debit.kind != 'reverse' THEN debit.reversed_points ELSE 0 END)::bigint
          FROM bank_points_entry debit JOIN accounts account ON account.id = debit.account_id
          LEFT JOIN bank_points_allocation used ON used.debit_id = debit.id
         WHERE debit.points < 0
         GROUP BY debit.id
        HAVING -debit.points != debit.unpaid + COALESCE(sum(used.points), 0)
                                + CASE WHEN debit.kind != 'reverse' THEN debit.reversed_points ELSE 0 END""",
    # reversals of an entry = what the entry says was reversed
    "reversals": """
        SELECT original.account_id, original.id, original.reversed_points::bigint,
               COALESCE(sum(abs(reversal.points)), 0)::bigint
          FROM bank_points_entry original JOIN accounts account ON account.id = original.account_id
          LEFT JOIN bank_points_entry reversal ON reversal.original_id = original.id AND reversal.kind = 'reverse'
         GROUP BY original.id HAVING original.reversed_points != COALESCE(sum(abs(reversal.points)), 0)""",
}


def check(env, partner_ids):
    """Return ``[(check, account_id, entry_id, expected, found)]`` of the customers' accounts; empty is right."""
    env.flush_all()
    findings = []
    for name, query in CHECKS.items():
        rows = env.execute_query(
            SQL(
                """WITH accounts AS MATERIALIZED (
                       SELECT * FROM bank_points_account WHERE partner_id = ANY(%s)
                   ) """
                + query,
                list(partner_ids),
            )
        )
        findings += [(name, *row) for row in rows]
    return findings
