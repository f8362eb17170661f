"""What becomes of the transactions of a batch."""

from odoo.tools import SQL

from . import convert, references, staging
from .balance_feed import OWNERS
from .base import Feed
from .derived_balances import DerivedBalances
from .rounding import Rounder
from .schema import Schema

# what a posting says and a correction may change
FACTS = (
    "holding_id",
    "booked_on",
    "amount",
    "currency_id",
    "kind",
    "text",
    "counterparty",
    "channel",
    "balance_after",
    "has_balance_after",
)
MONEY = {"holding_id", "booked_on", "amount", "balance_after", "has_balance_after"}  # what balances depend on
AMOUNTS = {"amount", "balance_after"}


class TransactionFeed(Feed):
    """Rows of ``push_transactions``. ``known[external_id]`` is what stands in the database."""

    kind = "transactions"

    def __init__(self, env, source):
        super().__init__(env, source)
        self.known = {}
        self.holdings = {}  # by id
        self.touched = {}  # see DerivedBalances.refresh
        self.corrected = set()  # ids of holdings

    def schema(self, rows):
        found = references.booked_holdings(self.env, self.source, references.texts(rows, "holding_external_id"))
        self.holdings = {holding.id: holding for holding in found.values()}
        return Schema(
            {
                "external_id": convert.text(128, trimmed=True),
                "holding_external_id": convert.reference(found, "unknown_holding"),
                "booked_on": convert.date(latest=references.tomorrow(self.env)),
                "amount": convert.amount(),
                "kind": convert.choice(self.env["bank.transaction"]._fields["kind"].get_values(self.env)),
                "text": convert.text(512),
                "counterparty": convert.text(256),
                "channel": convert.text(64),
                "balance_after": convert.amount(),
            },
            ["external_id", "holding_external_id", "booked_on", "amount"],
        )

    # ------------------------------------------------------------------
    # Look
    # ------------------------------------------------------------------

    def check(self, rows):
        self.refuse_duplicates(lambda values: values["external_id"], "external_id")
        self.known = self._fetch(references.texts(rows, "external_id"))
        rounder = Rounder(self.env)
        for number, values in self.valid:
            holding = values.pop("holding_external_id")
            values["holding_id"], values["currency_id"] = holding.id, holding.currency_id
            known = self.known.get(values["external_id"])
            if known and known["currency_id"] != holding.currency_id:
                expected = rounder.name(known["currency_id"])
                self.problems.add(number, "holding_external_id", "currency_mismatch", expected=expected)
            for name in AMOUNTS & values.keys():
                if values[name] is not None:
                    values[name] = rounder.round(values[name], holding.currency_id)
            if "balance_after" in values:
                values["has_balance_after"] = values["balance_after"] is not None
            if values.get("kind", "") is None:
                values["kind"] = "other"

    def _fetch(self, external_ids):
        if not external_ids:
            return {}
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT external_id, id, %s FROM bank_transaction
                    WHERE source = %s AND company_id = %s AND external_id = ANY(%s)""",
                staging.identifiers(FACTS),
                self.source,
                self.company.id,
                external_ids,
            )
        )
        return {row["external_id"]: row for row in rows}

    # ------------------------------------------------------------------
    # Write
    # ------------------------------------------------------------------

    def apply(self):
        self._mask()
        new = [values for _number, values in self.valid if values["external_id"] not in self.known]
        self._insert(new)
        changed = self._update()
        self.created, self.updated = len(new), len(changed)
        self.unchanged = len(self.valid) - self.created - self.updated
        if not self.touched:
            return
        self._add_former_holdings()
        self._mark_months(new, changed)
        holding_ids = DerivedBalances(self.env, self.holdings).refresh(self.touched, self.corrected)
        if holding_ids:
            self.refresh_figures(SQL(OWNERS, holding_ids))

    def _mask(self):
        """Card, identity and account numbers are masked before anything is stored or compared."""
        postings = self.env["bank.transaction"]
        names = postings._masked_text_fields
        texts = list({values[name]: True for _number, values in self.valid for name in names if values.get(name)})
        masked = dict(zip(texts, postings._mask_texts(texts), strict=True))
        for _number, values in self.valid:
            if self.holdings[values["holding_id"]].is_erased:
                values.update(dict.fromkeys(names))
                continue
            for name in names:
                if values.get(name):
                    values[name] = masked[values[name]]
            if values.get("counterparty"):
                values["counterparty"] = postings._mask_account_numbers(values["counterparty"])

    def _insert(self, new):
        columns = ["external_id", *FACTS]
        rows = []
        for values in new:
            values.setdefault("kind", "other")
            values.setdefault("has_balance_after", False)
            rows.append(tuple([values.get(name) for name in columns]))
            self._touch(values["holding_id"], values["booked_on"], values["has_balance_after"])
        constants = {"source": self.source, "company_id": self.company.id, **self.birth_stamp}
        staging.insert_rows(self.cr, "bank_transaction", columns, rows, constants)
        staging.refresh_statistics(self.cr, {"bank_transaction": len(rows)})

    def _update(self):
        """Write the known postings that differ and keep what they were; return ``[(before, changes)]``."""
        changed = []
        for _number, values in self.valid:
            known = self.known.get(values["external_id"])
            if known is None:
                continue
            changes = {name: values[name] for name in FACTS if name in values and values[name] != known[name]}
            if changes:
                changed.append((known, changes))
                self._note_change(known, changes)
        changed.sort(key=lambda item: item[0]["id"])
        columns = ["id", *FACTS]
        staging.update_rows(
            self.cr,
            "bank_transaction",
            columns,
            [tuple([{**known, **changes}[name] for name in columns]) for known, changes in changed],
            {"is_corrected": True, **self.stamp},
        )
        staging.insert_rows(
            self.cr,
            "bank_transaction_revision",
            ["transaction_id", "changed_fields", *FACTS],
            [
                (known["id"], ",".join(name for name in FACTS if name in changes), *[known[name] for name in FACTS])
                for known, changes in changed
            ],
            {"revised_at": self.cr.now(), "user_id": self.env.uid, **self.birth_stamp},
        )
        return changed

    def _note_change(self, known, changes):
        if MONEY.isdisjoint(changes):
            return
        has_printed = known["has_balance_after"] or changes.get("has_balance_after", False)
        self._touch(known["holding_id"], known["booked_on"], has_printed)
        after = {**known, **changes}
        self._touch(after["holding_id"], after["booked_on"], has_printed)
        self.corrected |= {known["holding_id"], after["holding_id"]}

    def _touch(self, holding_id, day, has_printed):
        first_on, had_printed = self.touched.get(holding_id, (day, False))
        self.touched[holding_id] = (min(first_on, day), bool(had_printed or has_printed))

    def _add_former_holdings(self):
        """The holdings that corrected postings were taken from need not be named by the batch."""
        missing = self.touched.keys() - self.holdings.keys()
        if missing:
            self.holdings |= references.booked_holdings_by_id(self.env, sorted(missing))

    def _mark_months(self, new, changed):
        """The month of each posting counts it, whatever becomes of the balances."""
        transactions = self.env["bank.transaction"]
        transactions._mark_days("late_posting", [(values["holding_id"], values["booked_on"]) for values in new])
        days = set()
        for known, changes in changed:
            after = {**known, **changes}
            days |= {(row["holding_id"], row["booked_on"]) for row in (known, after)}
        transactions._mark_days("changed_posting", sorted(days))
