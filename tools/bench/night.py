"""The night in which a month closes: averages, tiers and value classes of a million customers.

Beside the same results in hand-written SQL, and beside an ORM loop over a sample. `--scale 1000000` is the number of
customers (10,000, 100,000 and the number itself are measured); below 1,000 it is a factor of one million.
"""

from tools.bench import _money_jobs, _money_sql
from tools.bench._money_bank import Bank, customers_of

SMALLER = (10_000, 100_000)
SAMPLE = 5_000
CHANGED = 0.01
JOBS = tuple(_money_sql.JOBS)
NAMES = {"months": "averages of the month", "tiers": "tiers", "values": "value classes"}
OTHERS = {
    "running": "the month that begins",
    "late_months": "late changes (none)",
    "group_months": "households (none)",
}


def run(context):
    """Measure.

    :returns: rows for `tools.dev.bench_table`
    """
    full = customers_of(context)
    rows = []
    for customers in (*(size for size in SMALLER if size < full), full):
        bank = Bank(context, customers)
        bank.reset()
        hand = _by_hand(context, bank)
        bank.reset()
        rows += _night(context, bank, hand)
        if customers == full:
            rows += _again(context, bank)
            rows += _loop(context, bank, rows)
            rows += _corrections(context, bank, rows)
        bank.connection.close()
    return rows + _costs(rows)


def _name(customers, what):
    return f"{customers:,}: {what}"


def _by_hand(context, bank):
    """The seconds of the hand-written statements, and the sums that they leave."""
    context.say(f"{bank.customers:,} customers ({bank.size():.1f} GB): by hand")
    seconds = _money_sql.run(bank.connection, JOBS, bank.values)
    return seconds, {job: bank.sums(job) for job in JOBS}


def _shell(context, bank, call, **arguments):
    code = _money_jobs.shell_code(call, today=str(bank.today), **arguments)
    return context.shell(bank.database, code)


def _night(context, bank, hand):
    """Our night; the results have to be those of the hand-written statements."""
    context.say(f"{bank.customers:,} customers: the night")
    found = _shell(context, bank, "night")
    memory = found.pop("memory")
    seconds, sums = hand
    rows = []
    for job in JOBS:
        if bank.sums(job) != sums[job]:
            raise RuntimeError(f"{job}: other results than by hand\n{sums[job]}\n{bank.sums(job)}")
        by_hand, ours = (_name(bank.customers, f"{side}, {NAMES[job]}") for side in ("by hand", "the night"))
        rows.append({"name": by_hand, "seconds": seconds[job]})
        rows.append({"name": ours, "seconds": found[job]["seconds"], "beside": by_hand})
    for job, title in OTHERS.items():
        rows.append({"name": _name(bank.customers, f"the night, {title}"), "seconds": found[job]["seconds"]})
    by_hand, ours = (_name(bank.customers, side) for side in ("by hand", "the night"))
    whole = sum(job["seconds"] for job in found.values())
    note = f"{whole / 60:.1f} minutes; at most {memory['odoo']:,.0f} MB, "
    note += f"its database process {memory['database']:,.0f} MB with its shared buffers"
    rows.append({"name": by_hand, "seconds": sum(seconds.values())})
    rows.append({"name": ours, "seconds": whole, "beside": by_hand, "aim": "<= 2.0", "note": note})
    return rows


def _again(context, bank):
    """The second run changes nothing."""
    before = {job: bank.sums(job) for job in JOBS}
    found = _shell(context, bank, "again", jobs=_money_jobs.JOBS)
    changed = sum(job["changed"] for job in found.values())
    if changed or before != {job: bank.sums(job) for job in JOBS}:
        raise RuntimeError(f"the second run changed {changed} rows: {found}")
    seconds = sum(job["seconds"] for job in found.values())
    name = _name(bank.customers, "the same night again")
    return [{"name": name, "seconds": seconds, "note": "0 rows changed"}]


def _loop(context, bank, rows):
    """An ORM loop over a sample, scaled up; it works on the evening before."""
    sample = min(SAMPLE, bank.customers)
    expected = bank.of_first(sample)
    bank.reset()
    context.say(f"an ORM loop over {sample:,} customers")
    found = _shell(context, bank, "loop", customers=sample)
    if abs(expected["aum"] - found["aum"]) > 1 or expected["states"] != found["states"]:
        raise RuntimeError(f"the ORM loop has other results: {found}, not {expected}")
    bank.reset()
    context.say("the night once more, for the corrections")
    _shell(context, bank, "night")
    [ours] = [row for row in rows if row["name"] == _name(bank.customers, "the night")]
    loop = {"name": f"ORM loop over {sample:,}", "rows": sample, "seconds": found["seconds"]}
    name = _name(bank.customers, "the night beside the loop")
    faster = {"name": name, "rows": bank.customers, "seconds": ours["seconds"], "beside": loop["name"], "aim": ">= 50"}
    return [loop, faster]


def _corrections(context, bank, rows):
    """One balance in a hundred is corrected after the month has closed."""
    found = []
    whole = _name(bank.customers, "the night")
    for scattered, title in ((False, "of one customer in 100"), (True, "scattered over all customers")):
        context.say(f"1 % of the balances corrected, {title}")
        sent = _shell(context, bank, "correct", share=CHANGED, scattered=scattered)
        night = _shell(context, bank, "again", jobs=_money_jobs.AFTER_CORRECTIONS)
        note = f"{sent['balances']:,} balances, {sent['customers']:,} customers; sent in {sent['seconds']:,.0f} s; "
        note += ", ".join(f"{job} {done['seconds']:,.1f} s" for job, done in night.items())
        row = {"name": _name(bank.customers, f"1 % of the balances corrected, {title}"), "note": note}
        row |= {"seconds": sum(done["seconds"] for done in night.values()), "beside": whole, "aim": "<= 0.05"}
        found.append(row)
    return found


def _costs(rows):
    """The cost of a customer at each size, beside the smallest."""
    nights = [row for row in rows if row["name"].endswith(": the night")]
    found = []
    for row in nights:
        customers = int(row["name"].partition(":")[0].replace(",", ""))
        cost = {
            "name": _name(customers, "the night, for 1,000 customers"),
            "seconds": row["seconds"] / customers * 1000,
        }
        if found:
            cost |= {"beside": found[0]["name"], "aim": "<= 1.15"}
        found.append(cost)
    return found
