"""What runs in an Odoo process of its own: the jobs of the night, corrected balances, the way of an ORM loop."""

import json
import re
import time
from datetime import date, timedelta
from pathlib import Path

JOBS = ("months", "late_months", "group_months", "tiers", "values")
AFTER_CORRECTIONS = ("late_months", "group_months", "tiers", "values")
PUSHED = 10_000  # balances in a batch of the feed
TOTALS = ("deposit", "fund", "wealth", "insurance", "metal", "other", "loan", "card")
INVESTED = ("fund", "wealth", "insurance", "metal")


def shell_code(call, module="_money_jobs", **arguments):
    """Code for an Odoo shell that answers what a function returns.

    :param call: its name; it gets `env` and the arguments
    :param module: where it is
    """
    root = str(Path(__file__).parents[2])
    return (
        f"import sys, json; sys.path.insert(0, {root!r})\n"
        f"from tools.bench import {module}\n"
        f"print('RESULT', json.dumps({module}.{call}(env, **json.loads({json.dumps(arguments)!r}))))\n"
    )


def _set_today(env, today):
    """It is the night of `today`, whenever the benchmark runs."""
    type(env["bank.run"])._today = lambda _self: date.fromisoformat(today)


# ---------------------------------------------------------------------- the night


def night(env, *, today):
    """Run the jobs as the scheduler does, each batch a transaction: the month that is over, then the one that begins.

    :return: {job: {seconds, changed}}, `memory`: the peaks of this process and of its database process, MB
    """
    _set_today(env, today)
    runs = env["bank.run"]
    found = {}
    for job in JOBS:
        for month in runs._periods(job):
            key = "running" if job == "months" and month == date.fromisoformat(today) else job
            found[key] = _timed(env, lambda: runs._run_job(job, month=month))  # noqa: B023 - called at once
    return {**found, "memory": _memory(env)}


def again(env, *, today, jobs):
    """Run jobs once more although they are done.

    :return: as :func:`night`
    """
    _set_today(env, today)
    runs = env["bank.run"]
    month = (date.fromisoformat(today) - timedelta(days=1)).replace(day=1)
    found = {}
    for job in jobs:
        period = month if job == "months" else False
        found[job] = _timed(env, lambda: runs._run_job(job, again=True, month=period))  # noqa: B023 - called at once
    return found


def _timed(env, work):
    start = time.perf_counter()
    run = work()
    env.cr.commit()  # forbidden-word-ok: a stand-alone script in the shell, as the scheduler does
    seconds = time.perf_counter() - start
    if run.state != "done":
        raise RuntimeError(f"{run.job}: {run.state} {run.error}")
    return {"seconds": seconds, "changed": run.changed}


def _memory(env):
    env.cr.execute("SELECT pg_backend_pid()")
    return {"odoo": _peak("self"), "database": _peak(env.cr.fetchone()[0])}


def _peak(process):
    """The highest resident memory of a process, MB (of a database process with its part of the shared buffers)."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())[1]) / 1024


# ---------------------------------------------------------------------- late corrections


def correct(env, *, today, share, scattered):
    """Send other amounts for balances of the closed month, through the feed.

    :param share: how many of the month's balances
    :param scattered: any balances, else all of some customers' holdings
    :return: {balances, customers (whose months are to be computed anew), seconds (of the feed)}
    """
    _set_today(env, today)
    month = (date.fromisoformat(today) - timedelta(days=1)).replace(day=1)
    env.cr.execute(
        f"""
        SELECT holding.external_id, balance.date, balance.amount
          FROM bank_balance balance JOIN bank_holding holding ON holding.id = balance.holding_id
         WHERE balance.date >= %s AND {"balance.id" if scattered else "holding.owner_id"} %% %s = 0
         ORDER BY balance.date, balance.id
        """,
        [month, round(1 / share)],
    )
    rows = [
        {"holding_external_id": key, "date": str(day), "amount": str(amount + 1)}
        for key, day, amount in env.cr.fetchall()
    ]
    exchange = env["bank.exchange"].with_user(env.ref("base.user_admin"))
    start = time.perf_counter()
    for number in range(0, len(rows), PUSHED):
        key = f"correction {scattered} {number} {time.time()}"
        answer = exchange.push_balances("core", key, rows[number : number + PUSHED])
        if answer["state"] != "done" or answer["rejected"]:
            raise RuntimeError(str(answer)[:2000])
        env.cr.commit()  # forbidden-word-ok: a stand-alone script in the shell, as a call over HTTP does
    seconds = time.perf_counter() - start
    env.cr.execute("SELECT count(DISTINCT partner_id) FROM bank_month_stale")
    return {"balances": len(rows), "customers": env.cr.fetchone()[0], "seconds": seconds}


# ---------------------------------------------------------------------- the way of an ORM loop


def loop(env, *, today, customers):
    """The same results for the first customers, customer by customer with the ORM's own means; rolled back.

    Prefetching, one flush at the end: written as an addon would be that thinks of no millions.

    :return: {seconds, months, upgraded and so on}
    """
    last = date.fromisoformat(today) - timedelta(days=1)
    partners = env["res.partner"].search([("is_bank_customer", "=", True)], order="id", limit=customers)
    policy = env.ref("bank_crm.bank_tier_policy_ccb")
    start = time.perf_counter()
    months = [_month_of(env, partner, last) for partner in partners]
    states = [_standing_of(env, figures, policy).state for figures in months]
    _values_of(env, partners, last)
    env.flush_all()
    seconds = time.perf_counter() - start
    aum = sum(figures.adb_aum for figures in months)
    env.cr.rollback()
    return {"seconds": seconds, "months": len(months), "aum": aum, "states": {s: states.count(s) for s in set(states)}}


def _month_of(env, partner, last):
    month = last.replace(day=1)
    company, currency = partner.company_id, partner.financial_profile_id.currency_id
    days = [month + timedelta(days=n) for n in range(last.day)]
    average, at_end = dict.fromkeys(TOTALS, 0.0), dict.fromkeys(TOTALS, 0.0)
    assets = assets_at_end = contribution = inflow = outflow = 0.0
    count, covered = 0, last.day
    for party in partner.holding_party_ids.filtered(lambda party: party.role in ("owner", "joint")):
        holding, product, share = party.holding_id, party.holding_id.product_id, party.share_pct / 100
        balances = env["bank.balance"].search([("holding_id", "=", holding.id), ("date", "<=", last)], order="date")
        amounts, known = [], 0
        for day in days:
            before = [balance for balance in balances if balance.date <= day]
            if not before or (holding.opened_on and day < holding.opened_on):
                amounts.append(0.0)
                continue
            newest = before[-1]
            known += (day - newest.date).days <= company.bank_balance_carry_days
            amount = holding.currency_id._convert(newest.amount, currency, company, newest.date, round=False)
            amounts.append((abs(amount) if product.product_class in ("loan", "card") else amount) * share)
        if not holding.is_held_away:
            average[product.product_class] += sum(amounts) / len(days)
            at_end[product.product_class] += amounts[-1]
            contribution += sum(amounts) * product.margin_pct / 36500
        if product.is_aum and not holding.is_held_away:
            assets += sum(amounts) / len(days)
            assets_at_end += amounts[-1]
            covered = min(covered, known)
        postings = env["bank.transaction"].search(
            [("holding_id", "=", holding.id), ("booked_on", ">=", month), ("booked_on", "<=", last)]
        )
        for posting in postings:
            amount = posting.currency_id._convert(posting.amount, currency, company, posting.booked_on, round=False)
            count += 1
            if posting.kind == "fee":
                contribution -= amount * share
            if product.product_class not in ("loan", "card"):
                inflow += max(amount, 0) * share
                outflow -= min(amount, 0) * share
    return env["bank.customer.month"].create(
        {
            "partner_id": partner.id,
            "company_id": company.id,
            "month": month,
            "state": "closed",
            "currency_id": currency.id,
            "branch_id": partner.branch_id.id,
            "relationship_manager_id": partner.relationship_manager_id.id,
            **{f"adb_{code}": currency.round(amount) for code, amount in average.items()},
            "adb_aum": currency.round(assets),
            "eop_aum": currency.round(assets_at_end),
            "eop_deposit": currency.round(at_end["deposit"]),
            "eop_wealth": currency.round(sum(at_end[code] for code in INVESTED)),
            "eop_loan": currency.round(at_end["loan"] + at_end["card"]),
            "transaction_count": count,
            "inflow": currency.round(inflow),
            "outflow": currency.round(outflow),
            "contribution": currency.round(contribution),
            "coverage_days": covered,
            "days": len(days),
            "joint_policy": "share",
        }
    )


def _standing_of(env, figures, policy):
    partner, month = figures.partner_id, figures.month
    before = env["bank.tier.standing"].search(
        [("partner_id", "=", partner.id), ("month", "<", month)], order="month desc", limit=1
    )
    levels = policy.level_ids.sorted("min_amount")
    reached = levels.filtered(lambda level: level.min_amount <= figures.adb_aum)[-1:] or levels[0]
    own = levels.filtered(lambda level: level.tier_id == before.tier_id)
    tier, bad, best, state = own.tier_id, 0, 0.0, "kept"
    if reached.min_amount > own.min_amount:
        tier, state = reached.tier_id, "upgraded"
    elif reached.min_amount < own.min_amount:
        bad, best = before.bad_months + 1, max(before.best_bad_amount, figures.adb_aum)
        state = "watch" if bad >= own.watch_after_months else "below"
        if bad >= own.downgrade_after_months:
            tier = (levels.filtered(lambda level: level.min_amount <= best)[-1:] or levels[0]).tier_id
            state = "downgraded"
    following = levels.filtered(lambda level: level.tier_id.sequence > tier.sequence)[:1]
    if tier != before.tier_id:
        env["bank.tier.history"].create(
            {
                "partner_id": partner.id,
                "from_tier_id": before.tier_id.id,
                "to_tier_id": tier.id,
                "changed_on": month,
                "reason": "upgrade" if state == "upgraded" else "downgrade",
                "metric_amount": figures.adb_aum,
                "currency_id": figures.currency_id.id,
                "rule_version": policy.code,
                "inputs": {"metric_amount": figures.adb_aum, "bad_months": bad},
            }
        )
        partner.tier_id = tier
    return env["bank.tier.standing"].create(
        {
            "partner_id": partner.id,
            "company_id": figures.company_id.id,
            "policy_id": policy.id,
            "month": month,
            "metric_amount": figures.adb_aum,
            "currency_id": figures.currency_id.id,
            "coverage_days": figures.coverage_days,
            "from_tier_id": before.tier_id.id,
            "reached_tier_id": reached.tier_id.id,
            "tier_id": tier.id,
            "bad_months": bad,
            "best_bad_amount": best,
            "state": state,
            "next_tier_id": following.tier_id.id,
            "next_short": max(following.min_amount - figures.adb_aum, 0) if following else 0,
        }
    )


def _values_of(env, partners, last):
    """ABC of these customers among themselves."""
    first = (last.replace(day=1) - timedelta(days=334)).replace(day=1)
    rows = []
    for partner in partners:
        months = env["bank.customer.month"].search(
            [("partner_id", "=", partner.id), ("month", ">=", first), ("state", "=", "closed")]
        )
        rows.append((sum(months.mapped("contribution")), sum(months.mapped("transaction_count")), partner))
    rows.sort(key=lambda row: (-row[0], row[2].id))
    whole, down_to_here = sum(max(row[0], 0) for row in rows), 0.0
    for rank, (contribution, frequency, partner) in enumerate(rows, 1):
        crossed = down_to_here
        down_to_here += max(contribution, 0)
        letter = "c"
        if contribution > 0:
            letter = "a" if crossed < 0.8 * whole else "b" if down_to_here <= 0.95 * whole else "c"
        value = env["bank.customer.value"].search([("partner_id", "=", partner.id)])
        value.write(
            {
                "month": last.replace(day=1),
                "contribution": contribution,
                "frequency": frequency,
                "rank_bank": rank,
                "abc_bank": letter,
                "previous_class": value.abc_bank,
            }
        )
        if partner.value_class != letter:
            partner.value_class = letter
