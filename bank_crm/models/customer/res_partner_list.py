from odoo import api, models
from odoo.fields import Domain
from odoo.modules.db import FunctionStatus
from odoo.tools import SQL

PROFILE = "financial_profile_id."


def _index_of_parts(column):
    """Return the definition of an index by parts of a text, as PostgreSQL's extensions allow it; empty for none."""

    def definition(registry):
        if not registry.has_trigram or registry.has_unaccent == FunctionStatus.PRESENT:
            return ""
        return f"USING gin ({registry.unaccent(column)} gin_trgm_ops) WHERE is_bank_customer IS TRUE"

    return definition


class ResPartner(models.Model):
    """Lists of very many customers: found by a part of the name or city, sorted by a figure of the profile.

    The ORM sorts contacts by a related field with an outer join, for which the database has to read and sort all
    contacts. Every customer has a profile, so where only customers can be found an inner join gives the same, and the
    database walks along the index of the figure until the page is full (``./dev bench list``).

    Conditions of partial indexes have to be written as the ORM writes them (``IS TRUE``): older PostgreSQL does not
    see that ``is_bank_customer IS TRUE`` implies ``is_bank_customer``.
    """

    _inherit = "res.partner"

    _bank_customer_name_idx = models.Index(_index_of_parts("complete_name"))
    _bank_customer_city_idx = models.Index(_index_of_parts("city"))

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        if order and self._is_ordered_by_profile(order) and self._finds_customers_only(domain):
            self = self.with_context(bank_order_by_inner_join=True)
        return super()._search(domain, offset, limit, order, **kwargs)

    @api.model
    def _is_ordered_by_profile(self, order):
        names = [term.split()[0] for term in order.split(",") if term.strip()]
        return any(self._is_profile_column(name) for name in names)

    @api.model
    def _is_profile_column(self, name):
        field = self._fields.get(name)
        if not field or not field.related or not field.related.startswith(PROFILE) or field.type == "many2one":
            return False
        return field.related.count(".") == 1 and field.related_field.store and not field.related_field.translate

    @api.model
    def _finds_customers_only(self, domain):
        """Whether the domain rules out contacts that are no customers."""
        strangers = Domain(domain) & Domain("is_bank_customer", "=", False)
        return strangers.optimize(self).is_false()

    @api.model
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if not self.env.context.get("bank_order_by_inner_join") or not self._is_profile_column(field_name):
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        field = self._fields[field_name]
        self._check_field_access(field, "read")
        # sudo: bank.financial.profile - a related field shows it to everybody who may read that field of the customer
        profile = self.env["bank.financial.profile"].sudo()
        profile_alias = query.make_alias(alias, "order_profile")
        query.add_join(
            "JOIN",
            profile_alias,
            profile._table,
            SQL(
                "%s = %s",
                SQL.identifier(profile_alias, "id"),
                self.sudo()._field_to_sql(alias, "financial_profile_id", query),  # sudo: res.partner - the join only
            ),
        )
        column = profile._field_to_sql(profile_alias, field.related_field.name, query)
        query._order_groupby.append(column)
        return SQL("%s %s %s", column, direction, nulls)
