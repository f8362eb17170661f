"""Known customers: write what differs, and nothing else."""

from . import known_customers, staging
from .customer_create import OWN_MODULES, OWN_PARTNER_FIELDS
from .customer_schema import PARTNER_COLUMNS, PROFILE_COLUMNS
from .income_bands import IncomeBands
from .shortcuts import run_foreign_constraints

PARTNER_WRITE = ("name", *[name for name in PARTNER_COLUMNS.values() if name != "name"], "is_company")
PROFILE_WRITE = (*PROFILE_COLUMNS.values(), "income_band_id")


class CustomerUpdate:
    """Compares the rows with what is known and writes the differences."""

    def __init__(self, feed):
        self.feed = feed
        self.env = feed.env
        self.cr = feed.cr

    def apply(self, rows):
        """Update the customers of ``rows``, pairs of converted values and known columns.

        :return: ids of the contacts that changed, in the contact or in the profile
        """
        partners, profiles = {}, {}  # id of the contact: (known columns, {column: new value})
        for values, known in rows:
            self.feed.documents.partner_ids[values["external_id"]] = known["id"]
            self.feed.owners.plan_known(values, known)
            if changes := self._complete(self._differences(values, known, PARTNER_COLUMNS), known):
                partners[known["id"]] = (known, changes)
            if changes := self._differences(values, known, PROFILE_COLUMNS):
                profiles[known["id"]] = (known, changes)
        self._write_partners(partners)
        self._write_profiles(profiles)
        self._add_events(partners, profiles)
        return partners.keys() | profiles.keys()

    @staticmethod
    def _differences(values, known, columns):
        changes = {}
        for key, column in columns.items():
            if key in values and values[key] != known[column]:
                changes[column] = values[key]
        return changes

    def _complete(self, changes, known):
        """Settle what follows from a change: a number cannot be taken away, and the type says what is a company."""
        if changes.get("customer_number", "") is None:
            del changes["customer_number"]
        if "customer_type" in changes:
            changes["customer_type"] = changes["customer_type"] or "individual"
            if changes["customer_type"] == known["customer_type"]:
                del changes["customer_type"]
            is_company = changes.get("customer_type", known["customer_type"]) == "company"
            if is_company != bool(known["is_company"]):
                changes["is_company"] = is_company
        return changes

    # ------------------------------------------------------------------
    # Contact
    # ------------------------------------------------------------------

    def _write_partners(self, changed):
        if not changed:
            return
        entangled = known_customers.entangled_ids(self.env, changed)
        for partner_id in sorted(entangled):
            partner = self.env["res.partner"].browse(partner_id)
            partner.write({name: False if value is None else value for name, value in changed[partner_id][1].items()})
        self.env.flush_all()
        plain = {partner_id: changed[partner_id] for partner_id in sorted(changed.keys() - entangled)}
        if not plain:
            return
        derived = [name for name in known_customers.DERIVED if name in self.feed.shortcuts.names]
        columns = ["id", *PARTNER_WRITE, *derived]
        rows = [self._partner_row(known, changes, columns, derived) for known, changes in plain.values()]
        staging.update_rows(self.cr, "res_partner", columns, rows, self.feed.stamp)
        self._spread(plain)

    def _partner_row(self, known, changes, columns, derived):
        record = {**known, **changes}
        for name in derived:
            if self.feed.shortcuts.affected(name, changes):
                record[name] = self.feed.shortcuts.compute(name, record)
        return tuple([record[name] for name in columns])

    def _spread(self, changed):
        """Let the ORM compute what else depends on the changed columns, in this addon and in any other."""
        names = sorted({name for _known, changes in changed.values() for name in changes})
        partners = self.env["res.partner"].browse(changed)
        partners.invalidate_recordset(flush=False)
        computed_here = self.feed.shortcuts.names | OWN_PARTNER_FIELDS
        with self.env.protecting([partners._fields[name] for name in computed_here], partners):
            partners.modified(names)
        self.env.flush_all()
        run_foreign_constraints(partners, names, OWN_MODULES)

    # ------------------------------------------------------------------
    # Profile
    # ------------------------------------------------------------------

    def _write_profiles(self, changed):
        if not changed:
            return
        self._add_missing_profiles(changed)
        bands = IncomeBands(self.env)
        company_currency = self.feed.company.currency_id.id
        rows = []
        for known, changes in changed.values():
            record = {**known, **changes}
            record["currency_id"] = record["currency_id"] or company_currency
            record["income_band_id"] = bands.find(record["annual_income"], record["currency_id"])
            rows.append((record["profile_id"], *[record[name] for name in PROFILE_WRITE]))
        staging.update_rows(self.cr, "bank_financial_profile", ["id", *PROFILE_WRITE], sorted(rows), self.feed.stamp)
        names = {name for _known, changes in changed.values() for name in changes}
        profiles = self.env["bank.financial.profile"].browse([row[0] for row in rows])
        profiles.invalidate_recordset(flush=False)
        with self.env.protecting([profiles._fields["income_band_id"]], profiles):
            profiles.modified(names)  # totals depend on the currency
        self.env.flush_all()
        run_foreign_constraints(profiles, names, OWN_MODULES)

    def _add_missing_profiles(self, changed):
        """Give those a profile who have none, because they were not marked as customers for a while."""
        missing = {partner_id: known for partner_id, (known, _changes) in changed.items() if not known["profile_id"]}
        if missing:
            profiles = self.env["bank.financial.profile"]._ensure_for(self.env["res.partner"].browse(missing))
            for profile in profiles:
                missing[profile.partner_id.id]["profile_id"] = profile.id

    def _add_events(self, partners, profiles):
        for partner_id in sorted(partners.keys() | profiles.keys()):
            names = []
            for changed in (partners, profiles):
                if partner_id in changed:
                    names += changed[partner_id][1]
            self.feed.events.add("customer.updated", partner_id, "res.partner", partner_id, {"fields": names})
