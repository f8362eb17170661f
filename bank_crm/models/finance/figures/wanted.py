"""Which months of which customers a night computes.

``OFFSET 0`` in ``EXISTS`` keeps one visit of the index for each customer: the statistics know nothing of a month that
has just ended, and the planner would go through all its rows again for each batch or even for each customer.
"""

from odoo.tools import SQL

from ..bank_holding import OWNER_ROLES


def _first_balance():
    """Return the month of the first balance of ``customer``, as an expression."""
    return SQL(
        """
        (SELECT date_trunc('month', min(first.date))::date
           FROM bank_holding_party party
          CROSS JOIN LATERAL (SELECT min(balance.date) AS date FROM bank_balance balance
                               WHERE balance.holding_id = party.holding_id) AS first
          WHERE party.partner_id = customer.id AND party.role IN %s)
        """,
        OWNER_ROLES,
    )


def ended_month(partner_ids, month, reason):
    """Return the SQL of a month that is over: for those who have figures of it or a balance by its end.

    :param reason: code of ``bank.month.stale``, kept with corrections
    """
    return SQL(
        """
        SELECT customer.id AS partner_id, %(month)s::date AS month, %(reason)s AS reason
          FROM unnest(%(partners)s::int[]) AS customer(id)
         WHERE EXISTS (SELECT 1 FROM bank_customer_month stored
                        WHERE stored.partner_id = customer.id AND stored.month = %(month)s OFFSET 0)
            OR %(first_balance)s <= %(month)s
        """,
        partners=list(partner_ids),
        month=month,
        reason=reason,
        first_balance=_first_balance(),
    )


def running_month(partner_ids, month, months_back):
    """Return the SQL of the month that runs, for everybody, and of earlier ones of customers who are new.

    New is who has no figures of the month before; his months since his first balance are computed, at most
    ``months_back``.
    """
    return SQL(
        """
        SELECT id AS partner_id, %(month)s::date AS month, 'late_balance' AS reason
          FROM unnest(%(partners)s::int[]) AS customer(id)
         UNION ALL
        SELECT customer.id, earlier.month::date, 'late_balance'
          FROM (
            SELECT id FROM unnest(%(partners)s::int[]) AS known(id)
             WHERE NOT EXISTS (SELECT 1 FROM bank_customer_month stored
                                WHERE stored.partner_id = known.id
                                  AND stored.month = (%(month)s::date - interval '1 month')::date OFFSET 0)
            OFFSET 0
          ) AS customer
         CROSS JOIN LATERAL (SELECT %(first_balance)s AS month OFFSET 0) AS first
         CROSS JOIN LATERAL generate_series(
                   GREATEST(first.month, (%(month)s::date - make_interval(months => %(back)s))::date),
                   (%(month)s::date - interval '1 month')::date, '1 month') AS earlier(month)
         WHERE first.month IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM bank_customer_month stored
                            WHERE stored.partner_id = customer.id AND stored.month = earlier.month OFFSET 0)
        """,
        partners=list(partner_ids),
        month=month,
        back=months_back,
        first_balance=_first_balance(),
    )
