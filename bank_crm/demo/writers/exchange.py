"""What core banking has sent: the last balances once more, and batches with faults in them."""

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
