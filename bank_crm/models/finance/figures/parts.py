"""Whose figures of which months are computed, and what part each of them has in which holding."""

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
}


def stage_scope(steps, wanted, today):
    """Stage ``scope``: one row for each customer and month, with the settings that hold for them.

    The company of a customer who belongs to none is that of his branch, else the first one: whoever computes, the
    answer is the same. A closed month keeps the branch and manager that it was closed with, and, unless somebody asks
    for the month anew, its policy of joint holdings.

    :param wanted: :class:`odoo.tools.SQL` of (partner_id, month, reason); reason is a code of ``bank.month.stale``
    :param today: the current date of the company
    """
    steps.stage("wanted", wanted)
    steps.stage(
        "scope",
        SQL(
            """
            SELECT wanted.partner_id, wanted.month, wanted.reason, wanted.month_end, company.id AS company_id,
                   split_part(company.parent_path, '/', 1)::int AS root_id,
                   COALESCE(CASE WHEN stored.state = 'closed' AND wanted.reason != 'request'
                                 THEN stored.joint_policy END, company.bank_joint_policy, 'share') AS joint_policy,
                   COALESCE(company.bank_balance_carry_days, 0) AS carry_days,
                   currency.id AS currency_id, currency.rounding,
                   CASE WHEN stored.state = 'closed' THEN stored.branch_id ELSE partner.branch_id END AS branch_id,
                   CASE WHEN stored.state = 'closed' THEN stored.relationship_manager_id
                        ELSE partner.relationship_manager_id END AS relationship_manager_id,
                   LEAST(wanted.month_end, %(today)s - 1) AS last_on,
                   CASE WHEN wanted.month_end < %(today)s THEN 'closed' ELSE 'open' END AS state
              FROM (SELECT *, (month + interval '1 month')::date - 1 AS month_end FROM %(wanted)s) AS wanted
              JOIN res_partner partner ON partner.id = wanted.partner_id AND partner.is_bank_customer
              LEFT JOIN bank_branch branch ON branch.id = partner.branch_id
              JOIN res_company company ON company.id = COALESCE(
                       partner.company_id, branch.company_id, (SELECT min(id) FROM res_company WHERE active))
              LEFT JOIN bank_financial_profile profile ON profile.partner_id = partner.id
              JOIN res_currency currency ON currency.id = COALESCE(profile.currency_id, company.currency_id)
              LEFT JOIN bank_customer_month stored
                ON stored.partner_id = wanted.partner_id AND stored.month = wanted.month
             WHERE wanted.month <= %(today)s
            """,
            wanted=steps.wanted,
            today=today,
        ),
    )


def stage_parts(steps):
    """Stage ``part``: what counts of each holding for each owner, by the policy of joint holdings.

    ``share`` counts his share; ``full`` all of it to each owner; ``first`` all of it to the main owner alone.
    """
    # OFFSET 0 keeps the lookup as it is written: one visit of the index for each customer, whatever the planner
    # believes of a table that it has never looked at.
    steps.stage(
        "owned",
        SQL(
            """
            SELECT owner.*, party.holding_id, party.share
              FROM (SELECT DISTINCT partner_id, joint_policy, root_id, currency_id AS to_currency_id, carry_days
                      FROM %(scope)s) AS owner
             CROSS JOIN LATERAL (
                SELECT party.holding_id, sum(party.share_pct) / 100 AS share
                  FROM bank_holding_party party
                 WHERE party.partner_id = owner.partner_id AND party.role IN %(roles)s
                 GROUP BY party.holding_id
                OFFSET 0
             ) AS party
            """,
            scope=steps.scope,
            roles=OWNER_ROLES,
        ),
    )
    steps.stage(
        "part",
        SQL(
            """
            SELECT * FROM (
                SELECT owned.partner_id, owned.joint_policy, owned.root_id, owned.to_currency_id, owned.carry_days,
                       holding.id AS holding_id, holding.currency_id, holding.opened_on, holding.closed_on,
                       product.id AS product_id, product.product_class,
                       product.product_class IN ('loan', 'card') AS is_debt,
                       COALESCE(product.is_aum, FALSE) AND NOT COALESCE(holding.is_held_away, FALSE) AS is_aum,
                       COALESCE(holding.is_held_away, FALSE) AS is_held_away,
                       COALESCE(product.margin_pct, 0)::numeric AS margin_pct,
                       CASE owned.joint_policy WHEN 'full' THEN 1
                            WHEN 'first' THEN (holding.owner_id = owned.partner_id)::int
                            ELSE owned.share END AS factor
                  FROM %(owned)s owned
                  JOIN bank_holding holding ON holding.id = owned.holding_id
                  JOIN bank_product product ON product.id = holding.product_id
            ) AS part WHERE factor > 0
            """,
            owned=steps.owned,
        ),
    )


def include_today(steps, today):
    """Let the month that runs end today for customers of whom a balance of today is known, else yesterday.

    What has no day yet (the first of a month, before any balance) is no month.
    """
    steps.stage(
        "fresh",
        SQL(
            """
            SELECT DISTINCT part.partner_id
              FROM %(part)s part
             CROSS JOIN LATERAL (
                SELECT 1 FROM bank_balance balance
                 WHERE balance.holding_id = part.holding_id AND balance.date = %(today)s
                OFFSET 0
             ) AS balance
             WHERE EXISTS (SELECT 1 FROM %(scope)s WHERE state = 'open')
            """,
            part=steps.part,
            scope=steps.scope,
            today=today,
        ),
    )
    steps.cr.execute(
        SQL(
            """
            UPDATE %(scope)s AS scope SET last_on = %(today)s
              FROM %(fresh)s fresh WHERE fresh.partner_id = scope.partner_id AND scope.state = 'open'
            """,
            scope=steps.scope,
            fresh=steps.fresh,
            today=today,
        )
    )
    steps.cr.execute(SQL("DELETE FROM %s WHERE last_on < month", steps.scope))
