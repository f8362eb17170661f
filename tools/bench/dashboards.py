"""Boards and pivots of money at a million customers, beside their bare SQL; the simulation of a tier policy.

`--scale` as for `night`, whose database it shares.
"""

import statistics

from tools.bench import _money_bank, _money_jobs, _money_sql, _population
from tools.bench._money_bank import Bank, customers_of
from tools.bench._web_client import WebClient

LIMIT = "500 ms"
AIM = "<= 1.5"
SIMULATED = (1, 6)  # months
REPETITIONS = 15


def run(context):
    """Measure.

    :returns: rows for `tools.dev.bench_table`; ``seconds`` is the median of one call
    """
    bank = Bank(context, customers_of(context))
    if not bank.is_closed():
        context.say("closing the month, by hand")
        _money_sql.run(bank.connection, tuple(_money_sql.JOBS), bank.values)
    rows = [_build(context, bank)]
    logins = {
        "bank": "admin",
        "branch": _money_bank.BRANCH_LOGIN,
        "book": f"{_population.MANAGER_LOGIN}0",
    }
    context.say("boards and pivots in an Odoo process")
    for board in _shell(context, bank, "measure", logins=logins):
        bare = {"name": f"bare SQL, {board['name']}", "seconds": board["bare"]}
        ours = {"name": board["name"], "seconds": board["ours"], "queries": board["queries"], "beside": bare["name"]}
        rows += [bare, {**ours, "aim": AIM, "budget": LIMIT}]
    rows += _pages(context, bank)
    for months in SIMULATED:
        found = _shell(context, bank, "simulate", months=months)
        note = f"{found['customers']:,} customers, {found['up']:,} up, {found['down']:,} down"
        rows.append({"name": f"simulation of a policy, {months} months", "seconds": found["seconds"], "note": note})
    return rows


def _shell(context, bank, call, **arguments):
    code = _money_jobs.shell_code(call, module="_money_boards", today=str(bank.today), **arguments)
    return context.shell(bank.database, code)


def _build(context, bank):
    context.say("the totals of the boards, every month anew")
    found = _shell(context, bank, "build")
    with bank.connection.cursor() as cr:
        for table in ("total", "move", "mover", "maturity", "concentration"):
            cr.execute(f"VACUUM ANALYZE bank_money_{table}")
    name = f"totals of the boards, {found['months']} months anew"
    return {"name": name, "seconds": found["seconds"], "note": f"{found['totals']:,} totals"}


def _pages(context, bank):
    """The boards over HTTP, as the browser asks for them."""
    rows = []
    with context.server(bank.database) as server:
        for login, password in (("admin", "admin"), (f"{_population.MANAGER_LOGIN}0", _population.PASSWORD)):
            client = WebClient(server.url, bank.database, login, password)
            for method, title in (("overview", "Money Board"), ("tiers", "Tier Board")):
                call = client.timed("bank.money.board", method, {})
                call()  # warms the caches
                times = [call() for _time in range(REPETITIONS)]
                name = f"over HTTP, {title}: {'bank' if login == 'admin' else 'book'}"
                rows.append({"name": name, "seconds": statistics.median(times), "budget": LIMIT})
    return rows
