"""Places of the classification, the authority's labels, and branches that the rows refer to: created where missing.

What an administrator has renamed or moved stays as it is; only the codes matter.
"""
from __future__ import annotations

from tools.importer.server import ServerError

from .mapping import BranchWanted, company_branches
from .places import REGIME, SEPARATOR, wanted_places
from .records import CHANNELS

_ALSO_ARCHIVED = {"active_test": False}


def ensure_configuration(server, complaints):
    """Create what is missing.

    :param server: logged-in :class:`tools.importer.server.Server`
    :param complaints: what is going to be loaded
    :return: dictionary of what was done -> number of records
    :raises ServerError: if something is missing that only an administrator can give
    """
    regime_id = _regime_id(server)
    places = wanted_places(complaints)
    ids = _ids_of_places(server, places)
    _check_channels(server)
    return {
        "places of the classification created": _ensure_places(server, places, ids),
        "labels of the authority created": _ensure_labels(server, places, ids, regime_id),
        "branches created": _ensure_branches(server, company_branches(complaints)),
    }


def _regime_id(server):
    found = server.call("bank.ticket.regime", "search", [["code", "=", REGIME]], limit=1, context=_ALSO_ARCHIVED)
    if not found:
        raise ServerError(f"There is no regime with the code {REGIME}. Update the addon bank_crm_complaints.")
    return found[0]


def _check_channels(server):
    wanted = sorted(CHANNELS.values())
    domain = [["axis", "=", "channel"], ["code", "in", wanted]]
    rows = server.call("bank.ticket.taxon", "search_read", domain, ["code"])
    if missing := sorted(set(wanted) - {row["code"] for row in rows}):
        raise ServerError(f"The classification has no active channel {', '.join(missing)}. Add or activate it.")


def _ids_of_places(server, places):
    """:return: dictionary (axis, code) -> id of the places and of those above them, archived ones too"""
    codes = sorted({place.code for place in places} | {place.parent_code for place in places})
    rows = server.call(
        "bank.ticket.taxon", "search_read", [["code", "in", codes]], ["axis", "code"], context=_ALSO_ARCHIVED
    )
    return {(row["axis"], row["code"]): row["id"] for row in rows}


def _ensure_places(server, places, ids):
    """Those above come first: the ones below need their ids."""
    created = 0
    for depth in (0, 1):
        layer = [place for place in places if place.label_path.count(SEPARATOR) == depth]
        missing = [place for place in layer if (place.axis, place.code) not in ids]
        if unplaced := sorted({place.parent_code for place in missing if (place.axis, place.parent_code) not in ids}):
            raise ServerError(f"The classification has no place {', '.join(unplaced)}. Update bank_crm_complaints.")
        if missing:
            values_list = [
                {
                    "axis": place.axis,
                    "code": place.code,
                    "name": place.name,
                    "parent_id": ids[place.axis, place.parent_code],
                }
                for place in missing
            ]
            new_ids = server.call("bank.ticket.taxon", "create", values_list)
            ids.update(zip([(place.axis, place.code) for place in missing], new_ids, strict=True))
            created += len(missing)
    return created


def _ensure_labels(server, places, ids, regime_id):
    wanted = {ids[place.axis, place.code]: place for place in places}
    rows = server.call(
        "bank.ticket.taxon.map", "search_read", [["regime_id", "=", regime_id], ["taxon_id", "in", list(wanted)]],
        ["taxon_id"],
    )  # fmt: skip
    known = {row["taxon_id"][0] for row in rows}
    values_list = [
        {"taxon_id": taxon_id, "regime_id": regime_id, "code": place.label_path, "label": place.name}
        for taxon_id, place in wanted.items()
        if taxon_id not in known
    ]
    if values_list:
        server.call("bank.ticket.taxon.map", "create", values_list)
    return len(values_list)


def _ensure_branches(server, companies):
    """One branch for each company, below one for all of them."""
    top_id = _ensure_top_branch(server)
    rows = server.call(
        "bank.branch", "search_read", [["code", "in", list(companies)]], ["code"], context=_ALSO_ARCHIVED
    )
    known = {row["code"] for row in rows}
    values_list = [
        {"code": code, "name": name, "parent_id": top_id} for code, name in companies.items() if code not in known
    ]
    if values_list:
        server.call("bank.branch", "create", values_list)
    return len(values_list)


def _ensure_top_branch(server):
    domain = [["code", "=", BranchWanted.code]]
    if found := server.call("bank.branch", "search", domain, limit=1, context=_ALSO_ARCHIVED):
        return found[0]
    return server.call("bank.branch", "create", [{"code": BranchWanted.code, "name": BranchWanted.name}])[0]
