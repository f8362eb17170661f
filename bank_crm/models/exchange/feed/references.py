"""Codes and external ids that occur in a batch -> ids, with one query for each kind."""

import datetime
from typing import NamedTuple

from odoo.tools import SQL

from .convert import has_control_characters


def texts(rows, key):
    """Return the different texts under ``key`` in raw rows; whatever is no text is left to the schema."""
    found = {value for row in rows if type(row) is dict and type(value := row.get(key)) is str}
    return [value for value in found if value.isprintable() or not has_control_characters(value)]


def _map(env, query):
    return dict(env.execute_query(query))


def branches(env, codes):
    """Return ``{code: id}`` of branches of the current company, closed ones too: old accounts belong to them."""
    if not codes:
        return {}
    return _map(
        env,
        SQL("SELECT code, id FROM bank_branch WHERE company_id = %s AND code = ANY(%s)", env.company.id, codes),
    )


def managers(env, logins):
    """Return ``{login: id}`` of active employees who may work in the current company."""
    if not logins:
        return {}
    return _map(
        env,
        SQL(
            """SELECT users.login, users.id
                 FROM res_users users
                 JOIN res_company_users_rel rel ON rel.user_id = users.id AND rel.cid = %s
                WHERE users.active AND NOT users.share AND users.login = ANY(%s)""",
            env.company.id,
            logins,
        ),
    )


def currencies(env):
    """Return ``{name: id}`` of active currencies."""
    return _map(env, SQL("SELECT name, id FROM res_currency WHERE active"))


def countries(env):
    """Return ``{ISO code: id}``."""
    return _map(env, SQL("SELECT code, id FROM res_country WHERE code IS NOT NULL"))


def languages(env):
    """Return ``{code: code}`` of installed languages."""
    return {code: code for code, _name in env["res.lang"].get_installed()}


def products(env, codes):
    """Return ``{code: id}`` of products of the current company and of all companies."""
    if not codes:
        return {}
    return _map(
        env,
        SQL(
            """SELECT code, id FROM bank_product
                WHERE code = ANY(%s) AND (company_id IS NULL OR company_id = %s) ORDER BY company_id NULLS FIRST""",
            codes,
            env.company.id,
        ),
    )


def customers(env, source, external_ids):
    """Return ``{external_id: partner id}`` of customers that ``source`` has sent."""
    if not external_ids:
        return {}
    return _map(
        env,
        SQL(
            """SELECT external_id, partner_id FROM bank_exchange_key
                WHERE source = %s AND company_id = %s AND external_id = ANY(%s)""",
            source,
            env.company.id,
            external_ids,
        ),
    )


def holdings(env, source, external_ids):
    """Return ``{external_id: (id, currency id)}`` of holdings that ``source`` has sent."""
    if not external_ids:
        return {}
    rows = env.execute_query(
        SQL(
            """SELECT external_id, id, currency_id FROM bank_holding
                WHERE source = %s AND company_id = %s AND external_id = ANY(%s)""",
            source,
            env.company.id,
            external_ids,
        )
    )
    return {row[0]: row[1:] for row in rows}


class BookedHolding(NamedTuple):
    """What a posting has to know of its holding."""

    id: int
    currency_id: int
    product_class: str
    balance_source: str  # see bank.holding; None while there is no balance
    is_erased: bool  # its owner was anonymised: no words about him are kept any more


def booked_holdings(env, source, external_ids):
    """Return ``{external_id: BookedHolding}`` of holdings that ``source`` has sent."""
    if not external_ids:
        return {}
    condition = SQL(
        "holding.source = %s AND holding.company_id = %s AND holding.external_id = ANY(%s)",
        source,
        env.company.id,
        external_ids,
    )
    return {row[0]: BookedHolding(*row[1:]) for row in _booked(env, condition)}


def booked_holdings_by_id(env, ids):
    """Return ``{id: BookedHolding}``."""
    return {row[1]: BookedHolding(*row[1:]) for row in _booked(env, SQL("holding.id = ANY(%s)", ids))}


def _booked(env, condition):
    return env.execute_query(
        SQL(
            """SELECT holding.external_id, holding.id, holding.currency_id, holding.product_class,
                      holding.balance_source, COALESCE(owner.is_anonymized, FALSE)
                 FROM bank_holding holding
                 LEFT JOIN res_partner owner ON owner.id = holding.owner_id
                WHERE %s""",
            condition,
        )
    )


def tomorrow(env):
    """Return the last date that a balance may have: books in other time zones close before ours."""
    return env["bank.run"]._today() + datetime.timedelta(days=1)
