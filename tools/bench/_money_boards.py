"""The boards in an Odoo process of its own: what a user calls, beside the same rows in bare SQL on the same cursor.

Bare SQL reads the tables that the board reads and knows beforehand what the user may see.
"""

import gc
import statistics
import time
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from tools.bench._money_jobs import _set_today, _timed

REPETITIONS = 15
AMOUNTS = (
    "sum(customers), sum(eop_aum), sum(eop_deposit), sum(eop_wealth), sum(eop_loan), sum(eop_net_assets), "
    "sum(adb_aum), sum(adb_deposit), sum(adb_fund), sum(adb_wealth), sum(adb_insurance), sum(adb_metal), "
    "sum(adb_other), sum(contribution), sum(inflow), sum(outflow)"
)
MONTHS = "SELECT month FROM bank_money_month WHERE company_id = %(company)s AND computed_at IS NOT NULL ORDER BY month"
TREND = f"""SELECT month, {AMOUNTS} FROM bank_money_total
             WHERE {{scope}} AND month BETWEEN %(first)s AND %(month)s GROUP BY month ORDER BY month"""
GROUPS = """SELECT tier_id, branch_id, relationship_manager_id, sum(customers), sum(eop_aum), sum(eop_net_assets),
                   sum(contribution) FROM bank_money_total WHERE {scope} AND month = %(month)s
             GROUP BY GROUPING SETS ((tier_id), (branch_id), (relationship_manager_id))"""
MOVES = """SELECT from_tier_id, to_tier_id, state, sum(customers), sum(amount) FROM bank_money_move
            WHERE {scope} AND month = %(month)s GROUP BY 1, 2, 3"""
MOVERS = tuple(
    f"""SELECT mover.partner_id, partner.complete_name, mover.amount, mover.aum, tier.name FROM (
               SELECT * FROM bank_money_mover WHERE {{scope}} AND month = %(month)s AND kind = '{kind}'
                ORDER BY {order} LIMIT 10) AS mover
          JOIN res_partner partner ON partner.id = mover.partner_id
          LEFT JOIN bank_tier tier ON tier.id = mover.tier_id"""
    for kind, order in (("gain", "amount DESC, id"), ("loss", "amount, id"), ("risk", "aum DESC, id"))
)
CLASSES = "SELECT {abc}, sum(customers), sum(amount) FROM bank_money_concentration WHERE {scope} GROUP BY 1"
WALL = """SELECT CASE WHEN matures_on <= %(today)s + 30 THEN 0 WHEN matures_on <= %(today)s + 60 THEN 1 ELSE 2 END,
                 sum(holdings), sum(amount) FROM bank_money_maturity
           WHERE {scope} AND product_class NOT IN ('loan', 'card') AND matures_on BETWEEN %(today)s AND %(today)s + 90
           GROUP BY 1"""
TIERS = "SELECT id, name, color, sequence FROM bank_tier ORDER BY sequence DESC"
BRANCHES = (
    "SELECT id, name, parent_path FROM bank_branch WHERE company_id = %(company)s AND {below} ORDER BY parent_path"
)
MANAGERS = """SELECT DISTINCT partner.name, users.id FROM res_users users
                JOIN res_partner partner ON partner.id = users.partner_id
                JOIN bank_money_total total ON total.relationship_manager_id = users.id
               WHERE total.company_id = %(company)s AND total.month = %(month)s AND {total_scope} ORDER BY 1"""
OVERVIEW = (MONTHS, TREND, GROUPS, MOVES, *MOVERS, CLASSES, WALL, TIERS, BRANCHES, MANAGERS)
TIER_BOARD = (MONTHS, GROUPS, MOVES, TIERS, BRANCHES, MANAGERS)

# What the pivots of three actions ask when they open, and the same rows in bare SQL
PIVOTS = {
    "maturity wall, by week and class": (
        "bank.money.maturity",
        [[], ["matures_on:week"], ["matures_on:week", "product_class"]],
        ["amount:sum", "__count"],
        """SELECT date_trunc('week', matures_on), product_class, sum(amount), count(*) FROM bank_money_maturity
            WHERE {scope} GROUP BY GROUPING SETS ((), (1), (1, 2))""",
    ),
    "migration matrix": (
        "bank.money.move",
        [[], ["from_tier_id"], ["to_tier_id"], ["from_tier_id", "to_tier_id"]],
        ["customers:sum", "__count"],
        """SELECT from_tier_id, to_tier_id, sum(customers), count(*) FROM bank_money_move
            WHERE {scope} GROUP BY GROUPING SETS ((), (1), (2), (1, 2))""",
    ),
    "months by branch": (
        "bank.money.total",
        [[], ["branch_id"], ["month:month"], ["branch_id", "month:month"]],
        ["eop_aum:sum", "__count"],
        """SELECT branch_id, date_trunc('month', month), sum(eop_aum), count(*) FROM bank_money_total
            WHERE {scope} GROUP BY GROUPING SETS ((), (1), (2), (1, 2))""",
    ),
}


def build(env, *, today):
    """Let the run of the boards compute the totals of every month.

    :return: {seconds, months, totals (rows)}
    """
    _set_today(env, today)
    env.cr.execute("SELECT DISTINCT month FROM bank_customer_month")
    months = [row[0] for row in env.cr.fetchall()]
    env["bank.money.month"]._mark(months)
    done = _timed(env, lambda: env["bank.run"]._run_job("boards", again=True))
    return {**done, "months": len(months), "totals": env["bank.money.total"].search_count([])}


def measure(env, *, today, logins):
    """Each board of each user, interleaved with its bare SQL.

    :param logins: {"bank": …, "branch": …, "book": …}
    :return: [{name, ours, bare (medians of seconds), queries}]
    """
    _set_today(env, today)
    found = []
    for kind, login in logins.items():
        user = env["res.users"].search([("login", "=", login)])
        own = env(
            user=user.id, su=False, context={"lang": "en_US", "tz": "UTC", "allowed_company_ids": user.company_ids.ids}
        )
        for name, ours, statements in _cases(own, kind, user, date.fromisoformat(today)):
            found.append({"name": f"{name}: {kind}", **_compare(own, ours, statements)})
    return found


def _cases(env, kind, user, today):
    month = (today - timedelta(days=1)).replace(day=1)
    scope, below = "company_id = %(company)s", "TRUE"
    if kind == "branch":
        branches = env["bank.branch"].sudo().search([("id", "child_of", user.managed_branch_ids.ids)])
        scope += f" AND branch_id IN ({', '.join(map(str, branches.ids))})"
        below = f"id IN ({', '.join(map(str, branches.ids))})"
    elif kind == "book":
        scope += f" AND relationship_manager_id = {user.id}"
        below = "FALSE"
    words = {
        "scope": scope,
        "total_scope": scope.replace("company_id", "total.company_id").replace("branch_id", "total.branch_id"),
        "below": below,
        "abc": f"abc_{kind}",
    }
    words["total_scope"] = words["total_scope"].replace("AND relationship", "AND total.relationship")
    values = {
        "company": env.company.id,
        "month": month,
        "first": month - relativedelta(months=23),
        "today": today,
    }

    def bare(*statements):
        return [env.cr.mogrify(statement.format(**words), values).decode() for statement in statements]

    board = env["bank.money.board"]
    yield "Money Board", board.overview, bare(*OVERVIEW)
    yield "Tier Board", board.tiers, bare(*TIER_BOARD)
    for name, (model, sets, aggregates, statement) in PIVOTS.items():
        read = env[model].formatted_read_grouping_sets
        yield name, lambda read=read, sets=sets, aggregates=aggregates: read([], sets, aggregates), bare(statement)


def _compare(env, ours, statements):
    times = {"ours": [], "bare": []}
    queries = 0

    def in_sql():
        for statement in statements:
            env.cr.execute(statement)
            env.cr.fetchall()

    for turn in range(REPETITIONS + 1):
        for side, work in (("ours", ours), ("bare", in_sql)):
            env.invalidate_all()
            gc.collect()
            gc.disable()
            before, start = env.cr.sql_log_count, time.perf_counter()
            work()
            seconds = time.perf_counter() - start
            gc.enable()
            if side == "ours":
                queries = env.cr.sql_log_count - before
            if turn:  # the first one warms the caches
                times[side].append(seconds)
    return {side: statistics.median(taken) for side, taken in times.items()} | {"queries": queries}


def simulate(env, *, today, months):
    """Simulate the other shipped policy over so many months.

    :return: {seconds, customers, up, down}
    """
    _set_today(env, today)
    user = env.ref("base.user_admin")
    wizard = env(user=user.id)["bank.tier.simulation"].create(
        {"policy_id": env.ref("bank_crm.bank_tier_policy_bohai").id, "month_count": str(months)}
    )
    start = time.perf_counter()
    wizard.action_simulate()
    env.flush_all()
    seconds = time.perf_counter() - start
    found = {"seconds": seconds, "customers": wizard.customer_count, "up": wizard.up_count, "down": wizard.down_count}
    env.cr.rollback()
    return found
