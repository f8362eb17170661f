"""The bank of the benchmarks of money: a database with N customers on the night in which a month closes.

The month that closes is the one before today's; the night is that of its following first day (`TODAY` in the Odoo
processes). Kept for the next time; :meth:`Bank.reset` brings it back to the evening before that night.
"""

import datetime
import time

from tools.bench import _money_draw, _money_sql, _population
from tools.bench._population import _without_triggers

# From so much on, --scale is the number of customers itself.
PLAIN_SCALE = 1000
CUSTOMERS = 1_000_000
MANAGERS = 400
BRANCH_LOGIN = "bench_branch"  # manages a region: a tenth of the branches

SETUP = """
import json
from odoo.fields import Command
company = env.ref("base.main_company")
company.currency_id = env.ref("base.CNY")
usd = env.ref("base.USD")
usd.active = True
env["res.currency.rate"].search([]).unlink()
env["res.currency.rate"].create([
    {{"currency_id": usd.id, "company_id": company.id, "name": day, "rate": 0.14 + n % 7 / 1000}}
    for n, day in enumerate({days!r})
])
for code, product_class, margin, currency, months in {products!r}:
    env["bank.product"].create({{
        "code": code, "name": "Product " + code, "product_class": product_class, "margin_pct": margin,
        "currency_id": env.ref("base." + currency).id, "term_months": months or 0, "company_id": company.id,
    }})
env["res.users"].with_context(no_reset_password=True).create({{
    "login": {branch_login!r}, "name": "Branch Manager",
    "group_ids": (env.ref("bank_crm.group_branch_manager") + env.ref("base.group_user")).ids,
}})
policy = env.ref("bank_crm.bank_tier_policy_ccb")
policy._unguarded().write({{"state": "active", "valid_from": {first!r}}})
env["ir.cron"].search([]).active = False
env.cr.commit()  # forbidden-word-ok: a stand-alone script in the shell; the filling reads it afterwards
"""

REGION = f"""
manager = env["res.users"].search([("login", "=", {BRANCH_LOGIN!r})])
env["bank.branch"].search([("code", "=", "B001")]).manager_id = manager
env.cr.commit()  # forbidden-word-ok: a stand-alone script in the shell; the filling reads it afterwards
"""

# What the statements of `_money_sql` have to know of the rules.
RULES = """
import json
policy = env.ref("bank_crm.bank_tier_policy_ccb")
levels = policy.level_ids.sorted("min_amount")
company = env.ref("base.main_company")
print("RESULT", json.dumps({
    "company": company.id,
    "currency": company.currency_id.id,
    "carry": company.bank_balance_carry_days,
    "policy": policy.id,
    "enough": policy.coverage_min_days,
    "tiers": levels.tier_id.ids,
    "amounts": levels.mapped("min_amount"),
    "watch": levels.mapped("watch_after_months"),
    "downgrade": levels.mapped("downgrade_after_months"),
    "value_policy": env.ref("bank_crm.bank_value_policy_default").id,
    "passive": list(env["res.config.settings"]._bank_passive_kinds()),
    "cells": json.dumps(dict(env["bank.rfm.segment"]._cell_owners())),
}))
"""

# The evening before: what the night wrote is gone.
UNDO = (
    "DELETE FROM bank_customer_month WHERE month >= %(month)s",
    "DELETE FROM bank_tier_standing WHERE month >= %(month)s",
    "DELETE FROM bank_tier_history WHERE reason != 'initial'",
    *(
        f"DELETE FROM {table}"
        for table in (
            "bank_month_stale",
            "bank_figure_correction",
            "bank_customer_event",
            "bank_run",
            "bank_customer_value_history",
            "bank_customer_value",
        )
    ),
    """
    INSERT INTO bank_run (job, month, period_on, company_id, state, started_at, finished_at, processed, changed,
                          create_uid, create_date, write_uid, write_date)
    VALUES ('months', %(before)s, %(month)s, %(company)s, 'done', %(month)s, %(month)s, 0, 0, 1, now(), 1, now())
    """,
    """
    UPDATE res_partner partner SET tier_id = standing.tier_id FROM bank_tier_standing standing
     WHERE standing.partner_id = partner.id AND standing.month = %(before)s
       AND partner.tier_id IS DISTINCT FROM standing.tier_id
    """,
)
TOUCHED = (
    "bank_customer_month",
    "bank_tier_standing",
    "bank_tier_history",
    "bank_customer_value",
    "bank_customer_value_history",
    "bank_customer_event",
    "bank_balance",
    "res_partner",
)

# What both ways of the night must agree in, to the cent.
SUMS = {
    "months": """
        SELECT count(*), sum(adb_aum), sum(adb_deposit), sum(adb_fund), sum(adb_wealth), sum(adb_insurance),
               sum(adb_metal), sum(adb_loan), sum(adb_card), sum(eop_aum), sum(eop_deposit), sum(eop_wealth),
               sum(eop_loan), sum(eop_net_assets), sum(transaction_count), sum(inflow), sum(outflow),
               sum(contribution), sum(coverage_days), sum(days)
          FROM bank_customer_month WHERE month = %(month)s""",
    "tiers": """
        SELECT count(*), sum(metric_amount), sum(bad_months), sum(best_bad_amount), sum(months_left), sum(next_short),
               sum(tier_id), sum(reached_tier_id), sum(from_tier_id), sum(hashtext(state)::bigint),
               count(*) FILTER (WHERE state = 'upgraded'), count(*) FILTER (WHERE state = 'downgraded'),
               count(*) FILTER (WHERE state = 'watch'), count(*) FILTER (WHERE state = 'below'),
               (SELECT sum(tier_id) FROM res_partner WHERE is_bank_customer),
               (SELECT count(*) FROM bank_tier_history WHERE reason != 'initial'),
               (SELECT count(*) FROM bank_customer_event WHERE kind = 'tier.changed')
          FROM bank_tier_standing WHERE month = %(month)s""",
    "values": """
        SELECT count(*), sum(contribution), sum(rank_bank::bigint * partner_id), sum(rank_branch), sum(rank_book),
               sum(cumulative_bank), sum(cumulative_branch), sum(cumulative_book), sum(recency_days), sum(frequency),
               sum(hashtext(abc_bank || COALESCE(abc_branch, '') || COALESCE(abc_book, ''))::bigint),
               sum(hashtext(rfm_cell)::bigint), sum(rfm_segment_id), sum(hashtext(previous_class)::bigint),
               sum(hashtext(top_share)::bigint),
               (SELECT sum(hashtext(value_class)::bigint) FROM res_partner WHERE is_bank_customer),
               (SELECT count(*) FROM bank_customer_value_history),
               (SELECT count(*) FROM bank_customer_event WHERE kind = 'value.changed')
          FROM bank_customer_value WHERE month = %(month)s""",
}


def customers_of(context):
    """How many customers `--scale` means: itself from 1,000 on, below that a factor of one million."""
    return round(context.scale) if context.scale >= PLAIN_SCALE else context.rows(CUSTOMERS)


class Bank:
    """A bank with so many customers; filled when there is none yet.

    Its attributes: ``database``, ``connection`` (autocommit), ``customers``, ``values`` (parameters of statements),
    ``today`` (the day of the night).
    """

    def __init__(self, context, customers):
        self.context = context
        self.customers = customers
        self.today = datetime.date.today().replace(day=1)
        last = self.today - datetime.timedelta(days=1)
        self.month = last.replace(day=1)
        self.database, is_new = context.kept_database(f"{customers}_{self.month:%Y%m}", shared="money")
        if is_new:
            context.say(f"filling {self.database} with {customers:,} customers (kept for the next time)")
            self._set_up()
        self.connection = context.connect(self.database)
        self.values = {
            **context.shell(self.database, RULES),
            **self._dates(self.month),
        }
        if is_new:
            self._fill()
            context.keep(self.database)

    @staticmethod
    def _dates(month):
        """Parameters about a month."""
        last = (month + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
        before = (month - datetime.timedelta(days=1)).replace(day=1)
        return {"month": month, "last": last, "before": before, "days": last.day}

    def _set_up(self):
        first = (self.month - datetime.timedelta(days=30 * _money_draw.HISTORY)).replace(day=1)
        days = [str(first + datetime.timedelta(days=n)) for n in range(430)]
        code = SETUP.format(days=days, products=_money_draw.PRODUCTS, first=str(first), branch_login=BRANCH_LOGIN)
        self.staff = self.context.shell(self.database, code + _population.staff(MANAGERS) + REGION)

    def _fill(self):
        start = time.monotonic()
        _population.fill(self.connection, self.staff, self.customers)
        _money_draw.fill(self.context, self.connection, {**self.values, **self.staff})
        self.reset()
        self.context.say(f"filled in {time.monotonic() - start:,.0f} s")

    def reset(self):
        """Bring back the evening before the night: nobody knows the month's figures; value classes of the month
        before it."""
        with self.connection.cursor() as cr:
            with _without_triggers(cr):
                for statement in UNDO:
                    cr.execute(statement, self.values)
                cr.execute("VACUUM bank_customer_value, bank_customer_value_history, bank_customer_event, res_partner")
                _money_sql.run(self.connection, ["values"], {**self.values, **self._dates(self.values["before"])})
                cr.execute("DELETE FROM bank_customer_event")
            for table in TOUCHED:
                cr.execute(f"VACUUM ANALYZE {table}")

    def is_closed(self):
        """Whether the night has been done."""
        with self.connection.cursor() as cr:
            cr.execute("SELECT EXISTS (SELECT FROM bank_customer_value WHERE month = %(month)s)", self.values)
            return cr.fetchone()[0]

    def sums(self, job):
        """What a job has written, in numbers that must not depend on who wrote it."""
        with self.connection.cursor() as cr:
            cr.execute(SUMS[job], self.values)
            return [None if value is None else float(value) for value in cr.fetchone()]

    def of_first(self, customers):
        """What the night found of so many customers: `{aum, states: {state: customers}}`."""
        with self.connection.cursor() as cr:
            cr.execute(
                """
                SELECT state, count(*), sum(metric_amount) FROM bank_tier_standing
                 WHERE month = %(month)s AND partner_id IN (
                       SELECT id FROM res_partner WHERE is_bank_customer ORDER BY id LIMIT %(customers)s)
                 GROUP BY state
                """,
                {**self.values, "customers": customers},
            )
            rows = cr.fetchall()
        return {"aum": float(sum(row[2] for row in rows)), "states": {row[0]: row[1] for row in rows}}

    def size(self):
        """Of the database, in GB."""
        with self.connection.cursor() as cr:
            cr.execute("SELECT pg_database_size(current_database()) / 1e9")
            return float(cr.fetchone()[0])
