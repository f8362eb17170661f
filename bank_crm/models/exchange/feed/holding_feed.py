"""What becomes of the holdings of a batch."""

from odoo.tools import SQL, float_compare
from odoo.tools.translate import LazyTranslate

from ....tools import sealing, secrets
from . import references, staging
from ...finance.bank_holding_months import LIFE_FIELDS
from .balance_store import store_balances
from .base import Feed
from .customer_create import OWN_MODULES
from .events import EventWriter
from .holding_schema import HOLDING_COLUMNS, OWNER_ROLES, holding_schema
from .known_holdings import fetch
from .rounding import Rounder
from .shortcuts import compute_on_records, run_foreign_constraints, unknown_computed_fields

_lt = LazyTranslate(__name__)

SEALED = secrets.columns("number")
WRITE = (*HOLDING_COLUMNS.values(), "product_class", "company_id", "state", "owner_id", *SEALED)
# computed fields of this addon that the feed writes itself
OWN_FIELDS = {"product_class", "company_id", "state", "owner_id", "balance", "balance_on"}


class HoldingFeed(Feed):
    """Rows of ``push_holdings``. ``known[external_id]`` is what stands in the database."""

    kind = "holdings"

    def __init__(self, env, source):
        super().__init__(env, source)
        self.events = EventWriter(env)
        self.known = {}
        self.products = {}
        self.stakeholders = set()  # contacts whose totals may change

    def schema(self, rows):
        return holding_schema(self.env, self.source, rows)

    # ------------------------------------------------------------------
    # Look
    # ------------------------------------------------------------------

    def check(self, rows):
        self.refuse_duplicates(lambda values: values["external_id"], "external_id")
        self.known = fetch(self.env, self.source, references.texts(rows, "external_id"))
        self.products = self._read_products()
        for number, values in self.valid:
            self._check_parties(number, values["parties"])
            self._check_dates(number, values)
            self._check_balance(number, values)
            if values.get("number") and not sealing.normalize(values["number"]):
                self.problems.add(number, "number", "invalid_text")

    def _read_products(self):
        """Return ``{product id: (class, company id, names, code)}`` of the products in the batch."""
        ids = {values["product_code"] for _number, values in self.valid}
        products = self.env["bank.product"].browse(ids)
        names = self.env["bank.customer.event"]._names(products)
        return {
            product.id: (product.product_class, product.company_id.id, names[product.id], product.code)
            for product in products
        }

    def _check_parties(self, number, parties):
        """The owners' shares sum to 100; a single owner may leave his out. Shares of other roles mean nothing."""
        owners = [party for party in parties if party["role"] in OWNER_ROLES]
        if not owners:
            self.problems.add(number, "parties", "no_owner")
            return
        for party in parties:
            if party["role"] not in OWNER_ROLES:
                party["share_pct"] = 0.0
            elif party.get("share_pct") is None:
                party["share_pct"] = 100.0 if len(owners) == 1 else 0.0
            else:
                party["share_pct"] = round(party["share_pct"], 2)
        if float_compare(sum(party["share_pct"] for party in owners), 100, precision_digits=2):
            self.problems.add(number, "parties", "shares_not_100")
        first = {}
        for position, party in enumerate(parties, 1):
            key = (party["customer_external_id"], party["role"])
            if first.setdefault(key, position) != position:
                self.problems.add(number, f"parties[{position}]", "duplicate_key", other=number)

    def _check_dates(self, number, values):
        known = self.known.get(values["external_id"], {})
        opened_on = values.get("opened_on", known.get("opened_on"))
        for name in ("matures_on", "closed_on"):
            ends_on = values.get(name, known.get(name))
            if opened_on and ends_on and ends_on < opened_on:
                self.problems.add(number, name, "invalid_date", expected=_lt(" from %s on", opened_on))

    def _check_balance(self, number, values):
        has_amount, has_date = values.get("balance") is not None, values.get("balance_on") is not None
        if has_amount != has_date:
            self.problems.add(number, "balance" if has_date else "balance_on", "missing_balance_date")
        known = self.known.get(values["external_id"])
        if known and known["has_balances"] and values.get("currency", known["currency_id"]) != known["currency_id"]:
            name = self.env["res.currency"].browse(known["currency_id"]).name
            self.problems.add(number, "currency", "currency_mismatch", expected=name)

    # ------------------------------------------------------------------
    # Write
    # ------------------------------------------------------------------

    def apply(self):
        new = [values for _number, values in self.valid if values["external_id"] not in self.known]
        ids = dict(
            zip(
                [values["external_id"] for values in new],
                staging.reserve_ids(self.cr, "bank_holding", len(new)),
                strict=True,
            )
        )
        ids.update({external_id: known["id"] for external_id, known in self.known.items()})
        self._insert(new, ids)
        changed = self._update()
        changed |= self._write_parties(ids, changed)
        changed |= self._write_balances(ids)
        self._add_events(new, ids)
        self.events.store()
        self.refresh_figures(sorted(self.stakeholders))
        new_ids = {ids[values["external_id"]] for values in new}
        self.created = len(new)
        self.updated = len(changed - new_ids)
        self.unchanged = len(self.valid) - self.created - self.updated

    def _insert(self, new, ids):
        if not new:
            return
        columns = ["id", "external_id", *WRITE]
        rows = []
        for values in new:
            record = {column: values.get(key) for key, column in HOLDING_COLUMNS.items()}
            record["id"], record["external_id"] = ids[values["external_id"]], values["external_id"]
            record["is_held_away"] = bool(record["is_held_away"])
            record["currency_id"] = record["currency_id"] or self.company.currency_id.id
            record["state"] = "closed" if record["closed_on"] else "active"
            self._derive(record, values)
            record.update(self._sealed_number(values.get("number")))
            rows.append(tuple([record[name] for name in columns]))
        staging.insert_rows(
            self.cr, "bank_holding", columns, rows, {"source": self.source, "balance": 0, **self.birth_stamp}
        )
        staging.refresh_statistics(self.cr, {"bank_holding": len(rows)})
        holdings = self.env["bank.holding"].browse([row[0] for row in rows])
        compute_on_records(holdings, unknown_computed_fields(holdings, OWN_FIELDS))
        run_foreign_constraints(holdings, columns, OWN_MODULES)

    def _derive(self, record, values):
        record["product_class"], record["company_id"] = self.products[record["product_id"]][:2]
        record["owner_id"] = self._main_owner(values["parties"])

    @staticmethod
    def _main_owner(parties):
        owners = [party for party in parties if party["role"] in OWNER_ROLES]
        first = min(owners, key=lambda party: (party["role"] != "owner", -party["share_pct"]))
        return first["customer_external_id"]

    def _sealed_number(self, number):
        if number is None:
            return dict.fromkeys(SEALED)
        return self.env["bank.holding"]._prepare_secret_values("number", number)

    def _update(self):
        """Write the known holdings that differ; return their ids."""
        columns = ["id", *WRITE]
        rows, names, lives = [], set(), []
        for _number, values in self.valid:
            known = self.known.get(values["external_id"])
            if known is None:
                continue
            changes = self._differences(values, known)
            if changes:
                record = {**known, **changes}
                rows.append(tuple([record[name] for name in columns]))
                names.update(changes)
                lives.append((known["id"], self._life(known), self._life(record)))
                self._note_change(values, known, changes)
        staging.update_rows(self.cr, "bank_holding", columns, sorted(rows, key=lambda row: row[0]), self.stamp)
        if rows:
            holdings = self.env["bank.holding"].browse([row[0] for row in rows])
            self._spread(holdings, names)
            holdings._mark_lives(lives)
        return {row[0] for row in rows}

    @staticmethod
    def _life(record):
        return {name: record[name] or None for name in LIFE_FIELDS}

    def _differences(self, values, known):
        changes = {
            column: values[key]
            for key, column in HOLDING_COLUMNS.items()
            if key in values and values[key] != known[column]
        }
        if "is_held_away" in changes:
            changes["is_held_away"] = bool(changes["is_held_away"])
            if changes["is_held_away"] == bool(known["is_held_away"]):
                del changes["is_held_away"]
        if changes.get("currency_id", "") is None:
            del changes["currency_id"]
        if "closed_on" in changes:
            if changes["closed_on"]:
                changes["state"] = "closed"
            elif known["state"] == "closed":
                changes["state"] = "active"
        if "number" in values:
            number_hash = sealing.keyed_hash(values["number"]) if values["number"] else None
            if number_hash != known["number_hash"]:
                changes.update(self._sealed_number(values["number"]))
        derived = {"product_id": changes.get("product_id", known["product_id"])}
        self._derive(derived, values)
        for name in ("product_class", "company_id", "owner_id"):
            if derived[name] != known[name]:
                changes[name] = derived[name]
        return changes

    def _note_change(self, values, known, changes):
        kind = "holding.closed" if changes.get("state") == "closed" else "holding.changed"
        self._event(kind, values, known["id"], [name for name in changes if name not in SEALED[:2]])

    def _spread(self, holdings, names):
        """Let the ORM compute what other addons derive from the changed columns; totals are refreshed afterwards."""
        holdings.invalidate_recordset(flush=False)
        profiles = self.env["bank.financial.profile"]
        totals = [field for field in profiles._fields.values() if field.compute == "_compute_totals"]
        owners = profiles.search([("partner_id.holding_party_ids.holding_id", "in", holdings.ids)])
        own = [holdings._fields[name] for name in OWN_FIELDS]
        with self.env.protecting(own, holdings), self.env.protecting(totals, owners):
            holdings.modified(names)
        self.env.flush_all()
        run_foreign_constraints(holdings, names, OWN_MODULES)

    # ------------------------------------------------------------------
    # Parties
    # ------------------------------------------------------------------

    def _write_parties(self, ids, changed):
        """Replace the parties where they differ; return the ids of those holdings."""
        new, obsolete, replaced = [], [], set()
        for _number, values in self.valid:
            holding_id = ids[values["external_id"]]
            wanted = {
                (party["customer_external_id"], party["role"]): party["share_pct"] for party in values["parties"]
            }
            known = self.known.get(values["external_id"])
            present = known["parties"] if known else {}
            if wanted == {key: share for key, (_party_id, share) in present.items()}:
                if holding_id in changed:
                    self.stakeholders.update(partner_id for partner_id, _role in wanted)
                continue
            replaced.add(holding_id)
            self.stakeholders.update(partner_id for partner_id, _role in [*wanted, *present])
            for key, (party_id, share) in present.items():
                if wanted.get(key) != share:
                    obsolete.append(party_id)
            new += [
                (holding_id, *key, share) for key, share in wanted.items() if present.get(key, (0, None))[1] != share
            ]
            if known and holding_id not in changed:
                self._event("holding.changed", values, holding_id, ["party_ids"])
        if obsolete:
            self.cr.execute(SQL("DELETE FROM bank_holding_party WHERE id = ANY(%s)", sorted(obsolete)))
        staging.insert_rows(
            self.cr,
            "bank_holding_party",
            ["holding_id", "partner_id", "role", "share_pct"],
            new,
            self.birth_stamp,
        )
        staging.refresh_statistics(self.cr, {"bank_holding_party": len(new)})
        return replaced

    # ------------------------------------------------------------------
    # Balances and events
    # ------------------------------------------------------------------

    def _write_balances(self, ids):
        rounder = Rounder(self.env)
        rows = []
        for _number, values in self.valid:
            if values.get("balance") is None:
                continue
            known = self.known.get(values["external_id"], {})
            currency_id = values.get("currency") or known.get("currency_id") or self.company.currency_id.id
            amount = rounder.round(values["balance"], currency_id)
            rows.append((ids[values["external_id"]], values["balance_on"], amount))
        changed = set(store_balances(self.env, rows).holding_ids)
        for _number, values in self.valid:
            if ids[values["external_id"]] in changed:
                self.stakeholders.update(party["customer_external_id"] for party in values["parties"])
        return changed

    def _add_events(self, new, ids):
        for values in new:
            self._event("holding.opened", values, ids[values["external_id"]])

    def _event(self, kind, values, holding_id, names=()):
        """Note the event for each owner, as ``bank.holding`` does."""
        product = self.products[values["product_code"]]
        payload = {"label": product[2], "code": product[3]}
        if names and kind == "holding.changed":
            payload["fields"] = list(names)
        for party in values["parties"]:
            if party["role"] in OWNER_ROLES:
                self.events.add(kind, party["customer_external_id"], "bank.holding", holding_id, payload)
