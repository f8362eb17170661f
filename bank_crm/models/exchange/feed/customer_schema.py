"""The keys of a customer's row, and the columns that they are written to."""

import datetime

from . import convert, references
from .schema import Many, Schema

TYPES = {"individual": "individual", "sole_trader": "sole_trader", "company": "company"}
OLDEST = 150  # years, as bank.financial.profile checks it

# key of a row: column of res_partner
PARTNER_COLUMNS = {
    "name": "name",
    "customer_number": "customer_number",
    "type": "customer_type",
    "email": "email",
    "phone": "phone",
    "street": "street",
    "city": "city",
    "zip": "zip",
    "country_code": "country_id",
    "lang": "lang",
    "preferred_channel": "preferred_channel",
}
# key of a row: column of bank_financial_profile
PROFILE_COLUMNS = {
    "birthdate": "birthdate",
    "gender": "gender",
    "nationality": "nationality_id",
    "relationship_start_on": "relationship_start_on",
    "occupation": "occupation",
    "annual_income": "annual_income",
    "currency": "currency_id",
}


def customer_schema(env, rows):
    """Return the :class:`Schema` of customers, with the references that occur in ``rows``."""
    today = env["bank.run"]._today()
    countries = convert.reference(references.countries(env), "unknown_country")
    fields = {
        "external_id": convert.text(128, trimmed=True),
        "name": convert.text(256),
        "customer_number": convert.text(64, trimmed=True),
        "type": convert.choice(TYPES),
        "birthdate": convert.date(_years_ago(today, OLDEST), today),
        "gender": _selection(env, "bank.financial.profile", "gender"),
        "nationality": countries,
        "email": convert.text(254),
        "phone": convert.text(64),
        "street": convert.text(256),
        "city": convert.text(128),
        "zip": convert.text(24),
        "country_code": countries,
        "lang": convert.reference(references.languages(env), "unknown_language"),
        "branch_code": convert.reference(
            references.branches(env, references.texts(rows, "branch_code")), "unknown_branch"
        ),
        "manager_login": convert.reference(
            references.managers(env, references.texts(rows, "manager_login")), "unknown_manager"
        ),
        "relationship_start_on": convert.date(latest=today + datetime.timedelta(days=366)),
        "occupation": convert.text(128),
        "annual_income": convert.amount(lowest=0),
        "currency": convert.reference(references.currencies(env), "unknown_currency"),
        "preferred_channel": _selection(env, "res.partner", "preferred_channel"),
        "identity_documents": Many(_document_schema(env, countries, today)),
    }
    return Schema(fields, ["external_id", "name"])


def _document_schema(env, countries, today):
    return Schema(
        {
            "type": _selection(env, "bank.identity.document", "type"),
            "number": convert.text(64),
            "country_code": countries,
            "issued_on": convert.date(latest=today + datetime.timedelta(days=1)),
            "expires_on": convert.date(),
        },
        ["type", "number"],
    )


def _selection(env, model, field):
    return convert.choice(env[model]._fields[field].get_values(env))


def _years_ago(day, years):
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
