"""Whose figures of which months are computed, and what part each of them has in which holding.

``LATERAL (... OFFSET 0)`` keeps a lookup as it is written: one visit of the index for each row, whatever the planner
believes of a table that it has never looked at. The work then grows with the customers of a batch and not with those
of the bank.
"""

from odoo.tools import SQL

from ..bank_holding import OWNER_ROLES

# The fields that the computation reads; pending writes of the ORM go to the database first.
SOURCES = {
    "res.partner": ["is_bank_customer", "company_id", "branch_id", "relationship_manager_id"],
    "res.company": ["currency_id", "parent_path", "bank_joint_policy", "bank_balance_carry_days"],
    "res.currency": ["rounding"],
    "res.currency.rate": ["currency_id", "company_id", "name", "rate"],
    "bank.branch": ["company_id"],
    "bank.financial.profile": ["partner_id", "currency_id"],
    "bank.holding.party": ["holding_id", "partner_id", "role", "share_pct"],
    "bank.holding": ["product_id", "currency_id", "opened_on", "closed_on", "is_held_away", "owner_id"],
    "bank.product": ["product_class", "is_aum", "margin_pct"],
    "bank.balance": ["holding_id", "date", "amount"],
    "bank.transaction": ["holding_id", "booked_on", "amount", "kind"],
}


def stage_scope(steps, wanted, today):
    """Stage ``scope``: one row for each customer (``subject_id``) and month, with the settings that hold for them.

    The company of a customer who belongs to none is that of his branch, else the first one: whoever computes, the
    answer is the same. A closed month keeps the branch and manager that it was closed with, and, unless somebody asks
    for the month anew, its policy of joint holdings.

    :param wanted: :class:`odoo.tools.SQL` of (partner_id, month, reason); reason is a code of ``bank.month.stale``
    :param today: the current date of the company
    """
    steps.stage(
        "scope",
        SQL(
            """
            SELECT wanted.partner_id AS subject_id, wanted.month, wanted.reason, company.id AS company_id,
                   split_part(company.parent_path, '/', 1)::int AS root_id,
                   COALESCE(CASE WHEN stored.state = 'closed' AND wanted.reason != 'request'
                                 THEN stored.joint_policy END, company.bank_joint_policy, 'share') AS joint_policy,
                   COALESCE(company.bank_balance_carry_days, 0) AS carry_days,
                   currency.id AS currency_id, currency.rounding,
                   CASE WHEN stored.state = 'closed' THEN stored.branch_id ELSE partner.branch_id END AS branch_id,
                   CASE WHEN stored.state = 'closed' THEN stored.relationship_manager_id
                        ELSE partner.relationship_manager_id END AS relationship_manager_id,
                   LEAST(wanted.month_end, %(today)s - 1) AS last_on,
                   CASE WHEN wanted.month_end < %(today)s THEN 'closed' ELSE 'open' END AS state,
                   stored.id AS stored_id, stored.state = 'closed' AS was_closed
              FROM (
                SELECT *, (month + interval '1 month')::date - 1 AS month_end FROM (%(wanted)s) AS wanted
                 WHERE month <= %(today)s
              ) AS wanted
             CROSS JOIN LATERAL (
                SELECT partner.branch_id, partner.relationship_manager_id,
                       COALESCE(partner.company_id,
                                (SELECT branch.company_id FROM bank_branch branch WHERE branch.id = partner.branch_id),
                                (SELECT min(id) FROM res_company WHERE active)) AS company_id,
                       (SELECT profile.currency_id FROM bank_financial_profile profile
                         WHERE profile.partner_id = partner.id) AS currency_id
                  FROM res_partner partner WHERE partner.id = wanted.partner_id AND partner.is_bank_customer
                OFFSET 0
              ) AS partner
              JOIN res_company company ON company.id = partner.company_id
              JOIN res_currency currency ON currency.id = COALESCE(partner.currency_id, company.currency_id)
              LEFT JOIN LATERAL (
                SELECT * FROM bank_customer_month stored
                 WHERE stored.partner_id = wanted.partner_id AND stored.month = wanted.month
                OFFSET 0
              ) AS stored ON TRUE
            """,
            wanted=wanted,
            today=today,
        ),
    )


def stage_owned(steps):
    """Stage ``owned``: the holdings of each customer of the scope, with his share as a fraction.

    ``owner_ids`` are those whose main ownership counts as the subject's: here himself.
    """
    steps.stage(
        "owned",
        SQL(
            """
            SELECT owner.subject_id, party.holding_id, party.share, ARRAY[owner.subject_id] AS owner_ids
              FROM (SELECT DISTINCT subject_id FROM %(scope)s) AS owner
             CROSS JOIN LATERAL (
                SELECT party.holding_id, sum(party.share_pct) / 100 AS share
                  FROM bank_holding_party party
                 WHERE party.partner_id = owner.subject_id AND party.role IN %(roles)s
                 GROUP BY party.holding_id
                OFFSET 0
             ) AS party
            """,
            scope=steps.scope,
            roles=OWNER_ROLES,
        ),
    )


def include_today(steps, today):
    """Let the month that runs end today for customers of whom a balance of today is known, else yesterday.

    What has no day yet (the first of a month, before any balance) is no month.
    """
    steps.cr.execute(
        SQL(
            """
            UPDATE %(scope)s AS scope SET last_on = %(today)s
              FROM (
                SELECT DISTINCT owned.subject_id
                  FROM %(owned)s owned
                 CROSS JOIN LATERAL (
                    SELECT 1 FROM bank_balance balance
                     WHERE balance.holding_id = owned.holding_id AND balance.date = %(today)s
                    OFFSET 0
                 ) AS balance
                 WHERE EXISTS (SELECT 1 FROM %(scope)s WHERE state = 'open')
              ) AS fresh
             WHERE fresh.subject_id = scope.subject_id AND scope.state = 'open'
            """,
            scope=steps.scope,
            owned=steps.owned,
            today=today,
        )
    )
    steps.cr.execute(SQL("DELETE FROM %s WHERE last_on < month", steps.scope))


def stage_lives(steps, by_month=False):
    """Stage ``life``: the part of each owner in each holding and month, and the days on which the holding is alive.

    ``factor`` is what counts of the holding: ``share`` counts the owner's share; ``full`` all of it to each owner;
    ``first`` all of it to the main owner alone. ``alive_from`` is a day, ``alive_until`` the day behind the last one;
    a holding is alive from ``opened_on`` to ``closed_on``, both included. What does not count, or is not alive in a
    month at all, has no row.

    :param by_month: who owns what differs from month to month, ``owned`` has a column ``month``
    """
    steps.stage(
        "life",
        SQL(
            """
            SELECT row_number() OVER ()::int AS id, life.*
              FROM (
                SELECT scope.subject_id, scope.month, scope.last_on, scope.root_id, scope.carry_days,
                       owned.holding_id, holding.currency_id, scope.currency_id AS to_currency_id,
                       holding.currency_id != scope.currency_id AS is_foreign,
                       product.id AS product_id, product.product_class,
                       product.product_class IN ('loan', 'card') AS is_debt,
                       COALESCE(product.is_aum, FALSE) AND NOT COALESCE(holding.is_held_away, FALSE) AS is_aum,
                       COALESCE(holding.is_held_away, FALSE) AS is_held_away,
                       COALESCE(product.margin_pct, 0) AS margin_pct,
                       GREATEST(scope.month, holding.opened_on) AS alive_from,
                       LEAST(scope.last_on, holding.closed_on) + 1 AS alive_until,
                       CASE scope.joint_policy WHEN 'full' THEN 1
                            WHEN 'first' THEN (holding.owner_id = ANY(owned.owner_ids))::int
                            ELSE owned.share END AS factor
                  FROM %(scope)s scope
                  JOIN %(owned)s owned ON owned.subject_id = scope.subject_id AND %(same_month)s
                 CROSS JOIN LATERAL (SELECT * FROM bank_holding WHERE id = owned.holding_id OFFSET 0) AS holding
                  JOIN bank_product product ON product.id = holding.product_id
              ) AS life
             WHERE factor > 0 AND alive_from < alive_until
            """,
            scope=steps.scope,
            owned=steps.owned,
            same_month=SQL("owned.month = scope.month") if by_month else SQL("TRUE"),
        ),
    )
