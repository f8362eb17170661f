"""The holdings of a batch that are known already, as they stand in the database."""

from odoo.tools import SQL

COLUMNS = (
    "id",
    "product_id",
    "currency_id",
    "opened_on",
    "matures_on",
    "closed_on",
    "branch_id",
    "is_held_away",
    "product_class",
    "company_id",
    "state",
    "owner_id",
    "number_encrypted",
    "number_hash",
    "number_masked",
)


def fetch(env, source, external_ids):
    """Return ``{external_id: {column: value, "parties": {(partner id, role): (id, share)}}}``.

    ``has_balances`` tells whether there is a history of balances or postings, which fixes the currency.
    """
    if not external_ids:
        return {}
    rows = env.execute_query(
        SQL(
            """SELECT holding.external_id,
                      EXISTS(SELECT FROM bank_balance balance WHERE balance.holding_id = holding.id)
                      OR EXISTS(SELECT FROM bank_transaction posting WHERE posting.holding_id = holding.id),
                      (SELECT array_agg(ARRAY[party.id::text, party.partner_id::text, party.role,
                                              COALESCE(party.share_pct, 0)::text])
                         FROM bank_holding_party party WHERE party.holding_id = holding.id),
                      %s
                 FROM bank_holding holding
                WHERE holding.source = %s AND holding.company_id = %s AND holding.external_id = ANY(%s)""",
            SQL(", ").join(SQL.identifier("holding", name) for name in COLUMNS),
            source,
            env.company.id,
            external_ids,
        )
    )
    return {row[0]: _as_known(row) for row in rows}


def _as_known(row):
    known = dict(zip(COLUMNS, row[3:], strict=True))
    known["has_balances"] = row[1]
    known["parties"] = {
        (int(partner_id), role): (int(party_id), float(share)) for party_id, partner_id, role, share in row[2] or ()
    }
    return known
