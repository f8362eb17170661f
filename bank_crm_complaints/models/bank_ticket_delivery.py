import hashlib
import json

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, ValidationError


class BankTicketDelivery(models.Model):
    """What other systems delivered to tickets after their registration: one row for each of their keys.

    A key that comes again is answered with the first answer and does nothing; with other contents it is refused.
    """

    _name = "bank.ticket.delivery"
    _description = "Delivery to a Ticket"
    _inherit = ["bank.sealed.mixin"]
    _order = "id desc"
    _rec_name = "key"

    ticket_id = fields.Many2one(
        comodel_name="bank.ticket", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True)
    kind = fields.Selection(
        selection=[("message", "Message"), ("evidence", "File"), ("response", "Answer")], required=True, readonly=True
    )
    key = fields.Char(required=True, readonly=True, help="The other system's own key.")
    user_id = fields.Many2one(comodel_name="res.users", string="By", required=True, readonly=True, ondelete="restrict")
    digest = fields.Char(required=True, readonly=True, export_string_translation=False)
    answer = fields.Json(readonly=True, export_string_translation=False)

    _key_uniq = models.UniqueIndex("(company_id, kind, key)", "This key was used before.")

    @api.model
    def _once(self, kind, key, ticket, contents, work):
        """Return the answer of ``work()``, or the first answer where the key was delivered before.

        :param contents: what was delivered, JSON-serialisable; only its digest is kept
        :param work: function that does the work and returns a dictionary
        :return: the answer with ``replayed``
        :raises ValidationError: ``[key_conflict]``
        :raises ConcurrencyError: another transaction delivers the same key at this moment; Odoo repeats the call
        """
        # Whoever delivers to the same ticket at this moment waits, and Odoo begins his call anew.
        ticket._lock_rows()
        digest = self._digest_of(ticket, contents)
        # sudo: bank.ticket.delivery - whether a key was used; the answer is given to whoever knows key and contents
        deliveries = self.sudo()
        company = ticket.company_id
        earlier = deliveries.search([("company_id", "=", company.id), ("kind", "=", kind), ("key", "=", key)])
        if earlier and earlier.digest != digest:
            raise ValidationError(
                self.env._(
                    "[key_conflict] key: this key was used for something else. To repeat the first call send it "
                    "unchanged, otherwise send another key."
                )
            )
        if earlier:
            return {**earlier.answer, "replayed": True}
        answer = work()
        try:
            with self.env.cr.savepoint():
                deliveries.create(
                    {
                        "ticket_id": ticket.id,
                        "company_id": company.id,
                        "kind": kind,
                        "key": key,
                        "user_id": self.env.uid,
                        "digest": digest,
                        "answer": answer,
                    }
                )
        except psycopg2.errors.UniqueViolation:
            raise ConcurrencyError("two deliveries with one key at the same time") from None
        return {**answer, "replayed": False}

    @api.model
    def _digest_of(self, ticket, contents):
        text = json.dumps([ticket.id, contents], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
