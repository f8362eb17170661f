import hashlib
import json

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# What can happen to a ticket; other files of the addon add theirs by extending `_kind_labels`.
KIND_LABELS = {
    "registered": _lt("Registered"),
    "state": _lt("State changed"),
    "outcome": _lt("Outcome set"),
    "assigned": _lt("Handler changed"),
    "customer_message": _lt("Message from the customer"),
    "staff_message": _lt("Message to the customer"),
    "letter_sent": _lt("Letter sent"),
    "letter_bounced": _lt("Letter came back"),
    "identified": _lt("Customer identified"),
    "changed": _lt("Changed"),
    "tracking_code": _lt("Tracking code handed out"),
}


class BankTicketEvent(models.Model):
    """The history of a ticket: append-only, each entry sealed to the one before by a hash.

    ``hash`` is the SHA-256 of the previous entry's hash and of this entry's contents (see :meth:`_digest`); the ticket
    keeps the number and the hash of its last entry.  Whoever changes, removes, inserts or cuts off entries in the
    database breaks the chain, and :meth:`bank.ticket.action_verify_events` says where.  ``data`` holds codes, dates
    and ids, never what a customer wrote.
    """

    _name = "bank.ticket.event"
    _description = "Ticket Event"
    _inherit = ["bank.sealed.mixin"]
    _order = "ticket_id, seq"
    _rec_name = "kind"

    ticket_id = fields.Many2one(
        comodel_name="bank.ticket", required=True, readonly=True, index=True, ondelete="restrict"
    )
    seq = fields.Integer(string="No.", required=True, readonly=True)
    kind = fields.Char(required=True, readonly=True)
    kind_label = fields.Char(string="Event", compute="_compute_kind_label")
    at = fields.Datetime(string="When", required=True, readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="By", readonly=True, ondelete="restrict")
    data = fields.Json(readonly=True, export_string_translation=False)
    summary = fields.Char(compute="_compute_kind_label")
    previous_hash = fields.Char(readonly=True)
    hash = fields.Char(required=True, readonly=True)

    _ticket_seq_uniq = models.UniqueIndex("(ticket_id, seq)", "This entry of the ticket's history exists.")

    @api.model
    def _kind_labels(self):
        """Return ``{kind: label}``; extended where kinds are added."""
        labels = KIND_LABELS.items()
        return {kind: self.env._(label) for kind, label in labels}  # pylint: disable=prefer-env-translation

    @api.depends("kind", "data")
    @api.depends_context("lang")
    def _compute_kind_label(self):
        labels = self._kind_labels()
        for event in self:
            event.kind_label = labels.get(event.kind, event.kind)
            event.summary = event._summarize(event.data or {})

    def _summarize(self, data):
        """Return one line for the list; extended where kinds are added."""
        if "from" in data and "to" in data:
            return f"{self._readable(data['from'])} → {self._readable(data['to'])}"
        return ", ".join(
            f"{key}: {self._readable(value)}" for key, value in data.items() if value not in (None, False)
        )

    def _readable(self, value):
        """Return a value of ``data`` for people: the label of a state, a list with commas."""
        if isinstance(value, list):
            return ", ".join(map(str, value))
        states = dict(self.env["bank.ticket"]._fields["state"]._description_selection(self.env))
        return states.get(value, str(value)) if isinstance(value, str) else str(value)

    # ------------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------------

    @api.model
    def _append(self, rows):
        """Append entries in their order; three queries for any number of tickets.

        The tickets' rows are locked and updated: of two transactions that write to one ticket's history at once the
        second one is tried again by Odoo, so no entry is lost and none has two successors.

        :param rows: tuples ``(ticket_id, kind, data, at)``; data JSON-serialisable or empty, ``at`` naive UTC
        """
        if not rows:
            return self.browse()
        heads = self._lock_heads(sorted({row[0] for row in rows}))
        vals_list = []
        for ticket_id, kind, data, at in rows:
            seq, previous = heads[ticket_id]
            vals = {
                "ticket_id": ticket_id,
                "seq": seq + 1,
                "kind": kind,
                "at": fields.Datetime.to_datetime(at).replace(microsecond=0),
                "user_id": self.env.uid,
                "data": data or {},
                "previous_hash": previous,
            }
            vals["hash"] = self._digest(vals)
            heads[ticket_id] = (seq + 1, vals["hash"])
            vals_list.append(vals)
        # sudo: bank.ticket.event - nobody may create entries directly, they follow from what the user was allowed
        events = self.sudo().create(vals_list)
        self._store_heads(heads)
        return events

    @api.model
    def _lock_heads(self, ticket_ids):
        """Return ``{ticket id: (number, hash)}`` of the last entries, the tickets locked."""
        rows = self.env.execute_query(
            SQL(
                """SELECT id, COALESCE(event_seq, 0), COALESCE(event_hash, '')
                     FROM bank_ticket WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE""",
                ticket_ids,
            )
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    @api.model
    def _store_heads(self, heads):
        self.env.execute_query(
            SQL(
                """UPDATE bank_ticket AS ticket SET event_seq = head.seq, event_hash = head.hash
                     FROM unnest(%s::int[], %s::int[], %s::text[]) AS head(id, seq, hash)
                    WHERE ticket.id = head.id RETURNING 1""",
                list(heads),
                [head[0] for head in heads.values()],
                [head[1] for head in heads.values()],
            )
        )
        tickets = self.env["bank.ticket"].browse(heads)
        tickets.invalidate_recordset(["event_seq", "event_hash", "event_ids"], flush=False)

    @api.model
    def _digest(self, vals):
        """Return the hash of an entry: SHA-256 over the previous hash and the canonical JSON of its contents."""
        contents = [
            vals["ticket_id"],
            vals["seq"],
            vals["kind"],
            fields.Datetime.to_string(vals["at"]),
            vals["user_id"],
            vals["data"] or {},
        ]
        text = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(f"{vals['previous_hash'] or ''}{text}".encode()).hexdigest()

    def _is_intact(self, previous_hash):
        """Tell whether this entry is what it was when it was written, and follows the entry with ``previous_hash``."""
        self.ensure_one()
        vals = {name: self[name] for name in ("seq", "kind", "at", "data", "previous_hash")}
        vals.update(ticket_id=self.ticket_id.id, user_id=self.user_id.id)
        return (self.previous_hash or "") == previous_hash and self.hash == self._digest(vals)
