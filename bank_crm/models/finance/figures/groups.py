"""The months of households and groups: whose holdings count, each of them once."""

from odoo.tools import SQL

from ..bank_holding import OWNER_ROLES

SOURCES = {
    "bank.group": ["company_id", "currency_id"],
    "bank.group.member": ["group_id", "partner_id", "include_assets", "date_from", "date_to"],
}


def wanted(group_ids):
    """Return the SQL of the groups' months whose members' figures are newer, or that somebody marked as changed."""
    return SQL(
        """
        SELECT member.group_id, figures.month
          FROM bank_group_member member
          JOIN bank_customer_month figures ON figures.partner_id = member.partner_id
           AND member.date_from < figures.month + interval '1 month'
           AND COALESCE(member.date_to >= figures.month, TRUE)
          LEFT JOIN bank_group_month stored ON stored.group_id = member.group_id AND stored.month = figures.month
         WHERE member.group_id = ANY(%(groups)s)
           AND (stored.computed_at IS NULL OR stored.computed_at < figures.computed_at)
         UNION
        SELECT group_id, month FROM bank_group_month WHERE group_id = ANY(%(groups)s) AND computed_at IS NULL
        """,
        groups=list(group_ids),
    )


def stage_scope(steps, group_ids, today):
    """Stage ``scope``: one row for each group (``subject_id``) and month; who is a member on its last day counts."""
    steps.stage("wanted", wanted(group_ids))
    steps.stage(
        "scope",
        SQL(
            """
            SELECT wanted.group_id AS subject_id, wanted.month, NULL AS reason, company.id AS company_id,
                   split_part(company.parent_path, '/', 1)::int AS root_id,
                   COALESCE(company.bank_joint_policy, 'share') AS joint_policy,
                   COALESCE(company.bank_balance_carry_days, 0) AS carry_days,
                   currency.id AS currency_id, currency.rounding,
                   LEAST(wanted.month_end, %(today)s - 1) AS last_on, wanted.month_end,
                   CASE WHEN wanted.month_end < %(today)s THEN 'closed' ELSE 'open' END AS state,
                   stored.id AS stored_id, FALSE AS was_closed,
                   (SELECT count(*) FROM bank_group_member member
                     WHERE member.group_id = wanted.group_id AND %(is_member)s)::int AS member_count
              FROM (SELECT *, (month + interval '1 month')::date - 1 AS month_end FROM %(wanted)s) AS wanted
              JOIN bank_group customer_group ON customer_group.id = wanted.group_id
              JOIN res_company company ON company.id = customer_group.company_id
              JOIN res_currency currency ON currency.id = customer_group.currency_id
              LEFT JOIN bank_group_month stored ON stored.group_id = wanted.group_id AND stored.month = wanted.month
             WHERE wanted.month <= %(today)s
            """,
            wanted=steps.wanted,
            today=today,
            is_member=_is_member(SQL("wanted")),
        ),
    )


def _is_member(month):
    return SQL(
        "member.date_from <= %(month)s.month_end AND COALESCE(member.date_to >= %(month)s.month_end, TRUE)",
        month=month,
    )


def stage_owned(steps):
    """Stage ``owned``: the holdings of the members of each month, each once with the members' shares together."""
    steps.stage(
        "owned",
        SQL(
            """
            SELECT scope.subject_id, scope.month, party.holding_id,
                   LEAST(1, sum(party.share)) AS share, array_agg(member.partner_id) AS owner_ids
              FROM %(scope)s scope
              JOIN bank_group_member member ON member.group_id = scope.subject_id AND member.include_assets
               AND %(is_member)s
             CROSS JOIN LATERAL (
                SELECT party.holding_id, sum(party.share_pct) / 100 AS share
                  FROM bank_holding_party party
                 WHERE party.partner_id = member.partner_id AND party.role IN %(roles)s
                 GROUP BY party.holding_id
                OFFSET 0
             ) AS party
             GROUP BY scope.subject_id, scope.month, party.holding_id
            """,
            scope=steps.scope,
            roles=OWNER_ROLES,
            is_member=_is_member(SQL("scope")),
        ),
    )


def confirm(steps):
    """Note that all months of the scope are up to date, changed or not."""
    steps.cr.execute(
        SQL(
            """
            UPDATE bank_group_month stored SET computed_at = clock_timestamp() AT TIME ZONE 'UTC'
              FROM %s scope WHERE stored.group_id = scope.subject_id AND stored.month = scope.month
            """,
            steps.scope,
        )
    )
