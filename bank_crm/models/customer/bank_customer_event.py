from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# The kinds that this addon writes. Other addons add theirs by extending `_kind_labels`.
KIND_LABELS = {
    "customer.created": _lt("Became a customer"),
    "customer.updated": _lt("Customer data changed"),
    "customer.merged": _lt("Merged with another customer"),
    "document.added": _lt("Identity document added"),
    "document.renewed": _lt("Identity document renewed"),
    "document.expired": _lt("Identity document expired"),
    "kyc.changed": _lt("KYC state changed"),
    "owner.changed": _lt("Owner changed"),
    "tier.changed": _lt("Tier changed"),
    "value.changed": _lt("Value class changed"),
    "lifecycle.changed": _lt("Lifecycle stage changed"),
    "holding.opened": _lt("Holding opened"),
    "holding.changed": _lt("Holding changed"),
    "holding.closed": _lt("Holding closed"),
}


class BankCustomerEvent(models.Model):
    """What happened to a customer: append-only facts, written by every room and addon, read by the timeline, by survey
    triggers, alerts and care programmes.

    ``kind`` is ``<subject>.<past participle>``; ``source_model`` and ``source_id`` name the record that tells more;
    ``payload`` is a JSON object with codes and labels for the summary.  A label is a text, or ``{language: text}``
    where it has translations, which are kept as they stand at the time.  It never holds identity, account or card
    numbers.
    """

    _name = "bank.customer.event"
    _description = "Customer Event"
    _inherit = ["bank.sealed.mixin"]
    _order = "occurred_at desc, id desc"
    _rec_name = "kind"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    kind = fields.Char(required=True, readonly=True)
    kind_label = fields.Char(string="Event", compute="_compute_summary", search="_search_kind_label")
    occurred_at = fields.Datetime(string="When", required=True, readonly=True, default=fields.Datetime.now)
    source_model = fields.Char(readonly=True, export_string_translation=False)
    source_id = fields.Many2oneReference(model_field="source_model", readonly=True, export_string_translation=False)
    payload = fields.Json(readonly=True, export_string_translation=False)
    user_id = fields.Many2one(
        comodel_name="res.users", string="By", readonly=True, default=lambda self: self.env.uid, ondelete="restrict"
    )
    summary = fields.Char(compute="_compute_summary")

    _partner_occurred_idx = models.Index("(partner_id, occurred_at DESC)")
    _kind_occurred_idx = models.Index("(kind, occurred_at DESC)")

    @api.model
    def _kind_labels(self):
        """Return ``{kind: label}``; addons that write kinds of their own extend it."""
        return {kind: self.env._(label) for kind, label in KIND_LABELS.items()}  # pylint: disable=prefer-env-translation

    @api.depends("kind", "payload")
    @api.depends_context("lang")
    def _compute_summary(self):
        labels = self._kind_labels()
        for event in self:
            event.kind_label = labels.get(event.kind, event.kind)
            event.summary = event._summarize(event.payload or {})

    def _search_kind_label(self, operator, value):
        if operator != "ilike":
            return NotImplemented
        kinds = [kind for kind, label in self._kind_labels().items() if value.lower() in label.lower()]
        return [("kind", "in", kinds)]

    def _summarize(self, payload):
        """Return one line of text for the timeline from the payload's ``from``, ``to``, ``label``, ``fields``."""
        label, before, after = (self._readable(payload.get(key)) for key in ("label", "from", "to"))
        if "from" in payload or "to" in payload:
            nothing = self.env._("none")
            change = f"{before or nothing} → {after or nothing}"
            return f"{label}: {change}" if label else change
        if names := payload.get("fields"):
            return self.env._("Changed: %(fields)s", fields=", ".join(self._field_labels(names)))
        return label

    def _readable(self, label):
        """Return a label of a payload in the language of the reader."""
        if isinstance(label, dict):
            return label.get(self.env.lang) or label.get("en_US") or next(iter(label.values()), "")
        return label or ""

    def _field_labels(self, names):
        """Return the labels of fields of a customer that the payload names by their technical names."""
        labels = []
        for name in names:
            field = self.env["res.partner"]._fields.get(name) or self.env["bank.financial.profile"]._fields.get(name)
            labels.append(field._description_string(self.env) if field else name)
        return labels

    @api.model
    def _names(self, records):
        """Return ``{id: {language: name}}`` of records whose names are translated, for payloads."""
        records.flush_recordset(["name"])
        table = SQL.identifier(records._table)
        return dict(self.env.execute_query(SQL("SELECT id, name FROM %s WHERE id = ANY(%s)", table, records.ids)))

    @api.model
    def _record(self, kind, rows):
        """Append one event of ``kind`` for each of ``rows``.

        :param kind: see :data:`KIND_LABELS`
        :param rows: dictionaries with ``partner_id`` and, if there is one, ``source_model``, ``source_id``,
            ``payload``, ``occurred_at``
        """
        # sudo: bank.customer.event - nobody may create events directly, they follow from changes the user was allowed
        return self.sudo().create([{"user_id": self.env.uid, **row, "kind": kind} for row in rows])

    @api.model
    def _record_select(self, kind, select):
        """Append the events that a query gives, for set-based writers.

        :param kind: see :data:`KIND_LABELS`
        :param select: :class:`odoo.tools.SQL` giving (partner_id, source_model, source_id, payload jsonb)
        """
        self.env.execute_query(
            SQL(
                """
                INSERT INTO bank_customer_event (partner_id, source_model, source_id, payload, kind, occurred_at,
                                                 user_id, create_uid, create_date, write_uid, write_date)
                SELECT fact.*, %(kind)s, now, %(uid)s, %(uid)s, now, %(uid)s, now
                  FROM (%(select)s) AS fact, (SELECT now() AT TIME ZONE 'UTC') AS clock(now)
             RETURNING 1
                """,
                kind=kind,
                uid=self.env.uid,
                select=select,
            )
        )
        self.env["res.partner"].invalidate_model(["bank_event_ids"])

    def action_open_source(self):
        """Open the record that the event is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.source_model,
            "res_id": self.source_id,
            "views": [(False, "form")],
        }
