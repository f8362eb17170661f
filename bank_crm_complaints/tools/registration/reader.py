"""Rows of other systems -> values of tickets, with one query for each kind of thing that they name."""

import datetime
from collections import defaultdict

from odoo import Command, fields
from odoo.fields import Domain

from odoo.addons.bank_crm.models.exchange.feed import references
from odoo.addons.bank_crm.models.exchange.feed.problems import Refusal

from . import schema
from .convert import to_utc
from .problems import TicketProblems

# Key of a row: field of the ticket, where they differ.
FIELDS = {
    "email": "contact_email",
    "anonymous": "is_anonymous",
    "channel_code": "channel_id",
    "product_code": "product_taxon_id",
    "cause_code": "cause_taxon_id",
    "branch_code": "branch_id",
}
APART = ("customer_number", "holding_external_id", "regime_codes", "parties")
MOMENTS = ("received_at", "forwarded_at")
IDENTITY = ("customer_number", "email")
# What a ticket takes from its customer is read with it.
CUSTOMER_FIELDS = ("customer_number", "email_normalized", "branch_id", "lang", "name", "email", "phone")


class RegistrationReader:
    """Reads the rows of one call under the access of its user; writes nothing.

    :param env: environment of the caller
    """

    def __init__(self, env):
        self.env = env
        self.problems = TicketProblems(env)
        self.now = fields.Datetime.now()

    def as_values(self, rows, required=schema.REQUIRED):
        """Return ``{row number: values for bank.ticket}`` of the rows that are right; ``problems`` has the others.

        :param rows: list of ``(number, row)``
        """
        rows = [(number, schema.without_false(row)) for number, row in rows]
        keys = schema.registration(
            self.env,
            self._found([row for _number, row in rows]),
            self.now.date() + datetime.timedelta(days=1),
            required,
        )
        valid = {}
        for number, row in rows:
            values = keys.convert(row, number, self.problems)
            if values is not None and self._is_somebodys(number, values) and self._are_parties(number, values):
                valid[number] = values
        self._add_customers(valid)
        self._add_holdings(valid)
        self._add_moments(valid)
        return {number: self._as_vals(values) for number, values in valid.items() if number not in self.problems.rows}

    # ------------------------------------------------------------------
    # What rows name
    # ------------------------------------------------------------------

    def _found(self, rows):
        taxa = self.env["bank.ticket.taxon"]
        return {
            **{axis: taxa._ids_by_code(axis) for axis in ("channel", "product", "cause")},
            "branch": references.branches(self.env, references.texts(rows, "branch_code")),
            "regime": self._regimes() if any(type(row) is dict and row.get("regime_codes") for row in rows) else {},
            "lang": references.languages(self.env),
        }

    def _regimes(self):
        # sudo: bank.ticket.regime - codes of the configuration are no secret
        regimes = self.env["bank.ticket.regime"].sudo().search_fetch([], ["code"])
        return {regime.code: regime.id for regime in regimes}

    def _is_somebodys(self, number, values):
        """Tell whether it is said whose ticket this is, in one way."""
        named = [key for key in IDENTITY if values.get(key)]
        if values.get("anonymous"):
            contradictions = [key for key in (*named, "contact_name", "contact_phone") if values.get(key)]
            if contradictions:
                self.problems.add(number, "anonymous", "conflicting_fields", expected=", ".join(contradictions))
            return not contradictions
        if not named:
            self.problems.add(number, "customer_number", "missing_customer")
        return bool(named)

    def _are_parties(self, number, values):
        """Tell whether each party can be reached, and a group has no more representatives than the company allows."""
        parties = values.get("parties") or ()
        before = len(self.problems.items)
        for position, party in enumerate(parties, 1):
            if not (party.get("phone") or party.get("email")):
                self.problems.add(number, f"parties[{position}]", "missing_contact")
        representatives = sum(party["role"] == "representative" for party in parties)
        # sudo: res.company - a setting
        if representatives and representatives > (most := self.env.company.sudo().bank_ticket_representatives):
            self.problems.add(number, "parties", "too_many_representatives", expected=most)
        return len(self.problems.items) == before

    def _add_customers(self, valid):
        """Find customers by number, or by an address that one customer only has, as the user sees them."""
        numbers = {values["customer_number"] for values in valid.values() if values.get("customer_number")}
        emails = {
            values["email"] for values in valid.values() if values.get("email") and not values.get("customer_number")
        }
        by_number, by_email = self._find_customers(numbers, emails)
        for number, values in valid.items():
            if values.get("customer_number"):
                values["partner"] = by_number.get(values["customer_number"])
                if values["partner"] is None:
                    self.problems.add(number, "customer_number", "unknown_customer")
            else:
                found = by_email[values["email"]] if values.get("email") else ()
                values["partner"] = found[0] if len(found) == 1 else None

    def _find_customers(self, numbers, emails):
        by_number, by_email = {}, defaultdict(list)
        if not (numbers or emails):
            return by_number, by_email
        named = Domain("customer_number", "in", list(numbers)) | Domain("email_normalized", "in", list(emails))
        here = Domain("is_bank_customer", "=", True) & Domain("company_id", "in", (self.env.company.id, False))
        customers = self.env["res.partner"].search_fetch(named & here, CUSTOMER_FIELDS)
        for customer in customers:
            by_number[customer.customer_number] = customer
            by_email[customer.email_normalized].append(customer)
        return by_number, by_email

    def _add_holdings(self, valid):
        wanted = {number: values for number, values in valid.items() if values.get("holding_external_id")}
        if not wanted:
            return
        partners = [values["partner"].id for values in wanted.values() if values.get("partner")]
        holdings = self.env["bank.holding"].search_fetch(
            [
                ("external_id", "in", [values["holding_external_id"] for values in wanted.values()]),
                ("party_ids.partner_id", "in", partners),
            ],
            ["external_id", "party_ids"],
        )
        for number, values in wanted.items():
            partner = values.get("partner")
            own = holdings.filtered(
                lambda holding, values=values, partner=partner: (
                    holding.external_id == values["holding_external_id"] and partner in holding.party_ids.partner_id
                )
            )
            if len(own) != 1:
                code = "ambiguous_holding" if own else "unknown_holding"
                self.problems.add(number, "holding_external_id", code)
            values["holding"] = own[:1]

    def _add_moments(self, valid):
        """Turn moments into UTC, local ones by the time zone of the branch."""
        branches = {
            number: self._branch_id(values)
            for number, values in valid.items()
            if any(values.get(key) for key in MOMENTS)
        }
        zones = self.env["bank.ticket"]._time_zones(set(branches.values())) if branches else {}
        for number, values in valid.items():
            for key in MOMENTS:
                if values.get(key):
                    try:
                        values[key] = to_utc(values[key], zones[branches[number]], self.now)
                    except Refusal as refusal:
                        self.problems.refuse(number, key, refusal)

    @staticmethod
    def _branch_id(values):
        return values.get("branch_code") or (values["partner"].branch_id.id if values.get("partner") else False)

    # ------------------------------------------------------------------
    # Values
    # ------------------------------------------------------------------

    def _as_vals(self, values):
        vals = {
            FIELDS.get(key, key): value
            for key, value in values.items()
            if key not in APART and key not in ("partner", "holding") and value is not None
        }
        if values.get("partner"):
            vals["partner_id"] = values["partner"].id
        if values.get("holding"):
            vals["holding_id"] = values["holding"].id
        if values.get("regime_codes"):
            vals["regime_ids"] = [Command.set(values["regime_codes"])]
        if values.get("parties"):
            vals["party_ids"] = [Command.create(party) for party in values["parties"]]
        return vals
