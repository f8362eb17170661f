"""What of a refused row is kept: codes and dates that name nobody."""

from .problems import printable

TELLING_NOTHING = frozenset(
    {
        "booked_on",
        "branch_code",
        "closed_on",
        "country_code",
        "currency",
        "customer_external_id",
        "date",
        "external_id",
        "holding_external_id",
        "is_held_away",
        "kind",
        "lang",
        "manager_login",
        "matures_on",
        "opened_on",
        "preferred_channel",
        "product_code",
        "role",
        "share_pct",
        "type",
    }
)
HIDDEN = "****"


def mask_row(row):
    """Return ``{key: value or ****}``, with lists of rows masked in the same way."""
    if type(row) is not dict:
        return {"row": HIDDEN}
    return {printable(key, 64): _mask(key, value) for key, value in row.items()}


def _mask(key, value):
    if type(value) is list:
        return [mask_row(item) for item in value[:20]]
    if key in TELLING_NOTHING and type(value) in (str, int, float, bool):
        return printable(value, 64)
    return value if value is None else HIDDEN
