import hashlib
import json

import psycopg2.errors

from odoo import api, models
from odoo.exceptions import AccessError, ConcurrencyError, ValidationError

from odoo.addons.bank_crm.models.exchange.feed import convert, references

from ..tools import api_values
from ..tools.ledger.book import MOST_POINTS

KEY = convert.text(128, trimmed=True)
WORDS = convert.text(250)
BOOKERS = ("bank_crm.group_operations", "bank_crm_loyalty.group_loyalty_manager")


class BankPointsAccount(models.Model):
    """The door through which other systems book points.

    Each call has a ``key`` of the caller, unique in the programme. The same key with the same values answers the first
    result again with ``replayed: true``; with other values it answers ``[key_conflict]`` and changes nothing.
    """

    _inherit = "bank.points.account"

    @api.model
    def earn(self, values):
        """Give points to a customer.

        Example (JSON-2)::

            POST /json/2/bank.points.account/earn
            {"values": {"key": "core/4711/2026-11", "program_code": "POINTS", "customer_number": "10004711",
                        "points": 120, "value_on": "2026-11-30", "reason": "Salary account"}}

        :param values: required: ``key``, ``program_code``, ``customer_number``, ``points`` (1 to 1,000,000,000).
            Optional: ``value_on`` (ISO 8601, default today; decides from when and until when they can be spent),
            ``reason``, ``source_ref``
        :return: ``{"entry_key", "balance", "pending", "replayed"}``: points that can be spent now and later
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: one line for each error, beginning with its code: ``[unknown_field]``,
            ``[required_field]``, ``[wrong_type]``, ``[invalid_points]``, ``[invalid_date]``, ``[unknown_program]``,
            ``[unknown_customer]``, ``[key_conflict]``, ``[account_closed]``, ``[points_limit]``
        """
        self._check_may_book()
        fields = {
            **self._common_fields(values),
            "value_on": convert.date(latest=references.tomorrow(self.env)),
            "reason": WORDS,
            "source_ref": KEY,
        }
        call = self._read_call("earn", values, fields, ("key", "program_code", "customer_number", "points"))
        return self._book_once(
            call,
            lambda book, known: book.earn(
                call["points"], value_on=call.get("value_on"), source_ref=call.get("source_ref"), **known
            ),
        )

    @api.model
    def redeem(self, values):
        """Spend points of a customer at once, those that expire first.

        Example (JSON-2)::

            POST /json/2/bank.points.account/redeem
            {"values": {"key": "shop/889", "program_code": "POINTS", "customer_number": "10004711", "points": 100}}

        :param values: required: ``key``, ``program_code``, ``customer_number``, ``points``. Optional: ``reward_code``,
            ``reason``
        :return: see :meth:`earn`
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: as :meth:`earn`, and ``[insufficient_points]`` (nothing is changed),
            ``[account_frozen]``, ``[unknown_reward]``
        """
        self._check_may_book()
        fields = {**self._common_fields(values), "reason": WORDS, **self._reward_fields(values)}
        call = self._read_call("redeem", values, fields, ("key", "program_code", "customer_number", "points"))
        return self._book_once(call, lambda book, known: self._redeem(book, call, known))

    @api.model
    def reverse(self, values):
        """Undo an entry or a part of it: spent points go back into their lots, earned ones are taken back.

        Example (JSON-2)::

            POST /json/2/bank.points.account/reverse
            {"values": {"key": "shop/889/cancel", "program_code": "POINTS", "original_key": "shop/889"}}

        :param values: required: ``key``, ``original_key``. Optional: ``program_code`` (needed where several programmes
            know the key), ``points`` (default: all that is not reversed yet), ``reason``. Points that were earned and
            have been spent become a debt, which the next earnings pay
        :return: see :meth:`earn`
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: as :meth:`earn`, and ``[unknown_entry]``, ``[ambiguous_entry]``,
            ``[reverse_exceeds]``, ``[not_reversible]``
        """
        self._check_may_book()
        fields = {
            "key": KEY,
            "program_code": convert.reference(self._programs(values), "unknown_program"),
            "original_key": KEY,
            "points": api_values.points(MOST_POINTS),
            "reason": WORDS,
        }
        call = self._read_call("reverse", values, fields, ("key", "original_key"))
        original = self._find_original(call)
        call.update(account=original.account_id, program_code=original.program_id.id)
        return self._book_once(
            call,
            lambda book, known: book.reverse(
                original,
                call.get("points") or abs(original.points) - original.reversed_points or 1,
                source_ref=original.key,
                **known,
            ),
        )

    # ------------------------------------------------------------------
    # Reading a call
    # ------------------------------------------------------------------

    @api.model
    def _read_call(self, operation, values, fields, required):
        """Return the converted values of a call, with the ``hash`` of what was sent."""
        call = api_values.read(self.env, values, fields, required)
        sent = {key: str(value) for key, value in values.items() if value not in (None, "", False)}
        call["hash"] = hashlib.sha256(json.dumps([operation, sent], sort_keys=True).encode()).hexdigest()
        return call

    @api.model
    def _check_may_book(self):
        if not (self.env.su or any(self.env.user.has_group(group) for group in BOOKERS)):
            raise AccessError(
                self.env._(
                    "[access_denied] Your role does not book points. Ask for the role “Operations” or “Loyalty Manager”."
                )
            )

    @api.model
    def _common_fields(self, values):
        return {
            "key": KEY,
            "program_code": convert.reference(self._programs(values), "unknown_program"),
            "customer_number": KEY,
            "points": api_values.points(MOST_POINTS),
        }

    @api.model
    def _reward_fields(self, values):
        """Return the converters of ``redeem`` that the catalogue adds."""
        return {}

    @api.model
    def _programs(self, values):
        """Return ``{code: id}`` of the programme that a call names."""
        code = values.get("program_code") if type(values) is dict else None
        if type(code) is not str or not references.texts([values], "program_code"):
            return {}
        found = self.env["bank.points.program"].search([("code", "=", code), ("company_id", "=", self.env.company.id)])
        return {program.code: program.id for program in found}

    @api.model
    def _find_customer(self, number):
        domain = [
            ("customer_number", "=", number),
            ("is_bank_customer", "=", True),
            ("company_id", "in", (self.env.company.id, False)),
        ]
        partners = self.env["res.partner"]
        if self.env.user.has_group("bank_crm_loyalty.group_loyalty_manager"):
            # sudo: res.partner - whoever runs the programmes books for any customer but the restricted ones
            partner = partners.sudo().search([*domain, ("is_restricted", "=", False)], limit=1)
        else:
            partner = partners.search(domain, limit=1)
        if not partner:
            raise ValidationError(
                self.env._(
                    "[unknown_customer] customer_number: you have no customer with this number. Check the number, or "
                    "ask for access."
                )
            )
        return partner

    @api.model
    def _find_original(self, call):
        domain = [("key", "=", call["original_key"]), ("company_id", "=", self.env.company.id)]
        if call.get("program_code"):
            domain.append(("program_id", "=", call["program_code"]))
        found = self.env["bank.points.entry"].search(domain, limit=2)
        if not found:
            raise ValidationError(
                self.env._("[unknown_entry] original_key: no entry has this key. Send the key of an entry.")
            )
        if len(found) > 1:
            raise ValidationError(
                self.env._(
                    "[ambiguous_entry] original_key: several programmes have an entry with this key. Send program_code."
                )
            )
        return found.sudo()  # sudo: bank.points.entry - found as the caller, who may book (checked)

    # ------------------------------------------------------------------
    # Booking
    # ------------------------------------------------------------------

    @api.model
    def _book_once(self, call, operation):
        """Book unless the key is booked already, and return the answer.

        :param operation: ``operation(book, known)`` gives the id of the entry; ``known`` are its values
        """
        # sudo: bank.points.account - the caller may book (checked), for customers whom he sees (searched as himself)
        accounts = self.sudo()
        known = accounts._find_booked(call)
        if known:
            return known
        account = call.get("account") or accounts._of(
            accounts.env["bank.points.program"].browse(call["program_code"]),
            self._find_customer(call["customer_number"]),
        )
        try:
            book = account.sudo()._book()  # sudo: bank.points.account - see above
            entry_id = operation(
                book, {"key": call["key"], "payload_hash": call["hash"], "reason": call.get("reason")}
            )
        except psycopg2.errors.UniqueViolation:
            # somebody else has booked the key at this moment: the call is repeated and sees it
            raise ConcurrencyError("two calls with one key") from None
        return accounts.env["bank.points.entry"].browse(entry_id)._answer(replayed=False)

    def _find_booked(self, call):
        entry = self.env["bank.points.entry"].search(
            [("program_id", "=", call.get("program_code")), ("key", "=", call["key"])]
        )
        if not entry:
            return None
        if entry.payload_hash != call["hash"]:
            raise ValidationError(
                self.env._(
                    "[key_conflict] key: this key was used for another booking. Send this one with a new key; to "
                    "repeat the first one, send its values unchanged."
                )
            )
        return entry._answer(replayed=True)

    def _redeem(self, book, call, known):
        """Spend the points of a call; the catalogue extends it."""
        return book.spend(call["points"], **known)
