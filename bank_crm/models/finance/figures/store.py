"""The figures of a month out of the sums of the holdings, and their way into the table."""

from collections import namedtuple

from odoo.tools import SQL

RULE_VERSION = "1"
CLASSES = ("deposit", "fund", "wealth", "insurance", "metal", "other", "loan", "card")
AVERAGES = ("adb_aum", *(f"adb_{code}" for code in CLASSES))

# ``key``: the column of the subject; ``amounts`` and ``others``: what is compared with the stored row and written
# where it differs
Target = namedtuple("Target", ["table", "key", "amounts", "others"])

CUSTOMERS = Target(
    "bank_customer_month",
    "partner_id",
    (
        *AVERAGES,
        "eop_aum",
        "eop_deposit",
        "eop_wealth",
        "eop_loan",
        "eop_net_assets",
        "inflow",
        "outflow",
        "contribution",
    ),
    (
        "transaction_count",
        "coverage_days",
        "days",
        "state",
        "company_id",
        "currency_id",
        "branch_id",
        "relationship_manager_id",
        "joint_policy",
        "rule_version",
    ),
)
GROUPS = Target(
    "bank_group_month",
    "group_id",
    (*AVERAGES, "eop_aum", "eop_net_assets"),
    ("coverage_days", "days", "member_count", "company_id", "currency_id"),
)


def stage_figures(steps, target):
    """Stage ``figure``: one row for each row of the scope, with the columns of ``target``."""
    days = SQL("(scope.last_on - scope.month + 1)")
    computed = {
        "transaction_count": SQL("COALESCE(total.transaction_count, 0)"),
        "coverage_days": SQL("COALESCE(total.coverage_days, %s)", days),
        "days": days,
        "rule_version": SQL("%s", RULE_VERSION),
    }
    sums = {name: amount for name, amount in _sums_of_amounts().items() if name in target.amounts}
    steps.stage(
        "figure",
        SQL(
            """
            SELECT scope.subject_id, scope.month, scope.reason, scope.stored_id, scope.was_closed,
                   %(amounts)s, %(others)s
              FROM %(scope)s scope
              LEFT JOIN (
                SELECT life.subject_id, life.month, %(sums_of_amounts)s,
                       sum(count)::int AS transaction_count, min(covered) FILTER (WHERE is_aum) AS coverage_days
                  FROM %(life)s life JOIN %(sums)s sums ON sums.life_id = life.id
                 GROUP BY life.subject_id, life.month
              ) AS total ON total.subject_id = scope.subject_id AND total.month = scope.month
            """,
            amounts=SQL(", ").join(
                SQL(
                    "round(COALESCE(total.%(name)s, 0) / %(divisor)s / scope.rounding) * scope.rounding AS %(name)s",
                    name=SQL.identifier(name),
                    divisor=days if name in AVERAGES else SQL("1"),
                )
                for name in target.amounts
            ),
            others=SQL(", ").join(
                SQL("%s AS %s", computed.get(name, SQL("scope.%s", SQL.identifier(name))), SQL.identifier(name))
                for name in target.others
            ),
            sums_of_amounts=SQL(", ").join(
                SQL("%s AS %s", amount, SQL.identifier(name)) for name, amount in sums.items()
            ),
            scope=steps.scope,
            life=steps.life,
            sums=steps.sums,
        ),
    )


def _sums_of_amounts():
    """Return ``{column: expression}``; averages are still sums of balance × days."""
    of_class = SQL("NOT is_held_away AND product_class")
    return {
        "adb_aum": SQL("sum(weighted * factor) FILTER (WHERE is_aum)"),
        **{f"adb_{code}": SQL("sum(weighted * factor) FILTER (WHERE %s = %s)", of_class, code) for code in CLASSES},
        "eop_aum": SQL("sum(at_end * factor) FILTER (WHERE is_aum)"),
        "eop_deposit": SQL("sum(at_end * factor) FILTER (WHERE %s = 'deposit')", of_class),
        "eop_wealth": SQL(
            "sum(at_end * factor) FILTER (WHERE %s IN ('fund', 'wealth', 'insurance', 'metal'))", of_class
        ),
        "eop_loan": SQL("sum(at_end * factor) FILTER (WHERE %s IN ('loan', 'card'))", of_class),
        "eop_net_assets": SQL("sum(at_end * factor * CASE WHEN is_debt THEN -1 ELSE 1 END)"),
        "inflow": SQL("sum(inflow * factor)"),
        "outflow": SQL("sum(outflow * factor)"),
        "contribution": SQL(
            """COALESCE(sum(weighted * factor * margin_pct / 36500) FILTER (WHERE NOT is_held_away), 0)
               + COALESCE(sum(fees * factor), 0)"""
        ),
    }


def write_corrections(steps, uid, run_id):
    """Keep what closed months of customers said before, a row for each amount that changes; return their number."""
    steps.cr.execute(
        SQL(
            """
            INSERT INTO bank_figure_correction (partner_id, company_id, month, field_name, old_amount, new_amount,
                                                currency_id, reason, corrected_at, run_id,
                                                create_uid, create_date, write_uid, write_date)
            SELECT figure.subject_id, figure.company_id, figure.month, change.name, change.old, change.new,
                   figure.currency_id, COALESCE(figure.reason, 'request'), now() AT TIME ZONE 'UTC', %(run)s::int,
                   %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM %(figure)s figure
              JOIN bank_customer_month stored ON stored.id = figure.stored_id
             CROSS JOIN LATERAL (VALUES %(changes)s) AS change(name, old, new)
             WHERE figure.was_closed AND change.old IS DISTINCT FROM change.new
             ORDER BY figure.subject_id, figure.month
            """,
            figure=steps.figure,
            run=run_id or None,
            uid=uid,
            changes=SQL(", ").join(
                SQL("(%s, COALESCE(stored.%s, 0), figure.%s)", name, SQL.identifier(name), SQL.identifier(name))
                for name in CUSTOMERS.amounts
            ),
        )
    )
    return steps.cr.rowcount


def write_figures(steps, target, uid):
    """Write the rows that differ and add the missing ones; return how many."""
    columns = [SQL.identifier(name) for name in (*target.amounts, *target.others)]
    parts = {
        "table": SQL.identifier(target.table),
        "key": SQL.identifier(target.key),
        "names": SQL(", ").join(columns),
        "new": SQL(", ").join(SQL("figure.%s", column) for column in columns),
        "old": SQL(", ").join(SQL("stored.%s", column) for column in columns),
        "figure": steps.figure,
        "uid": uid,
    }
    # Not one INSERT ... ON CONFLICT: it would use up a number of the sequence for every row of every night.
    steps.cr.execute(
        SQL(
            """
            UPDATE %(table)s AS stored
               SET (%(names)s) = ROW(%(new)s), computed_at = clock_timestamp() AT TIME ZONE 'UTC',
                   write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
              FROM %(figure)s figure
             WHERE stored.id = figure.stored_id AND (%(old)s) IS DISTINCT FROM (%(new)s)
            """,
            **parts,
        )
    )
    changed = steps.cr.rowcount
    steps.cr.execute(
        SQL(
            """
            INSERT INTO %(table)s (%(key)s, month, %(names)s, computed_at,
                                   create_uid, create_date, write_uid, write_date)
            SELECT figure.subject_id, figure.month, %(new)s, clock_timestamp() AT TIME ZONE 'UTC',
                   %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM %(figure)s figure
             WHERE figure.stored_id IS NULL
             ORDER BY figure.subject_id, figure.month
            ON CONFLICT (%(key)s, month) DO NOTHING
            """,
            **parts,
        )
    )
    return changed + steps.cr.rowcount
