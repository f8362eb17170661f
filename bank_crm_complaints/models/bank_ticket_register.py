from odoo import api, models
from odoo.exceptions import ValidationError

from odoo.addons.bank_crm.models.exchange.feed import references
from odoo.addons.bank_crm.models.exchange.feed.problems import printable

from ..tools.registration.reader import RegistrationReader
from ..tools.registration.schema import REQUIRED

REQUIRED_IN_BATCH = (*REQUIRED, "external_ref")
ON_ERROR = ("reject_batch", "skip_row")
MOST_ROWS = 5_000


class BankTicket(models.Model):
    """The door through which other systems register tickets."""

    _inherit = "bank.ticket"

    @api.model
    def register(self, values):
        """Register one ticket.

        Example (JSON-2)::

            POST /json/2/bank.ticket/register
            {"values": {"kind": "complaint", "subject": "Fee", "description": "A fee was taken that is not agreed.",
                        "customer_number": "10004711", "external_ref": "CC-2026-000123"}}

        :param values: required: ``kind`` (complaint, inquiry, suggestion, compliment, service_request), ``subject``,
            ``description``, and ``customer_number``, ``email`` or ``anonymous: true``. Optional: ``external_ref`` (the
            sender's key, unique in the company), ``channel_code``, ``product_code``, ``cause_code`` (classification),
            ``branch_code``, ``received_at``, ``forwarded_at`` (ISO 8601, with an offset or in the branch's time),
            ``incident_on`` (date), ``regime_codes``, ``severity`` (low, normal, high, critical), ``requested_remedy``,
            ``contact_name``, ``contact_phone``, ``lang``, ``holding_external_id``, ``affected_count``, ``parties``:
            list of ``{role, name, phone, email}``. Card and identity numbers in texts are masked before they are
            stored
        :return: ``{"id", "number", "created", "next_due_at", "existing_open"}``; ``created`` is false when the
            ``external_ref`` was registered before, and the rest is about that ticket. ``next_due_at`` is ISO 8601 in
            UTC or False; ``existing_open`` are the numbers of open tickets that may be about the same matter
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: one line for each error, beginning with its code: see the integration guide
        """
        self._check_may_register()
        [answer], problems = self._register_rows([values])
        if answer is None:
            raise ValidationError(problems.as_text())
        return answer

    @api.model
    def register_batch(self, values):
        """Register many tickets in one transaction, with the number of queries of a few.

        Example (JSON-2)::

            POST /json/2/bank.ticket/register_batch
            {"values": {"on_error": "skip_row", "rows": [
                {"kind": "complaint", "subject": "Fee", "description": "A fee was taken that is not agreed.",
                 "customer_number": "10004711", "external_ref": "CC-2026-000123"}]}}

        :param values: ``rows``: list of at most 5,000 objects as for :meth:`register`, each with its ``external_ref``;
            ``on_error``: ``reject_batch`` (default: one wrong row and nothing is registered) or ``skip_row``
        :return: ``{"state", "received", "created", "existing", "rejected", "tickets", "errors"}``; ``state`` is done,
            partial or rejected; ``tickets`` are the answers of :meth:`register` with ``row``, from 1; ``errors`` are
            ``{"row", "field", "code", "message"}``
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: ``[invalid_argument]``, ``[unknown_field]``
        """
        self._check_may_register()
        return self._register_batch(*self._check_batch(values), "api")

    @api.model
    def _register_batch(self, rows, on_error, intake):
        """Register rows and return the answer of :meth:`register_batch`."""
        answers, problems = self._register_rows(
            rows, required=REQUIRED_IN_BATCH, whole=on_error == "reject_batch", intake=intake
        )
        tickets = [{"row": number, **answer} for number, answer in enumerate(answers, 1) if answer]
        created = sum(ticket["created"] for ticket in tickets)
        return {
            "state": "done" if not problems.rows else "partial" if on_error == "skip_row" else "rejected",
            "received": len(rows),
            "created": created,
            "existing": len(tickets) - created,
            "rejected": len(rows) - len(tickets),
            "tickets": tickets,
            "errors": problems.as_answer(),
        }

    @api.model
    def _check_batch(self, values):
        """Return ``(rows, on_error)`` of the argument of :meth:`register_batch`."""
        values = self._check_api_keys(values, ("rows", "on_error"))
        rows, on_error = values.get("rows"), values.get("on_error") or "reject_batch"
        if not isinstance(rows, list) or len(rows) > MOST_ROWS:
            raise ValidationError(
                self.env._("[invalid_argument] rows: give a list of at most %(most)s objects.", most=MOST_ROWS)
            )
        if on_error not in ON_ERROR:
            raise ValidationError(
                self.env._("[invalid_argument] on_error: use one of %(values)s.", values=", ".join(ON_ERROR))
            )
        return rows, on_error

    @api.model
    def _check_api_keys(self, values, known):
        """Return ``values`` when it is an object with no other keys than ``known``."""
        if not isinstance(values, dict):
            raise ValidationError(self.env._("[invalid_argument] values: give an object with named fields."))
        if unknown := [key for key in values if key not in known]:
            raise ValidationError(
                self.env._(
                    "[unknown_field] %(key)s: this key is not known. Known keys: %(known)s.",
                    key=printable(unknown[0], 64),
                    known=", ".join(known),
                )
            )
        return values

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------

    @api.model
    def _register_rows(self, rows, required=REQUIRED, whole=True, intake="api"):
        """Register rows as they come from outside.

        :param whole: one wrong row and nothing is registered
        :return: ``(answers, problems)``: one answer for each row, None for what was not registered
        """
        reader = RegistrationReader(self.env)
        registered = self._find_registered_rows(rows)
        known = self._find_known_rows(rows, registered, reader.problems)
        others = [(number, row) for number, row in enumerate(rows, 1) if number not in known]
        vals_of = reader.as_values(
            [(number, row) for number, row in others if number not in reader.problems.rows], required
        )
        if reader.problems.rows and whole:
            return [None] * len(rows), reader.problems
        done = {number: (ticket, False) for number, ticket in known.items()}
        alike = {}
        if vals_of:
            vals_list = list(vals_of.values())
            alike = dict(zip(vals_of, self._find_existing(vals_list), strict=True))
            done.update(zip(vals_of, self._register_many(vals_list, intake, registered), strict=True))
        repeated = {number: ticket for number, (ticket, is_new) in done.items() if not is_new}
        alike.update(self._find_existing_beside(repeated))
        return [
            done[number][0]._registration_answer(done[number][1], alike[number]) if number in done else None
            for number in range(1, len(rows) + 1)
        ], reader.problems

    @api.model
    def _check_rows(self, rows):
        """Look for errors in rows of a batch without registering anything, for the import of files.

        :return: list of ``{row, field, code, message}``
        """
        self._check_may_register()
        reader = RegistrationReader(self.env)
        known = self._find_known_rows(rows, self._find_registered_rows(rows), reader.problems)
        unknown = [(number, row) for number, row in enumerate(rows, 1) if number not in known]
        reader.as_values(unknown, REQUIRED_IN_BATCH)
        return reader.problems.as_answer()

    @api.model
    def _find_registered_rows(self, rows):
        """Return ``{key: ticket}`` of the references in raw rows that a ticket has (see :meth:`_find_registered`)."""
        company_id = self.env.company.id
        return self._find_registered(
            [
                {"company_id": company_id, "external_ref": reference}
                for reference in references.texts(rows, "external_ref")  # none that the database could not compare
                if reference
            ]
        )

    @api.model
    def _find_known_rows(self, rows, registered, problems):
        """Return ``{row number: ticket}`` of the rows whose reference has been registered.

        A reference whose ticket the caller may not see is a problem: its number is not told.
        """
        visible = self.browse(ticket.id for ticket in registered.values())._filtered_access("read")
        known = {}
        for number, row in enumerate(rows, 1):
            reference = row.get("external_ref") if isinstance(row, dict) else None
            key = ("external_ref", self.env.company.id, reference) if isinstance(reference, str) else None
            ticket = registered.get(key)
            if ticket and ticket in visible:
                known[number] = ticket
            elif ticket:
                problems.add(number, "external_ref", "external_ref_taken")
        return known

    @api.model
    def _find_existing_beside(self, tickets):
        """Return ``{key: open tickets like this one}`` for ``{key: ticket}``."""
        vals_list = [
            {
                "partner_id": ticket.partner_id.id,
                "product_taxon_id": ticket.product_taxon_id.id,
                "subject": ticket.subject,
                "description": ticket.description,
            }
            for ticket in tickets.values()
        ]
        found = self._find_existing(vals_list) if vals_list else []
        return {key: alike - tickets[key] for key, alike in zip(tickets, found, strict=True)}

    def _registration_answer(self, is_new, alike):
        """Return the answer of :meth:`register` about this ticket."""
        self.ensure_one()
        return {
            "id": self.id,
            "number": self.number,
            "created": is_new,
            "next_due_at": self._iso_moment(self._next_due_at()),
            "existing_open": alike.mapped("number"),
        }

    def _next_due_at(self):
        """Return the next legal deadline, without one the next service deadline, naive UTC or False."""
        self.ensure_one()
        return self.next_statutory_due_at or self.next_service_due_at

    @api.model
    def _iso_moment(self, value):
        """Return naive UTC as other systems read it, False for nothing: XML-RPC knows no null."""
        return value.isoformat(timespec="seconds") + "Z" if value else False
