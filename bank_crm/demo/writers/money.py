"""Months, standings, value classes and totals, all computed by the methods of the nightly runs."""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

MONTHS = 25  # those of the balances: two years and the month that runs


def _months(env):
    """Return the first days of the months of the history, the running one last."""
    running = env["bank.run"]._today().replace(day=1)
    return [running - relativedelta(months=back) for back in reversed(range(MONTHS))]


def write_months(env, plan, partners):
    """Compute the months of each customer since he came."""
    env.flush_all()
    wanted = [
        (partner.id, month)
        for customer, partner in zip(plan.customers, partners, strict=True)
        for month in _months(env)
        if month >= customer.relationship_start_on.replace(day=1)
    ]
    env["bank.customer.month"]._compute_wanted(
        SQL(
            """SELECT partner_id, month, 'request' AS reason
                 FROM unnest(%s::int[], %s::date[]) AS wanted(partner_id, month)""",
            [partner_id for partner_id, _month in wanted],
            [month for _partner_id, month in wanted],
        )
    )


def write_tiers(env, partners, users):
    """Put the shipped policy of CCB in force for the whole history, by two persons, and judge all months by it."""
    policy = env.ref("bank_crm.bank_tier_policy_ccb")
    policy.with_user(users["administrator"]).action_propose(_months(env)[0].isoformat())
    policy.with_user(users["compliance"]).action_activate()
    env["bank.tier.standing"]._compute_standings(partners.ids, _months(env))
    env["bank.tier"]._assign_newcomers(partners.ids)


def write_values(env):
    """Compute the value classes twice, so that some customers have changed their class since last month."""
    months = _months(env)
    for month in months[-3:-1]:
        env["bank.customer.value"]._compute_values(month)


def write_stages(env, partners):
    """Judge the stages of life by the shipped rules."""
    env["bank.lifecycle.rule"]._apply(partners.ids, env["bank.run"]._today())


def write_overrides(env, partners, users):
    """A manual tier that is in force, and one that waits for a decision."""
    today = env["bank.run"]._today()
    gold, vip = env.ref("bank_crm.bank_tier_gold"), env.ref("bank_crm.bank_tier_vip")
    own = partners.filtered(
        lambda partner: (
            partner.tier_id == gold
            and partner.relationship_manager_id == users["rm"]
            and partner.lifecycle_stage in ("growth", "mature", "new")
        )
    )
    overrides = (
        env["bank.tier.override"]
        .with_user(users["rm"])
        .create(
            [
                {
                    "partner_id": partner.id,
                    "tier_id": vip.id,
                    "reason": reason,
                    "valid_from": today,
                    "valid_until": today + relativedelta(months=months),
                }
                for partner, reason, months in zip(
                    own[:2],
                    ("Keeps her company's payroll with us.", "Has announced a transfer of 300,000 from another bank."),
                    (6, 3),
                    strict=False,
                )
            ]
        )
    )
    overrides[:1].with_user(users["manager"]).action_approve()
    env["bank.tier.override"]._settle(own.ids)


def write_boards(env):
    """Add up the totals of the dashboards."""
    months = env["bank.money.month"]
    for month in months.search([("is_stale", "=", True)]):
        month._rebuild()
    months._rebuild_today()
