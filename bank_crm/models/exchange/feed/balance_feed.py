"""What becomes of the balances of a batch."""

from odoo.tools import SQL

from . import convert, references
from .balance_store import store_balances
from .base import Feed
from .rounding import Rounder
from .schema import Schema

OWNERS = """SELECT party.partner_id FROM bank_holding_party party
             WHERE party.holding_id = ANY(%s) AND party.role IN ('owner', 'joint')"""


class BalanceFeed(Feed):
    """Rows of ``push_balances``."""

    kind = "balances"
    makes_keys = False

    def schema(self, rows):
        holdings = references.holdings(self.env, self.source, references.texts(rows, "holding_external_id"))
        return Schema(
            {
                "holding_external_id": convert.reference(holdings, "unknown_holding"),
                "date": convert.date(latest=references.tomorrow(self.env)),
                "amount": convert.amount(),
                "currency": convert.reference(references.currencies(self.env), "unknown_currency"),
            },
            ["holding_external_id", "date", "amount"],
        )

    def check(self, rows):
        self.refuse_duplicates(lambda values: (values["holding_external_id"][0], values["date"]), "date")
        rounder = Rounder(self.env)
        for number, values in self.valid:
            currency_id = values["holding_external_id"][1]
            if values.get("currency", currency_id) not in (currency_id, None):
                self.problems.add(number, "currency", "currency_mismatch", expected=rounder.name(currency_id))
            values["amount"] = rounder.round(values["amount"], currency_id)

    def apply(self):
        stored = store_balances(
            self.env,
            [(values["holding_external_id"][0], values["date"], values["amount"]) for _number, values in self.valid],
        )
        self.created, self.updated = stored.created, stored.updated
        self.unchanged = len(self.valid) - self.created - self.updated
        if stored.holding_ids:
            self.refresh_figures(SQL(OWNERS, stored.holding_ids))
