"""The keys of a holding's row, and the columns that they are written to."""

from . import convert, references
from .schema import Many, Schema

OWNER_ROLES = ("owner", "joint")

# key of a row: column of bank_holding
HOLDING_COLUMNS = {
    "product_code": "product_id",
    "currency": "currency_id",
    "opened_on": "opened_on",
    "matures_on": "matures_on",
    "closed_on": "closed_on",
    "branch_code": "branch_id",
    "is_held_away": "is_held_away",
}


def holding_schema(env, source, rows):
    """Return the :class:`Schema` of holdings, with the references that occur in ``rows``."""
    customers = references.customers(env, source, references.texts(_parties(rows), "customer_external_id"))
    fields = {
        "external_id": convert.text(128, trimmed=True),
        "product_code": convert.reference(
            references.products(env, references.texts(rows, "product_code")), "unknown_product"
        ),
        "number": convert.text(64),
        "currency": convert.reference(references.currencies(env), "unknown_currency"),
        "opened_on": convert.date(),
        "matures_on": convert.date(),
        "closed_on": convert.date(),
        "branch_code": convert.reference(
            references.branches(env, references.texts(rows, "branch_code")), "unknown_branch"
        ),
        "balance": convert.amount(),
        "balance_on": convert.date(latest=references.tomorrow(env)),
        "is_held_away": convert.boolean(),
        "parties": Many(
            Schema(
                {
                    "customer_external_id": convert.reference(customers, "unknown_customer"),
                    "role": convert.choice(env["bank.holding.party"]._fields["role"].get_values(env)),
                    "share_pct": convert.amount(lowest=0, highest=100),
                },
                ["customer_external_id", "role"],
            )
        ),
    }
    return Schema(fields, ["external_id", "product_code", "parties"])


def _parties(rows):
    """Return the raw rows of all parties; what is none is left to the schema."""
    return [
        party for row in rows if type(row) is dict and type(parties := row.get("parties")) is list for party in parties
    ]
