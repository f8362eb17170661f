"""The keys that a registration may have."""

from odoo.addons.bank_crm.models.exchange.feed import convert
from odoo.addons.bank_crm.models.exchange.feed.schema import Many, Schema

from .convert import codes, email, moment, prose, whole_number

LONGEST_REFERENCE = 128
LONGEST_TEXT = 100_000
REQUIRED = ("kind", "subject", "description")
PARTY_ROLES = ("complainant", "representative", "agent", "heir", "third_party")


def registration(env, found, latest_day, required=REQUIRED):
    """Return the :class:`Schema` of a registration.

    :param found: ``{"channel", "product", "cause", "branch", "regime", "lang": {code: id}}``
    :param latest_day: the date of today where it is latest
    """
    ticket = env["bank.ticket"]._fields
    return Schema(
        {
            "kind": convert.choice(ticket["kind"].get_values(env)),
            "subject": convert.text(256),
            "description": prose(LONGEST_TEXT),
            "customer_number": convert.text(64, trimmed=True),
            "email": email(),
            "anonymous": convert.boolean(),
            "external_ref": convert.text(LONGEST_REFERENCE, trimmed=True),
            "channel_code": convert.reference(found["channel"], "unknown_code"),
            "product_code": convert.reference(found["product"], "unknown_code"),
            "cause_code": convert.reference(found["cause"], "unknown_code"),
            "branch_code": convert.reference(found["branch"], "unknown_branch"),
            "received_at": moment(),
            "forwarded_at": moment(),
            "incident_on": convert.date(latest=latest_day),
            "regime_codes": codes(found["regime"], "unknown_regime"),
            "severity": convert.choice(ticket["severity"].get_values(env)),
            "requested_remedy": prose(10_000),
            "contact_name": convert.text(128),
            "contact_phone": convert.text(64),
            "lang": convert.reference(found["lang"], "unknown_language"),
            "holding_external_id": convert.text(128, trimmed=True),
            "affected_count": whole_number(1, 1_000_000),
            "parties": Many(
                Schema(
                    {
                        "role": convert.choice(PARTY_ROLES),
                        "name": convert.text(128),
                        "phone": convert.text(64),
                        "email": email(),
                    },
                    required=("role", "name"),
                )
            ),
        },
        required=required,
    )


def without_false(row):
    """Return a row with null for false: XML-RPC clients have no other way to say "nothing"."""
    if type(row) is not dict:
        return row
    return {key: None if value is False and key != "anonymous" else value for key, value in row.items()}
