import base64
import binascii
import hashlib

from markupsafe import Markup, escape

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize, formataddr

from odoo.addons.bank_crm.models.exchange.feed import convert
from odoo.addons.bank_crm.models.exchange.feed.schema import Schema

from ..tools.registration.convert import prose
from ..tools.registration.problems import TicketProblems
from ..tools.registration.schema import LONGEST_REFERENCE, LONGEST_TEXT, without_false

LONGEST_KEY = 128


class BankTicket(models.Model):
    """What other systems do with tickets after their registration: messages, files, questions about the state."""

    _inherit = "bank.ticket"

    @api.model
    def add_message(self, values):
        """Add what the customer wrote or said, or what the bank answered, in another system.

        Example (JSON-2)::

            POST /json/2/bank.ticket/add_message
            {"values": {"external_ref": "CC-2026-000123", "key": "chat/77/1", "text": "The fee came again today."}}

        :param values: required: ``number`` or ``external_ref`` of the ticket, ``key`` (the sender's own, unique in the
            company), ``text`` (plain; numbers of cards and identity documents are masked). Optional: ``author``:
            ``customer`` (default) or ``bank``, which answers in the name of the calling user
        :return: ``{"number", "message_id", "replayed"}``; a key that was sent before answers the first message
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: one line for each error; ``[unknown_ticket]``, ``[key_conflict]``
        """
        ticket, values = self._read_delivery(
            values, {"text": prose(LONGEST_TEXT), "author": convert.choice(("customer", "bank"))}, ("text",)
        )

        def work():
            message = ticket._post_delivered(values["text"], is_customer=values.get("author") != "bank")
            return {"number": ticket.number, "message_id": message.id}

        contents = [values["text"], values.get("author") or "customer"]
        return self.env["bank.ticket.delivery"]._once("message", values["key"], ticket, contents, work)

    @api.model
    def add_evidence(self, values):
        """Add a file that the customer handed in.

        Example (JSON-2)::

            POST /json/2/bank.ticket/add_evidence
            {"values": {"external_ref": "CC-2026-000123", "key": "scan/77", "name": "statement.txt",
                        "content": "RmVlIDEyLjUwCg=="}}

        :param values: required: ``number`` or ``external_ref`` of the ticket, ``key`` (the sender's own, unique in the
            company), ``name`` of the file, ``content`` (base64). Optional: ``text``: what it is. The same kinds and
            sizes of files are taken as by mail and in the portal, and numbers in files of text are masked
        :return: ``{"number", "attachment_id", "sha256", "replayed"}``; ``sha256`` is of the file as
            it is kept; a key that was sent before answers the first file
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: one line for each error; ``[unknown_ticket]``, ``[key_conflict]``,
            ``[invalid_base64]``, ``[file_refused]``
        """
        ticket, values = self._read_delivery(
            values,
            {"name": convert.text(256), "content": convert.text(64 * 1024 * 1024), "text": prose(LONGEST_TEXT)},
            ("name", "content"),
        )
        sent = self._decode_evidence(values["content"])
        [name, content] = self._accept_evidence(values["name"], sent)

        def work():
            message = ticket._post_delivered(values.get("text") or "", is_customer=True, attachments=[(name, content)])
            digest = hashlib.sha256(content).hexdigest()
            return {"number": ticket.number, "attachment_id": message.attachment_ids.id, "sha256": digest}

        contents = [values["name"], hashlib.sha256(sent).hexdigest(), values.get("text") or ""]
        return self.env["bank.ticket.delivery"]._once("evidence", values["key"], ticket, contents, work)

    @api.model
    def _decode_evidence(self, content):
        try:
            return base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError):
            raise ValidationError(
                self.env._("[invalid_base64] content: this is not base64. Send the bytes of the file encoded in it.")
            ) from None

    @api.model
    def _accept_evidence(self, name, content):
        """Return name and content of a file as they are kept, by the rules that hold for mail and the portal."""
        accepted, refused = self._accept_files([(name, content)])
        if refused or not content:
            raise ValidationError(
                self.env._(
                    "[file_refused] content: the bank does not take this file (%(reason)s). Send a document, a "
                    "picture or a recording, without programs and macros and not encrypted, or a smaller one.",
                    reason=refused[0].code if refused else "empty",
                )
            )
        return accepted[0]

    def _post_delivered(self, text, is_customer, **options):
        """Post what came from another system, visible to the customer.

        :param is_customer: the customer is the author, else the calling user
        """
        self.ensure_one()
        if is_customer:
            options["author_id"] = self.partner_id.id
            options["email_from"] = self._customer_address()
        # sudo: bank.ticket - operations and managers see tickets and do not work on them; what they deliver is the
        # customer's, and whether they may is checked by the callers
        return self.sudo().message_post(
            body=Markup("<p>%s</p>") % escape(text).replace("\n", Markup("<br>")) if text else "",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            **options,
        )

    def _customer_address(self):
        """Return the address of the author of messages of a customer who may be unknown: never the calling user's."""
        # sudo: bank.ticket - the address that the ticket's own messages show
        ticket = self.sudo()
        name = ticket.contact_name or ticket.partner_id.name or self.env._("Customer")
        address = email_normalize(ticket.contact_email or ticket.partner_id.email or "")
        return formataddr((name, address)) if address else name

    # ------------------------------------------------------------------
    # Arguments
    # ------------------------------------------------------------------

    @api.model
    def _read_delivery(self, values, fields_, required, needs_key=True):
        """Return ``(ticket, values)`` of a call about one ticket, checked.

        :param fields_: ``{key: converter}`` besides ``number``, ``external_ref`` and ``key``
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: one line for each error
        """
        self._check_may_register()
        text = convert.text(LONGEST_REFERENCE, trimmed=True)
        keys = {"number": text, "external_ref": text, **fields_}
        if needs_key:
            keys["key"] = convert.text(LONGEST_KEY, trimmed=True)
            required = ("key", *required)
        problems = TicketProblems(self.env)
        values = Schema(keys, required).convert(self._without_nothing(values), 1, problems) or {}
        if not problems.rows and not (values.get("number") or values.get("external_ref")):
            problems.add(1, "number", "no_reference")
        if problems.rows:
            raise ValidationError(problems.as_text())
        return self._find_delivered_to(values), values

    @api.model
    def _without_nothing(self, values):
        """Return values with null for false, except where false says something."""
        row = without_false(values)
        return {**row, "in_time": False} if isinstance(values, dict) and values.get("in_time") is False else row

    @api.model
    def _find_delivered_to(self, values):
        domain = [(key, "=", values[key]) for key in ("number", "external_ref") if values.get(key)]
        ticket = self.search([*domain, ("company_id", "=", self.env.company.id)], limit=1)
        if not ticket:
            raise ValidationError(
                self.env._(
                    "[unknown_ticket] number, external_ref: you have no ticket with this number or reference. Check "
                    "it, or register the ticket first."
                )
            )
        return ticket
