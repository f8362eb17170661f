"""What core banking has sent: the last balances once more, and batches with faults in them."""

from ..plan.postings import make_postings
from .finances import SOURCE


def push_last_balances(env, plan, holdings):
    """Send the newest balances through the public interface, and two batches of which rows are refused."""
    exchange = env["bank.exchange"]
    rows = [
        {
            "holding_external_id": holding.external_id,
            "date": row.balances[-1][0].isoformat(),
            "amount": row.balances[-1][1],
        }
        for row, holding in zip(plan.holdings, holdings, strict=True)
        if row.balances
    ]
    unknown = {**rows[0], "holding_external_id": "H999999"}
    impossible = {**rows[1], "date": "2026-02-30"}
    day = max(row["date"] for row in rows)
    for name, batch in (("balances", rows), ("balances-evening", [*rows[:80], unknown])):
        exchange.push_balances(SOURCE, f"{name}-{day}", batch, on_error="skip_row")
    exchange.push_balances(SOURCE, f"balances-correction-{day}", [*rows[:3], unknown, impossible])
    env["bank.financial.profile"]._refresh_totals(holdings.party_ids.partner_id.ids)


def push_postings(env, plan, holdings):
    """Send the postings of the current accounts through the public interface."""
    rows = []
    for posting in make_postings(plan):
        row = {
            "external_id": f"P{posting.serial:06}",
            "holding_external_id": holdings[posting.holding].external_id,
            "booked_on": posting.booked_on.isoformat(),
            "amount": posting.amount,
            "kind": posting.kind,
            "channel": posting.channel,
        }
        rows.append({**row, "counterparty": posting.counterparty} if posting.counterparty else row)
    day = max(row["booked_on"] for row in rows)
    env["bank.exchange"].push_transactions(SOURCE, f"postings-{day}", rows)
