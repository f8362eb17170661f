import base64
import json
import math
import time

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .importing import columns, rejects, tables
from .importing.rows import RowBuilder

PREVIEW_ROWS = 5
SMALLEST_CHUNK, LARGEST_CHUNK, CHUNKS = 200, 5_000, 40
COUNTS = ("created", "updated", "unchanged", "rejected")


class BankExchangeImport(models.TransientModel):
    """Import of a CSV or spreadsheet file through the exchange, for administrators.

    Steps: choose a file (``upload``), say what its columns mean (``map``), check or import (``run``: the browser calls
    :meth:`run_chunk` until nothing is left, so that its bar moves), look at the result (``done``) and take the refused
    rows home as a file.
    """

    _name = "bank.exchange.import"
    _description = "Exchange Import"

    state = fields.Selection(
        selection=[("upload", "File"), ("map", "Columns"), ("run", "At Work"), ("done", "Result")],
        required=True,
        default="upload",
        readonly=True,
    )

    # File
    file = fields.Binary(required=True, attachment=True)
    file_name = fields.Char()
    kind = fields.Selection(
        selection=[
            ("customers", "Customers"),
            ("holdings", "Holdings"),
            ("balances", "Balances"),
            ("transactions", "Transactions"),
        ],
        string="Contents",
        required=True,
        default="customers",
    )
    source = fields.Char(
        required=True,
        default="file",
        help="The system that the keys in the file belong to. Rows of the same source and key are the same record.",
    )
    file_format = fields.Selection(
        selection=[("csv", "CSV"), ("xlsx", "XLSX"), ("xls", "XLS")], string="Format", readonly=True
    )

    # How to read it
    encoding = fields.Selection(
        selection=[
            ("utf-8", "UTF-8"),
            ("gb18030", "GB18030 (Chinese)"),
            ("utf-16", "UTF-16"),
            ("windows-1250", "Windows-1250 (Central European)"),
            ("windows-1252", "Windows-1252 (Western European)"),
        ],
        help="Found out from the file. Change it if the preview looks wrong.",
    )
    delimiter = fields.Selection(
        selection=[("comma", "Comma"), ("semicolon", "Semicolon"), ("tab", "Tabulator"), ("pipe", "Vertical Bar")],
        help="Found out from the file. Change it if the preview looks wrong.",
    )
    sheet_ids = fields.One2many(comodel_name="bank.exchange.import.sheet", inverse_name="import_id", string="Sheets")
    sheet_id = fields.Many2one(comodel_name="bank.exchange.import.sheet", domain="[('import_id', '=', id)]")
    date_format = fields.Selection(
        selection=[
            ("iso", "2026-01-31"),
            ("ymd_slash", "2026/01/31"),
            ("ymd_plain", "20260131"),
            ("ymd_chinese", "2026年01月31日"),
            ("dmy_dot", "31.01.2026"),
            ("dmy_slash", "31/01/2026"),
            ("mdy_slash", "01/31/2026"),
        ],
        string="Dates Are Written",
        required=True,
        default="iso",
    )
    decimal_mark = fields.Selection(
        selection=[("point", "1,234.56"), ("comma", "1.234,56")],
        string="Amounts Are Written",
        required=True,
        default="point",
    )
    clear_empty = fields.Boolean(
        string="Empty Cells Clear", help="Otherwise an empty cell leaves what is known as it is."
    )
    column_ids = fields.One2many(
        comodel_name="bank.exchange.import.column", inverse_name="import_id", string="Columns"
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    missing_keys = fields.Char(string="Missing Columns", compute="_compute_missing_keys")

    # Work
    is_check = fields.Boolean(string="Only Check", readonly=True)
    payload = fields.Binary(attachment=True, readonly=True, help="The rows, ready for the exchange.")
    batch_key = fields.Char(readonly=True)
    chunk_size = fields.Integer(readonly=True)
    total = fields.Integer(string="Rows", readonly=True)
    processed = fields.Integer(readonly=True)
    progress = fields.Float(compute="_compute_progress")
    seconds = fields.Float(digits=(12, 1), readonly=True)

    # Result
    created = fields.Integer(readonly=True)
    updated = fields.Integer(readonly=True)
    unchanged = fields.Integer(readonly=True)
    rejected = fields.Integer(readonly=True)
    errors = fields.Json(readonly=True, export_string_translation=False)
    error_summary = fields.Html(compute="_compute_error_summary", sanitize=False)
    batch_ids = fields.Many2many(comodel_name="bank.exchange.batch", readonly=True)
    rejected_format = fields.Selection(selection=[("csv", "CSV"), ("xlsx", "XLSX")], default="csv", required=True)
    rejected_file = fields.Binary(string="Refused Rows", attachment=True, readonly=True)
    rejected_name = fields.Char(readonly=True)

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("state", "encoding", "delimiter", "sheet_id")
    def _compute_preview(self):
        for record in self:
            record.preview = record._prepare_preview() if record.state == "map" else False

    def _prepare_preview(self):
        try:
            table = self._read_table()
        except UserError as error:
            return Markup('<div class="alert alert-warning" role="alert">%s</div>') % str(error)
        header = Markup().join(Markup("<th>%s</th>") % name for name in table.header)
        body = Markup().join(
            Markup("<tr>%s</tr>")
            % Markup().join(Markup("<td>%s</td>") % ("" if cell is None else str(cell)[:40]) for cell in row)
            for row in table.rows[:PREVIEW_ROWS]
        )
        return Markup(
            '<div class="table-responsive"><table class="table table-sm table-bordered small"><thead><tr>%s</tr>'
            "</thead><tbody>%s</tbody></table></div>"
        ) % (header, body)

    @api.depends(
        "kind",
        "column_ids.customer_key",
        "column_ids.holding_key",
        "column_ids.balance_key",
        "column_ids.transaction_key",
    )
    def _compute_missing_keys(self):
        for record in self:
            used = set(record._keys())
            labels = dict(self.env["bank.exchange.import.column"]._selection_key(record.kind or "customers"))
            missing = [labels[key] for key in columns.REQUIRED.get(record.kind, ()) if key not in used]
            record.missing_keys = ", ".join(missing) or False

    @api.depends("total", "processed", "state")
    def _compute_progress(self):
        for record in self:
            record.progress = 100 * record.processed / record.total if record.total else 0

    @api.depends("errors")
    def _compute_error_summary(self):
        for record in self:
            record.error_summary = record._prepare_error_summary() if record.errors else False

    def _prepare_error_summary(self):
        """Return a table of the errors by field and code, with the first line of the file that has each."""
        groups = {}
        for error in self.errors:
            group = groups.setdefault((error["field"].partition("[")[0], error["code"]), [0, error])
            group[0] += 1
        rows = Markup().join(
            Markup("<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>")
            % (first["line"] or "", field, count, first["message"])
            for (field, _code), (count, first) in sorted(groups.items(), key=lambda item: -item[1][0])
        )
        return Markup(
            '<table class="table table-sm"><thead><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr></thead>'
            "<tbody>%s</tbody></table>"
        ) % (
            self.env._("First Line"),
            self.env._("Field"),
            self.env._("Rows"),
            self.env._("What Is Wrong"),
            rows,
        )

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    def _content(self):
        return base64.b64decode(self.with_context(bin_size=False).file or b"")

    def _read_table(self):
        """Return the :class:`tables.Table` of the file as it is set to be read.

        :raises UserError: ``[unreadable_file]``, ``[empty_file]``
        """
        content = self._content()
        try:
            if self.file_format == "csv":
                table = tables.read_csv(content, self.encoding or "utf-8", self.delimiter or "comma")
            else:
                table = tables.read_sheet(content, self.sheet_id.name)
        except tables.UnreadableFile as error:
            raise self._unreadable() from error
        if not table.header:
            raise UserError(self.env._("[empty_file] The file has no rows. Choose another file or sheet."))
        return table

    def _unreadable(self):
        return UserError(
            self.env._(
                "[unreadable_file] The file cannot be read in this way. Choose another encoding, or save it as CSV in "
                "UTF-8 or as XLSX."
            )
        )

    def _keys(self):
        """Return the key of each column of the file, in its order."""
        field = self.env["bank.exchange.import.column"]._key_field(self.kind or "customers")
        return [column[field] or None for column in self.column_ids.sorted("position")]

    def _detect(self):
        """Find out format, encoding, delimiter and sheets."""
        content = self._content()
        values = {"file_format": tables.format_of(content), "encoding": False, "delimiter": False, "sheet_id": False}
        self.sheet_ids.unlink()
        if values["file_format"] == "csv":
            values["encoding"] = tables.detect_encoding(content)
            if not values["encoding"]:
                raise self._unreadable()
            text = content.decode("utf-8-sig" if values["encoding"] == "utf-8" else values["encoding"])
            values["delimiter"] = tables.detect_delimiter(text)
        else:
            try:
                names = tables.sheet_names(content)
            except tables.UnreadableFile as error:
                raise self._unreadable() from error
            sheets = self.env["bank.exchange.import.sheet"].create(
                [{"import_id": self.id, "name": name} for name in names]
            )
            values["sheet_id"] = sheets[:1].id
        values["rejected_format"] = "csv" if values["file_format"] == "csv" else "xlsx"
        self.write(values)

    def _map_columns(self):
        """Make a line for each column, with the key that its header suggests."""
        table = self._read_table()
        keys = columns.guess(self.kind, table.header)
        field = self.env["bank.exchange.import.column"]._key_field(self.kind)
        self.column_ids.unlink()
        self.env["bank.exchange.import.column"].create(
            [
                {
                    "import_id": self.id,
                    "position": position,
                    "header": header,
                    "samples": self._samples(table, position),
                    field: key,
                }
                for position, (header, key) in enumerate(zip(table.header, keys, strict=True))
            ]
        )

    @staticmethod
    def _samples(table, position):
        cells = [row[position] for row in table.rows[:20] if position < len(row) and row[position] is not None]
        return " · ".join(str(cell)[:30] for cell in cells[:3])

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def action_read(self):
        """Read the file and go on to its columns."""
        self.ensure_one()
        self._detect()
        self._map_columns()
        self.state = "map"
        return self._reopen()

    def action_reread(self):
        """Read the file again after its encoding, delimiter or sheet was changed."""
        self.ensure_one()
        self._map_columns()
        return self._reopen()

    def action_back(self):
        """Go back to the file, or from the result to the columns."""
        self.ensure_one()
        self.state = "map" if self.state == "done" and self.is_check else "upload"
        return self._reopen()

    def action_check(self):
        """Look for errors without writing anything."""
        return self._start(is_check=True)

    def action_import(self):
        """Import the file; wrong rows are left out."""
        return self._start(is_check=False)

    def _start(self, is_check):
        self.ensure_one()
        self._check_mapping()
        table = self._read_table()
        builder = RowBuilder(
            self.kind,
            self._keys(),
            date_format=self.date_format,
            decimal_comma=self.decimal_mark == "comma",
            clear_empty=self.clear_empty,
        )
        built = builder.build(table)
        if not built:
            raise UserError(
                self.env._("[empty_file] The file has a header and no rows. Choose another file or sheet.")
            )
        duplicates = self._find_duplicates(built)
        self.write(
            {
                "state": "run",
                "is_check": is_check,
                "payload": base64.b64encode(json.dumps(built).encode()),
                # one key for each attempt, so that a call that is repeated after a broken connection changes nothing
                "batch_key": f"{(self.file_name or 'file')[:60].strip()} {int(time.time() * 1000)}",
                "chunk_size": min(max(math.ceil(len(built) / CHUNKS), SMALLEST_CHUNK), LARGEST_CHUNK),
                "total": len(built),
                "processed": 0,
                "seconds": 0,
                "errors": duplicates,
                "rejected_file": False,
                "batch_ids": [fields.Command.clear()],
                **dict.fromkeys(COUNTS, 0),
            }
        )
        return self._reopen()

    def _check_mapping(self):
        keys = [key for key in self._keys() if key]
        if self.missing_keys:
            raise UserError(
                self.env._(
                    "[missing_column] No column stands for: %(names)s. Choose these fields beside the columns.",
                    names=self.missing_keys,
                )
            )
        if len(keys) != len(set(keys)):
            labels = dict(self.env["bank.exchange.import.column"]._selection_key(self.kind))
            twice = sorted({labels[key] for key in keys if keys.count(key) > 1})
            raise UserError(
                self.env._(
                    "[duplicate_column] Two columns stand for: %(names)s. Take the field away from one of them.",
                    names=", ".join(twice),
                )
            )

    def _find_duplicates(self, built):
        """Return the errors of rows whose key an earlier row has; the exchange sees only one part at a time."""
        names = {"balances": ("holding_external_id", "date")}.get(self.kind, ("external_id",))
        seen, errors = set(), []
        for row, indexes in built:
            key = tuple(row.get(name) for name in names)
            if None not in key and key in seen:
                errors.append(
                    {
                        "index": indexes,
                        "line": None,
                        "field": names[0],
                        "code": "duplicate_key",
                        "message": self.env._(
                            "%(field)s: an earlier row of the file has the same key. Send each one once.",
                            field=names[0],
                        ),
                    }
                )
            seen.add(key)
        return errors

    # ------------------------------------------------------------------
    # Work
    # ------------------------------------------------------------------

    def run_chunk(self):
        """Process the next part of the file; called by the progress bar until ``finished``.

        :return: ``{"processed", "total", "progress", "finished", "created", "updated", "unchanged", "rejected"}``
        """
        self.ensure_one()
        if self.state == "run":
            started = time.monotonic()
            self._process_chunk()
            self.seconds += time.monotonic() - started
            if self.processed >= self.total:
                self._finish()
        return {
            "processed": self.processed,
            "total": self.total,
            "progress": self.progress,
            "finished": self.state != "run",
            **{name: self[name] for name in COUNTS},
        }

    def _process_chunk(self):
        built = json.loads(base64.b64decode(self.with_context(bin_size=False).payload))
        chunk = built[self.processed : self.processed + self.chunk_size]
        duplicates = {error["index"][0] for error in self.errors or ()}
        good = [(row, indexes) for row, indexes in chunk if indexes[0] not in duplicates]
        errors = list(self.errors or ())
        answer = self._push([row for row, _indexes in good])
        for error in answer["errors"]:
            errors.append({"index": good[error["row"] - 1][1], **{k: error[k] for k in ("field", "code", "message")}})
        self.write(
            {
                "processed": self.processed + len(chunk),
                "errors": errors,
                **{name: self[name] + answer[name] for name in COUNTS[:3]},
                "rejected": self.rejected + answer["rejected"] + len(chunk) - len(good),
            }
        )

    def _push(self, rows):
        exchange = self.env["bank.exchange"]
        if self.is_check:
            return exchange._check_rows(self.kind, self.source, rows)
        method = {
            "customers": exchange.push_customers,
            "holdings": exchange.push_holdings,
            "balances": exchange.push_balances,
            "transactions": exchange.push_transactions,
        }[self.kind]
        answer = method(self.source.strip(), f"{self.batch_key} {self.processed}", rows, "skip_row")
        self.batch_ids = [fields.Command.link(answer["batch_id"])]
        return answer

    def _finish(self):
        """Write the file of refused rows."""
        table = self._read_table()
        errors = self.errors or []
        reasons = {}
        for error in errors:
            for index in error["index"]:
                reasons.setdefault(index, []).append(error)
            error["line"] = table.lines[error["index"][0]]
        header = [
            *table.header,
            self.env._("Line in the File"),
            self.env._("Error Codes"),
            self.env._("Reasons"),
        ]
        width = len(table.header)
        rows = [
            [
                *table.rows[index][:width],
                table.lines[index],
                ", ".join(dict.fromkeys(error["code"] for error in found)),
                "\n".join(dict.fromkeys(error["message"] for error in found)),
            ]
            for index, found in sorted(reasons.items())
        ]
        values = {"state": "done", "errors": errors, "payload": False}
        if rows:
            writer = rejects.as_xlsx if self.rejected_format == "xlsx" else rejects.as_csv
            values["rejected_file"] = base64.b64encode(writer(header, rows))
            stem = (self.file_name or "file").rsplit(".", 1)[0]
            name = self.env._("%(file)s refused", file=stem)  # (no term is found inside of an f-string)
            values["rejected_name"] = f"{name}.{self.rejected_format}"
        self.write(values)

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import a File"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_view_batches(self):
        """Open the batches that the import has made."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_exchange_batch_action")
        action["domain"] = [("id", "in", self.batch_ids.ids)]
        action["target"] = "main"
        return action
