"""New customers: contact, profile, key and number."""

from odoo.tools import SQL

from ....models.finance.bank_financial_profile import TOTALS
from . import customer_numbers, staging
from .customer_schema import PARTNER_COLUMNS, PROFILE_COLUMNS
from .income_bands import IncomeBands
from .shortcuts import compute_on_records, run_foreign_constraints, unknown_computed_fields

OWN_MODULES = ("odoo.addons.base.", "odoo.addons.bank_crm.")
# computed fields of this addon that the feed writes itself
OWN_PARTNER_FIELDS = {"relationship_manager_id", "branch_id"}
OWN_PROFILE_FIELDS = {"company_id", "income_band_id", "totals_computed_at", *TOTALS}


class CustomerCreation:
    """Writes new customers so that every column holds what the ORM would have stored."""

    def __init__(self, feed):
        self.feed = feed
        self.env = feed.env
        self.cr = feed.cr
        self.shortcuts = feed.shortcuts

    def apply(self, rows):
        """Create a customer for each of ``rows``, dictionaries of converted values; return the ids of the contacts."""
        if not rows:
            return []
        self._give_numbers(rows)
        partner_ids = staging.reserve_ids(self.cr, "res_partner", len(rows))
        profile_ids = staging.reserve_ids(self.cr, "bank_financial_profile", len(rows))
        partner_defaults = self._partner_defaults()
        self.feed.owners.plan_new(rows, partner_ids)
        partner_columns, partners = self._partner_rows(rows, partner_ids, profile_ids, partner_defaults)
        profile_columns, profiles = self._profile_rows(rows, partner_ids, profile_ids)
        constants = {name: value for name, value in partner_defaults.items() if name not in partner_columns}
        profile_constants = self._profile_constants(profile_columns)
        with (
            staging.Stage(self.cr, "res_partner", partner_columns, partners) as partner_stage,
            staging.Stage(self.cr, "bank_financial_profile", profile_columns, profiles) as profile_stage,
        ):
            # Contact and profile point at each other. The foreign keys are checked at the end of the statement.
            self.cr.execute(
                SQL(
                    "WITH new_partner AS (%s), new_profile AS (%s) SELECT",
                    partner_stage.insert(constants),
                    profile_stage.insert(profile_constants),
                )
            )
        self._add_keys(rows, partner_ids)
        staging.refresh_statistics(
            self.cr, dict.fromkeys(["res_partner", "bank_financial_profile", "bank_exchange_key"], len(rows))
        )
        self._after_insert(partner_ids, profile_ids, partner_columns)
        for values, partner_id in zip(rows, partner_ids, strict=True):
            self.feed.events.add(
                "customer.created", partner_id, "res.partner", partner_id, {"label": values["customer_number"]}
            )
            self.feed.documents.partner_ids[values["external_id"]] = partner_id
        return partner_ids

    def _give_numbers(self, rows):
        without = [values for values in rows if not values.get("customer_number")]
        given = {values["customer_number"] for values in rows if values.get("customer_number")}
        numbers = customer_numbers.next_numbers(self.env, len(without), given) if without else []
        for values, number in zip(without, numbers, strict=True):
            values["customer_number"] = number

    # ------------------------------------------------------------------
    # Contact
    # ------------------------------------------------------------------

    def _partner_defaults(self):
        """Return ``{column: value}`` that a contact gets when nothing but its name is given.

        The ORM prepares one contact; defaults and precomputed fields of any addon are among its values.
        """
        partner_model = self.env["res.partner"]
        given = {
            **partner_model._initial_decisions(),
            **partner_model._prepare_bank_customer_values(
                {"name": "-", "customer_number": "-", "is_bank_customer": True, "company_id": self.feed.company.id}
            ),
        }
        return _column_values(partner_model, partner_model._prepare_create_values([given])[0])

    def _partner_rows(self, rows, partner_ids, profile_ids, defaults):
        computed = sorted(self.shortcuts.names - {"lang"})
        given = [*PARTNER_COLUMNS.values(), "is_company", "relationship_manager_id", "branch_id"]
        columns = ["id", "financial_profile_id", *given, *computed]
        compute, owners = self.shortcuts.compute, self.feed.owners.new
        result = []
        for values, partner_id, profile_id in zip(rows, partner_ids, profile_ids, strict=True):
            record = {column: defaults.get(column) for column in given}
            for key, column in PARTNER_COLUMNS.items():
                if key in values:
                    record[column] = values[key]
            if not values.get("type"):
                record["customer_type"] = defaults["customer_type"]
            record["is_company"] = record["customer_type"] == "company"
            record["relationship_manager_id"], record["branch_id"] = owners.get(partner_id, (None, None))
            record["id"], record["financial_profile_id"] = partner_id, profile_id
            for name in computed:
                record[name] = compute(name, record)
            result.append(tuple([record[column] for column in columns]))
        return columns, result

    # ------------------------------------------------------------------
    # Profile
    # ------------------------------------------------------------------

    def _profile_rows(self, rows, partner_ids, profile_ids):
        columns = ["id", "partner_id", *PROFILE_COLUMNS.values(), "income_band_id"]
        bands = IncomeBands(self.env)
        company_currency = self.feed.company.currency_id.id
        result = []
        for values, partner_id, profile_id in zip(rows, partner_ids, profile_ids, strict=True):
            record = {column: values.get(key) for key, column in PROFILE_COLUMNS.items()}
            record["currency_id"] = record["currency_id"] or company_currency
            band_id = bands.find(record["annual_income"], record["currency_id"])
            result.append((profile_id, partner_id, *[record[name] for name in columns[2:-1]], band_id))
        return columns, result

    def _profile_constants(self, columns):
        model = self.env["bank.financial.profile"]
        constants = _column_values(model, model._prepare_create_values([{}])[0])
        constants.update(dict.fromkeys(TOTALS, 0), figures_as_of=None, totals_computed_at=self.cr.now())
        constants["company_id"] = self.feed.company.id
        return {name: value for name, value in constants.items() if name not in columns}

    # ------------------------------------------------------------------
    # Keys, and what other addons have added
    # ------------------------------------------------------------------

    def _add_keys(self, rows, partner_ids):
        staging.insert_rows(
            self.cr,
            "bank_exchange_key",
            ["external_id", "partner_id"],
            [(values["external_id"], partner_id) for values, partner_id in zip(rows, partner_ids, strict=True)],
            {"source": self.feed.source, "company_id": self.feed.company.id, **self.feed.birth_stamp},
        )

    def _after_insert(self, partner_ids, profile_ids, columns):
        partners = self.env["res.partner"].browse(partner_ids)
        profiles = self.env["bank.financial.profile"].browse(profile_ids)
        precomputed = {field.name for field in partners._fields.values() if field.precompute}
        known = self.shortcuts.names | OWN_PARTNER_FIELDS | precomputed
        compute_on_records(partners, unknown_computed_fields(partners, known))
        compute_on_records(profiles, unknown_computed_fields(profiles, OWN_PROFILE_FIELDS))
        run_foreign_constraints(partners, columns, OWN_MODULES)
        run_foreign_constraints(profiles, PROFILE_COLUMNS.values(), OWN_MODULES)


def _column_values(model, values):
    """Return the values that have a column, as the ORM would insert them."""
    return {
        name: field.convert_to_column_insert(value, model, values)
        for name, value in values.items()
        if (field := model._fields.get(name)) and field.store and field.column_type
    }
