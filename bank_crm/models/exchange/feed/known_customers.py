"""The customers of a batch that are known already, as they stand in the database."""

from odoo.tools import SQL

from .customer_schema import PARTNER_COLUMNS, PROFILE_COLUMNS

DERIVED = ("complete_name", "commercial_company_name", "email_normalized", "phone_sanitized")
PARTNER_READ = (
    "id",
    *PARTNER_COLUMNS.values(),
    "is_company",
    *DERIVED,
    "relationship_manager_id",
    "branch_id",
    "company_id",
)
PROFILE_READ = tuple(PROFILE_COLUMNS.values())


def fetch(env, source, external_ids, derived):
    """Return ``{external_id: {column: value}}``; the profile's columns stand beside the contact's, its id is
    ``profile_id``.

    :param derived: those of :data:`DERIVED` that exist as columns in this database
    """
    if not external_ids:
        return {}
    partner_columns = [name for name in PARTNER_READ if name not in DERIVED or name in derived]
    rows = env.execute_query(
        SQL(
            """SELECT key.external_id, profile.id, %s, %s
                 FROM bank_exchange_key key
                 JOIN res_partner partner ON partner.id = key.partner_id
                 LEFT JOIN bank_financial_profile profile ON profile.partner_id = partner.id
                WHERE key.source = %s AND key.company_id = %s AND key.external_id = ANY(%s)""",
            _columns("partner", partner_columns),
            _columns("profile", PROFILE_READ),
            source,
            env.company.id,
            external_ids,
        )
    )
    names = ("profile_id", *partner_columns, *PROFILE_READ)
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


def _columns(alias, names):
    return SQL(", ").join(SQL.identifier(alias, name) for name in names)


def entangled_ids(env, partner_ids):
    """Return the ids of contacts whose change spreads to other records: parents, children, bank accounts, users.

    They are rare among a bank's customers and are written through the ORM.
    """
    if not partner_ids:
        return set()
    rows = env.execute_query(
        SQL(
            """SELECT id FROM res_partner partner
                WHERE id = ANY(%s)
                  AND (parent_id IS NOT NULL OR company_name IS NOT NULL
                       OR EXISTS(SELECT FROM res_partner child WHERE child.parent_id = partner.id)
                       OR EXISTS(SELECT FROM res_partner_bank bank WHERE bank.partner_id = partner.id)
                       OR EXISTS(SELECT FROM res_users users WHERE users.partner_id = partner.id))""",
            list(partner_ids),
        )
    )
    return {row[0] for row in rows}
