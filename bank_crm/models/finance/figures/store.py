"""The figures of the customers' months out of the sums of their holdings, and their way into the table."""

from odoo.tools import SQL

CLASSES = ("deposit", "fund", "wealth", "insurance", "metal", "other", "loan", "card")
AMOUNTS = (
    "adb_aum",
    *(f"adb_{code}" for code in CLASSES),
    "eop_aum",
    "eop_deposit",
    "eop_wealth",
    "eop_loan",
    "eop_net_assets",
    "inflow",
    "outflow",
    "contribution",
)
# What is compared with the stored row and written where it differs
COLUMNS = (
    *AMOUNTS,
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
)
RULE_VERSION = "1"


def stage_figures(steps):
    """Stage ``figure``: one row for each row of the scope, with the columns of ``bank.customer.month``."""
    days = SQL("(scope.last_on - scope.month + 1)")
    steps.stage(
        "figure",
        SQL(
            """
            SELECT scope.partner_id, scope.month, scope.reason, scope.stored_id, scope.was_closed, %(amounts)s,
                   COALESCE(total.transaction_count, 0) AS transaction_count,
                   COALESCE(total.coverage_days, %(days)s) AS coverage_days, %(days)s AS days,
                   scope.state, scope.company_id, scope.currency_id, scope.branch_id, scope.relationship_manager_id,
                   scope.joint_policy, %(version)s AS rule_version
              FROM %(scope)s scope
              LEFT JOIN (
                SELECT life.partner_id, life.month, %(sums_of_amounts)s,
                       sum(count)::int AS transaction_count, min(covered) FILTER (WHERE is_aum) AS coverage_days
                  FROM %(life)s life JOIN %(sums)s sums ON sums.life_id = life.id
                 GROUP BY life.partner_id, life.month
              ) AS total ON total.partner_id = scope.partner_id AND total.month = scope.month
            """,
            sums_of_amounts=SQL(", ").join(
                SQL("%s AS %s", amount, SQL.identifier(name)) for name, amount in _sums_of_amounts().items()
            ),
            amounts=SQL(", ").join(
                SQL(
                    "round(COALESCE(total.%(name)s, 0) / %(divisor)s / scope.rounding) * scope.rounding AS %(name)s",
                    name=SQL.identifier(name),
                    divisor=days if name.startswith("adb_") else SQL("1"),
                )
                for name in AMOUNTS
            ),
            days=days,
            version=RULE_VERSION,
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
    """Keep what closed months said before, one row for each amount that changes; return their number."""
    steps.cr.execute(
        SQL(
            """
            INSERT INTO bank_figure_correction (partner_id, company_id, month, field_name, old_amount, new_amount,
                                                currency_id, reason, corrected_at, run_id,
                                                create_uid, create_date, write_uid, write_date)
            SELECT figure.partner_id, figure.company_id, figure.month, change.name, change.old, change.new,
                   figure.currency_id, COALESCE(figure.reason, 'request'), now() AT TIME ZONE 'UTC', %(run)s::int,
                   %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM %(figure)s figure
              JOIN bank_customer_month stored ON stored.id = figure.stored_id
             CROSS JOIN LATERAL (VALUES %(changes)s) AS change(name, old, new)
             WHERE figure.was_closed AND change.old IS DISTINCT FROM change.new
             ORDER BY figure.partner_id, figure.month
            """,
            figure=steps.figure,
            run=run_id or None,
            uid=uid,
            changes=SQL(", ").join(
                SQL("(%s, COALESCE(stored.%s, 0), figure.%s)", name, SQL.identifier(name), SQL.identifier(name))
                for name in AMOUNTS
            ),
        )
    )
    return steps.cr.rowcount


def write_figures(steps, uid):
    """Write the rows that differ and add the missing ones; return how many."""
    columns = [SQL.identifier(name) for name in COLUMNS]
    names = SQL(", ").join(columns)
    new = SQL(", ").join(SQL("figure.%s", column) for column in columns)
    # Not one INSERT ... ON CONFLICT: it would use up a number of the sequence for every row of every night.
    steps.cr.execute(
        SQL(
            """
            UPDATE bank_customer_month AS stored
               SET (%(names)s) = ROW(%(new)s), computed_at = now() AT TIME ZONE 'UTC',
                   write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
              FROM %(figure)s figure
             WHERE stored.id = figure.stored_id AND (%(old)s) IS DISTINCT FROM (%(new)s)
            """,
            names=names,
            new=new,
            old=SQL(", ").join(SQL("stored.%s", column) for column in columns),
            figure=steps.figure,
            uid=uid,
        )
    )
    changed = steps.cr.rowcount
    steps.cr.execute(
        SQL(
            """
            INSERT INTO bank_customer_month (partner_id, month, %(names)s, computed_at,
                                             create_uid, create_date, write_uid, write_date)
            SELECT figure.partner_id, figure.month, %(new)s, now() AT TIME ZONE 'UTC',
                   %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM %(figure)s figure
             WHERE figure.stored_id IS NULL
             ORDER BY figure.partner_id, figure.month
            ON CONFLICT (partner_id, month) DO NOTHING
            """,
            names=names,
            new=new,
            figure=steps.figure,
            uid=uid,
        )
    )
    return changed + steps.cr.rowcount
