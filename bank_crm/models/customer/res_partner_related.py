from odoo import models

# Field types whose value is the same in the caches of both models.
PLAIN_TYPES = ("boolean", "char", "date", "datetime", "float", "integer", "many2one", "monetary", "selection", "text")


class ResPartner(models.Model):
    """What a contact shows of its financial profile, for a whole page of customers at once.

    The customers' list reads a dozen related fields. The ORM follows each of them record by record, with the checks of
    an assignment, which makes the list half as slow again as the core's list of contacts (``./dev bench list``). Here
    the values are taken over from the profiles' cache.
    """

    _inherit = "res.partner"

    def _compute_field_value(self, field):
        if len(self) > 1 and all(self._ids) and self._is_plain_profile_field(field):
            return self._take_over_from_profiles(field)
        return super()._compute_field_value(field)

    def _is_plain_profile_field(self, field):
        """Whether ``field`` shows a stored column of the profile as it is."""
        if not field.related or field.store or not field.related.startswith("financial_profile_id."):
            return False
        source = field.related_field
        return (
            field.related.count(".") == 1
            and source.store
            and source.type == field.type
            and source.type in PLAIN_TYPES
            and not source.translate
            and not source.company_dependent
        )

    def _take_over_from_profiles(self, field):
        link, source = self._fields["financial_profile_id"], field.related_field
        profiles = self.financial_profile_id
        if source.compute:
            source.recompute(profiles)
        missing = tuple(source._cache_missing_ids(profiles))
        if missing:
            next(iter(profiles.browse(missing)))[source.name]  # reads all columns of all of them
        links, values = link._get_cache(self.env), source._get_cache(profiles.env)
        nothing = field.convert_to_cache(False, self, validate=False)
        field._insert_cache(self, [values[links[id_]] if links[id_] else nothing for id_ in self._ids])
