"""A posting of each customer, and what it was before it was corrected."""


def furnish_transactions(world, holding, word):
    """Book what only the feed may book."""
    values = {
        "holding_id": holding.id,
        "currency_id": holding.currency_id.id,
        "booked_on": "2026-03-30",
        "amount": -12,
        "kind": "payment_out",
        "text": f"rent of {word}",
        "counterparty": f"landlord of {word}",
    }
    posting = (
        world.env["bank.transaction"]
        ._unsealed()
        .create({**values, "company_id": holding.company_id.id, "source": "core", "external_id": f"t {word}"})
    )
    revision = {**values, "transaction_id": posting.id, "changed_fields": "amount"}
    world.env["bank.transaction.revision"]._unsealed().create({**revision, "amount": -11})
