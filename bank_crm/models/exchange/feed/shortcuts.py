"""Core's stored computed fields of a contact, computed without records.

Creating a record for each row is what makes ``load()`` slow.  Each shortcut does what the compute method named beside
it does, with core's own functions, for a contact without a parent.  It is used only while nobody overrides that
method: an addon that does gets its method called on records, as does every stored computed field that has no shortcut.
"""

from odoo import tools

BASE = "odoo.addons.base.models.res_partner"
MAIL = "odoo.addons.mail.models.mail_thread_blacklist"
PHONE = "odoo.addons.phone_validation.models.mail_thread_phone"
PHONE_BASE = "odoo.addons.phone_validation.models.models"

# field: (methods and the modules that are expected to define them, columns it depends on)
SHORTCUTS = {
    "complete_name": ({"_compute_complete_name": {BASE}, "_get_complete_name": {BASE}}, {"name", "is_company"}),
    "commercial_partner_id": ({"_compute_commercial_partner": {BASE}}, {"is_company"}),
    "commercial_company_name": ({"_compute_commercial_company_name": {BASE}}, {"name", "is_company"}),
    "company_registry": ({"_compute_company_registry": {BASE}}, set()),
    "lang": ({"_compute_lang": {BASE}}, set()),
    "partner_share": ({"_compute_partner_share": {BASE}}, set()),
    "email_normalized": ({"_compute_email_normalized": {MAIL}}, {"email"}),
    "phone_sanitized": (
        {
            "_compute_phone_sanitized": {PHONE},
            "_phone_format": {PHONE_BASE},
            "_phone_format_number": {PHONE_BASE},
            "_phone_get_number_fields": {PHONE_BASE},
            "_phone_get_country_field": {PHONE_BASE},
        },
        {"phone", "country_id"},
    ),
}


class PartnerShortcuts:
    """The shortcuts that hold in this database.

    :param env: environment with the company whose country unprefixed phone numbers belong to
    """

    def __init__(self, env):
        self.partner_model = env["res.partner"]
        self.countries = env["res.country"]
        self.names = {
            name
            for name, (methods, _inputs) in SHORTCUTS.items()
            if name in self.partner_model._fields
            and all(_definers(self.partner_model, method) == modules for method, modules in methods.items())
        }

    def compute(self, name, values):
        """Return the value of the computed field ``name``.

        :param values: ``{column: value}`` with ``id`` and the columns that the field depends on
        """
        return getattr(self, f"_{name}")(values)

    def affected(self, name, columns):
        """Tell whether a change of ``columns`` changes the field."""
        return not SHORTCUTS[name][1].isdisjoint(columns)

    def _complete_name(self, values):
        return (values["name"] or "").strip()

    def _commercial_partner_id(self, values):
        return values["id"]

    def _commercial_company_name(self, values):
        return values["name"] if values["is_company"] else None

    def _company_registry(self, values):
        return None

    def _lang(self, values):
        return values.get("lang")

    def _partner_share(self, values):
        return True

    def _email_normalized(self, values):
        return tools.email_normalize(values["email"], strict=False) or None

    def _phone_sanitized(self, values):
        if not values["phone"]:
            return None
        country = self.countries.browse(values["country_id"])
        return self.partner_model._phone_format(number=values["phone"], country=country) or None


def _definers(model, method):
    """Return the names of the Python modules that define ``method`` for ``model``."""
    return {cls.__module__ for cls in type(model).__mro__ if method in vars(cls)}


def unknown_computed_fields(model, known):
    """Return the stored computed fields of ``model`` that have a column and are not in ``known``."""
    return [
        field
        for field in model._fields.values()
        if field.store and field.compute and field.column_type and field.name not in known
    ]


def compute_on_records(records, fields):
    """Let the ORM compute ``fields`` of ``records`` and write them."""
    if not fields or not records:
        return
    records.invalidate_recordset(flush=False)
    for field in fields:
        records.env.add_to_compute(field, records)
    records.env.flush_all()


def run_foreign_constraints(records, names, own_modules):
    """Call the ``@api.constrains`` methods on ``names`` that other addons have added.

    :param own_modules: beginnings of the Python modules whose constraints the feed's own checks stand for
    """
    names = set(names)
    for check in records._constraint_methods:
        if names.intersection(check._constrains) and not check.__module__.startswith(own_modules):
            check(records)
