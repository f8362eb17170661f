"""What becomes of the customers of a batch."""

from . import customer_numbers, known_customers, references
from .base import Feed
from .customer_create import CustomerCreation
from .customer_documents import DocumentFeed
from .customer_owners import OwnerFeed
from .customer_schema import customer_schema
from .customer_update import CustomerUpdate
from .events import EventWriter
from .rounding import Rounder
from .shortcuts import PartnerShortcuts


class CustomerFeed(Feed):
    """Rows of ``push_customers``.

    The customers that are known are read in one query and compared here; only what is new or different is staged and
    written.  ``known[external_id]`` is what stands in the database.
    """

    kind = "customers"

    def __init__(self, env, source):
        super().__init__(env, source)
        self.shortcuts = PartnerShortcuts(env)
        self.events = EventWriter(env)
        self.documents = DocumentFeed(self)
        self.owners = OwnerFeed(self)
        self.known = {}

    def schema(self, rows):
        return customer_schema(self.env, rows)

    # ------------------------------------------------------------------
    # Look
    # ------------------------------------------------------------------

    def check(self, rows):
        self.refuse_duplicates(lambda values: values["external_id"], "external_id")
        self.refuse_duplicates(lambda values: values.get("customer_number"), "customer_number")
        derived = [name for name in known_customers.DERIVED if name in self.env["res.partner"]._fields]
        self.known = known_customers.fetch(self.env, self.source, references.texts(rows, "external_id"), derived)
        self._round_incomes()
        self._check_customer_numbers()
        self.documents.check()

    def _round_incomes(self):
        """Round as a monetary field does, in the currency that the profile will have."""
        rounder = Rounder(self.env)
        for _number, values in self.valid:
            income = values.get("annual_income")
            if income is not None:
                known = self.known.get(values["external_id"], {})
                currency_id = values.get("currency") or known.get("currency_id") or self.company.currency_id.id
                values["annual_income"] = rounder.round(income, currency_id)

    def _check_customer_numbers(self):
        wanted = {
            customer_number: number
            for number, values in self.valid
            if (customer_number := values.get("customer_number"))
            and customer_number != self.known.get(values["external_id"], {}).get("customer_number")
        }
        for customer_number in customer_numbers.numbers_in_use(self.env, wanted):
            self.problems.add(wanted[customer_number], "customer_number", "customer_number_taken")

    # ------------------------------------------------------------------
    # Write
    # ------------------------------------------------------------------

    def apply(self):
        # The ids of merged customers lead to one contact: the last row of the batch is the one that counts.
        last = {}
        for number, values in self.valid:
            if known := self.known.get(values["external_id"]):
                last[known["id"]] = number
        new, changed = [], []
        for number, values in self.valid:
            known = self.known.get(values["external_id"])
            if known is None:
                new.append(values)
            elif last[known["id"]] == number:
                changed.append((values, known))
        touched = set()
        touched |= CustomerUpdate(self).apply(changed)
        new_ids = CustomerCreation(self).apply(new)
        touched |= self.owners.apply()
        touched |= self.documents.apply()
        self.events.store()
        self.created = len(new)
        self.updated = len(touched.difference(new_ids))
        self.unchanged = len(self.valid) - self.created - self.updated
