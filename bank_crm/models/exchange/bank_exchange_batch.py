import json
import time

from odoo import api, fields, models
from odoo.tools import SQL

from .feed import masking, staging

COUNTS = ("received", "created", "updated", "unchanged", "rejected")


class BankExchangeBatch(models.Model):
    """One call of another system: what it sent, what became of it.

    Only the server writes these records. A batch that was refused as a whole left nothing behind but this record, so
    its key may be used again for corrected rows; each attempt is a record of its own.
    """

    _name = "bank.exchange.batch"
    _description = "Exchange Batch"
    _order = "id desc"
    _rec_names_search = ["batch_key", "source"]

    name = fields.Char(compute="_compute_name")
    source = fields.Char(required=True, readonly=True, index=True)
    batch_key = fields.Char(required=True, readonly=True)
    kind = fields.Selection(
        selection=[
            ("customers", "Customers"),
            ("holdings", "Holdings"),
            ("balances", "Balances"),
            ("transactions", "Transactions"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        selection=[
            ("done", "Done"),
            ("partial", "Partly Done"),
            ("rejected", "Rejected"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        index=True,
        help="Partly done: the good rows were kept, the others refused. Rejected: a row was wrong and nothing was "
        "kept. Failed: the server ran into an error and nothing was kept.",
    )
    on_error = fields.Selection(
        selection=[("reject_batch", "Reject the Batch"), ("skip_row", "Skip the Row")],
        string="If a Row Is Wrong",
        required=True,
        readonly=True,
    )

    # Counts
    received = fields.Integer(readonly=True)
    created_count = fields.Integer(string="Created", readonly=True)
    updated_count = fields.Integer(string="Updated", readonly=True)
    unchanged_count = fields.Integer(string="Unchanged", readonly=True)
    rejected_count = fields.Integer(string="Rejected", readonly=True)
    error_ids = fields.One2many(comodel_name="bank.exchange.error", inverse_name="batch_id", string="Errors")
    error_count = fields.Integer(compute="_compute_error_count")
    failure = fields.Char(readonly=True, help="What kind of error stopped the server; its log has the details.")

    # Time
    started_at = fields.Datetime(string="Started", readonly=True)
    finished_at = fields.Datetime(string="Finished", readonly=True)
    seconds = fields.Float(digits=(12, 3), readonly=True)
    rows_per_second = fields.Integer(string="Rows per Second", readonly=True, aggregator="avg")

    # Repetition
    payload_hash = fields.Char(string="Fingerprint", readonly=True, help="SHA-256 of the rows.")
    replay_count = fields.Integer(
        string="Replays", readonly=True, help="How often the same batch was sent again and answered from here."
    )
    user_id = fields.Many2one(comodel_name="res.users", string="Sent By", readonly=True, ondelete="restrict")
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, index=True)

    # Refused attempts are history: they do not occupy the key.
    _batch_key_uniq = models.UniqueIndex(
        "(source, batch_key, company_id) WHERE state IN ('done', 'partial')",
        "Batch Key: this source has sent a batch with this key already.",
    )
    _key_idx = models.Index("(source, batch_key)")

    @api.depends("source", "batch_key")
    def _compute_name(self):
        for batch in self:
            batch.name = f"{batch.source} / {batch.batch_key}"

    @api.depends("error_ids")
    def _compute_error_count(self):
        counts = dict(
            self.env["bank.exchange.error"]._read_group([("batch_id", "in", self.ids)], ["batch_id"], ["__count"])
        )
        for batch in self:
            batch.error_count = counts.get(batch, 0)

    # ------------------------------------------------------------------
    # For bank.exchange
    # ------------------------------------------------------------------

    @api.model
    def _find(self, source, batch_key):
        """Return the batch that holds the key in this company, or the last refused attempt."""
        domain = [("source", "=", source), ("batch_key", "=", batch_key), ("company_id", "=", self.env.company.id)]
        batches = self.search([*domain, ("state", "in", ("done", "partial"))], limit=1)
        return batches or self.search([*domain, ("state", "=", "rejected")], order="id desc", limit=1)

    @api.model
    def _log(self, result, clock, **values):
        """Keep the outcome of a batch.

        :param result: ``{state, received, created, …, errors}``
        :param clock: when it began: ``(datetime, time.monotonic())``
        """
        started_at, started = clock
        seconds = time.monotonic() - started
        return self.create(
            {
                **values,
                "state": result["state"],
                "received": result["received"],
                **{f"{name}_count": result[name] for name in COUNTS[1:]},
                "started_at": started_at,
                "finished_at": fields.Datetime.now(),
                "seconds": seconds,
                "rows_per_second": int(result["received"] / seconds) if seconds else 0,
                "user_id": self.env.uid,
                "company_id": self.env.company.id,
            }
        )

    def _log_errors(self, errors, rows):
        """Keep the errors of this batch.

        :param errors: list of ``{row, field, code, message}``
        :param rows: the rows as they came; they are kept masked
        """
        self.ensure_one()
        masked = {
            number: json.dumps(masking.mask_row(rows[number - 1]))
            for number in {error["row"] for error in errors}
            if number
        }
        staging.insert_rows(
            self.env.cr,
            "bank_exchange_error",
            ["batch_id", "row", "field", "code", "message", "row_data"],
            [
                (self.id, error["row"], error["field"], error["code"], error["message"], masked.get(error["row"]))
                for error in errors
            ],
            {"create_uid": self.env.uid, "create_date": self.env.cr.now()},
        )
        self.invalidate_recordset(["error_ids"])

    def _answer(self, replayed, errors=None):
        """Return the answer to the caller; a replay reads the errors from the records."""
        self.ensure_one()
        if errors is None:
            errors = self.env.execute_query_dict(
                SQL(
                    """SELECT "row", field, code, message FROM bank_exchange_error
                        WHERE batch_id = %s ORDER BY "row", id""",
                    self.id,
                )
            )
        return {
            "batch_id": self.id,
            "batch_key": self.batch_key,
            "state": self.state,
            "replayed": replayed,
            "received": self.received,
            "created": self.created_count,
            "updated": self.updated_count,
            "unchanged": self.unchanged_count,
            "rejected": self.rejected_count,
            "errors": errors,
        }

    def action_view_errors(self):
        """Open the errors of this batch as a list, to group and to export them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_exchange_error_action")
        action["domain"] = [("batch_id", "=", self.id)]
        action["context"] = {"create": False}
        return action
