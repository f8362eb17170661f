"""Branches, products and the currency that the rows refer to: created where missing, never changed.

What an administrator has renamed or moved stays as it is; only the codes matter to the exchange.
"""
from __future__ import annotations

from tools.importer.server import ServerError

from .mapping import CURRENCY, wanted_branches, wanted_products

_ALSO_ARCHIVED = {"active_test": False}
_FAMILY_NAMES = {"deposit": "Berka accounts", "loan": "Berka loans", "card": "Berka cards"}


def ensure_configuration(server, dataset):
    """Create what is missing.

    :param server: logged-in :class:`tools.importer.server.Server`
    :param dataset: what is going to be loaded
    :return: dictionary of what was done -> number of records
    """
    return {
        "currency switched on": _ensure_currency(server),
        "branches created": _ensure_branches(server, wanted_branches(dataset)),
        "product families created": _ensure_families(server),
        "products created": _ensure_products(server, wanted_products()),
    }


def has_exchange_rate(server):
    """:return: whether amounts in the source's currency can be converted; without a rate Odoo takes 1 for 1"""
    return bool(server.call("res.currency.rate", "search_count", [["currency_id.name", "=", CURRENCY]]))


def _ensure_currency(server):
    currencies = server.call(
        "res.currency", "search_read", [["name", "=", CURRENCY]], ["active"], context=_ALSO_ARCHIVED
    )
    if not currencies:
        raise ServerError(f"The currency {CURRENCY} does not exist. Create it as an administrator.")
    if currencies[0]["active"]:
        return 0
    try:
        server.call("res.currency", "write", [currencies[0]["id"]], {"active": True})
    except ServerError as error:
        raise ServerError(
            f"The currency {CURRENCY} is not active. Activate it as an administrator. ({error})"
        ) from error
    return 1


def _ids_by_code(server, model):
    records = server.call(model, "search_read", [["code", "=like", "BERKA-%"]], ["code"], context=_ALSO_ARCHIVED)
    return {record["code"]: record["id"] for record in records}


def _ensure_branches(server, wanted):
    """Regions first: a district's branch needs its parent's id."""
    known = _ids_by_code(server, "bank.branch")
    created = 0
    for layer in (
        [branch for branch in wanted if not branch.parent_code],
        [branch for branch in wanted if branch.parent_code],
    ):
        missing = [branch for branch in layer if branch.code not in known]
        created += len(missing)
        known |= _create(server, "bank.branch", [
            {"code": branch.code, "name": branch.name, "parent_id": known.get(branch.parent_code, False)}
            for branch in missing
        ])
    return created


def _ensure_families(server):
    known = _ids_by_code(server, "bank.product.family")
    missing = [product_class for product_class in _FAMILY_NAMES if _family_code(product_class) not in known]
    _create(server, "bank.product.family", [
        {"code": _family_code(name), "name": _FAMILY_NAMES[name], "product_class": name} for name in missing
    ])
    return len(missing)


def _ensure_products(server, wanted):
    families = _ids_by_code(server, "bank.product.family")
    known = _ids_by_code(server, "bank.product")
    currency_id = server.call("res.currency", "search", [["name", "=", CURRENCY]], limit=1)[0]
    missing = [product for product in wanted if product.code not in known]
    _create(server, "bank.product", [
        {
            "code": product.code,
            "name": product.name,
            "family_id": families[_family_code(product.product_class)],
            "currency_id": currency_id,
        }
        for product in missing
    ])
    return len(missing)


def _create(server, model, values_list):
    """:return: dictionary code -> id of the new records"""
    if not values_list:
        return {}
    ids = server.call(model, "create", values_list)
    return {values["code"]: record_id for values, record_id in zip(values_list, ids, strict=True)}


def _family_code(product_class):
    return f"BERKA-{product_class.upper()}"
