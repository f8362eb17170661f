import json

from odoo import api, models
from odoo.tools import SQL

# Rows that name a contact by model and id: table, column of the model, column of the id.
REFERENCES = (
    ("ir_attachment", "res_model", "res_id"),
    ("ir_model_data", "model", "res_id"),
    ("mail_activity", "res_model", "res_id"),
    ("mail_followers", "res_model", "res_id"),
    ("mail_message", "model", "res_id"),
    ("bank_customer_event", "source_model", "source_id"),
)
# Of these only the columns of the link are kept: merging changes nothing else in them, and they may be long.
LONG_TABLES = {"ir_attachment", "mail_message"}
# Links between rows that an undo brings back together; they are set when both are there again.
LATE_COLUMNS = {"res_partner": ("financial_profile_id", "bank_customer_id", "parent_id", "commercial_partner_id")}
IGNORED_COLUMNS = {"write_date", "write_uid"}
# Tables of the merging itself.
SKIPPED_TABLES = ("base_partner_merge_", "bank_merge_request")


class BankMergeSnapshot(models.AbstractModel):
    """Pictures of all rows that lead to some contacts, and the way back from a later picture to an earlier one.

    A picture is ``{table: {key: row}}``; ``key`` is the id as text, or the whole row as text in tables without ids.
    """

    _name = "bank.merge.snapshot"
    _description = "Picture of the Rows of Contacts"

    @api.model
    def _take(self, partner_ids, earlier=None):
        """Return the picture of the rows that lead to the contacts, and of the rows of an ``earlier`` picture."""
        self.env.flush_all()
        picture = {"res_partner": self._rows("res_partner", self._keys_condition("id", partner_ids))}
        for table, columns in self._links().items():
            conditions = [self._keys_condition(column, partner_ids) for column in columns]
            self._add(picture, table, SQL(" OR ").join(conditions))
        for table, model, key in REFERENCES:
            where = SQL("%s = 'res.partner' AND %s", SQL.identifier(model), self._keys_condition(key, partner_ids))
            self._add(picture, table, where)
        for table, rows in (earlier or {}).items():
            if self._has_id(table) and rows:
                self._add(picture, table, self._keys_condition("id", [int(key) for key in rows]))
        return picture

    def _add(self, picture, table, where):
        if rows := self._rows(table, where):
            picture.setdefault(table, {}).update(rows)

    def _rows(self, table, where):
        rows = self.env.execute_query(
            SQL("SELECT to_jsonb(row) FROM %s AS row WHERE %s", SQL.identifier(table), where)
        )
        return {self._key(table, row): self._shortened(table, row) for (row,) in rows}

    def _key(self, table, row):
        return str(row["id"]) if "id" in row else json.dumps(row, sort_keys=True)

    def _shortened(self, table, row):
        if table not in LONG_TABLES:
            return row
        links = {"id", "res_id", *self._links().get(table, ())}
        return {name: value for name, value in row.items() if name in links}

    @api.model
    def _keys_condition(self, column, keys):
        return SQL("%s = ANY(%s)", SQL.identifier(column), list(keys))

    @api.model
    def _links(self):
        """Return ``{table: [columns]}`` of the foreign keys that lead to contacts."""
        links = {}
        for table, column in self.env["base.partner.merge.automatic.wizard"]._get_fk_on("res_partner"):
            if not table.startswith(SKIPPED_TABLES):
                links.setdefault(table, []).append(column)
        return links

    @api.model
    def _has_id(self, table):
        query = SQL("SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = 'id'", table)
        return bool(self.env.execute_query(query))

    # ------------------------------------------------------------------
    # The way back
    # ------------------------------------------------------------------

    @api.model
    def _restore(self, before, after):
        """Undo what happened between two pictures; what was changed after the second one stays as it is."""
        self.env.flush_all()
        gone = {
            table: [row for key, row in rows.items() if key not in after.get(table, {})]
            for table, rows in before.items()
        }
        self._revert_columns("res_partner", before, after, without=LATE_COLUMNS["res_partner"])
        self._insert("res_partner", gone.pop("res_partner", []))
        for table, rows in gone.items():
            if self._has_id(table):
                self._insert(table, rows)
        for table in before:
            if self._has_id(table):
                self._revert_columns(table, before, after)
            else:
                self._restore_pairs(table, before[table], after.get(table, {}))
        self._set_late_columns(before, after)
        self.env.invalidate_all()

    def _insert(self, table, rows):
        for row in rows:
            late = {name: None for name in LATE_COLUMNS.get(table, ())}
            if table == "res_partner":
                late["commercial_partner_id"] = row["id"]
            self._insert_row(table, {**row, **late})

    def _insert_row(self, table, row):
        names = SQL(", ").join(map(SQL.identifier, row))
        self.env.execute_query(
            SQL(
                """INSERT INTO %(table)s (%(names)s)
                   SELECT %(names)s FROM jsonb_populate_record(NULL::%(table)s, %(row)s::jsonb)
                       ON CONFLICT DO NOTHING RETURNING 1""",
                table=SQL.identifier(table),
                names=names,
                row=json.dumps(row),
            )
        )

    def _revert_columns(self, table, before, after, without=()):
        for key, old in before.get(table, {}).items():
            new = after.get(table, {}).get(key)
            if not new:
                continue
            changed = {
                name
                for name, value in old.items()
                if value != new.get(name) and name not in IGNORED_COLUMNS and name not in without
            }
            if changed:
                self._revert_row(table, int(key), old, new, changed)

    def _revert_row(self, table, key, old, new, names):
        """Set the columns back that have kept since what they got."""
        row = self.env.execute_query(
            SQL("SELECT to_jsonb(row) FROM %s AS row WHERE id = %s", SQL.identifier(table), key)
        )
        kept = [name for name in sorted(names) if row and row[0][0].get(name) == new.get(name)]
        if kept:
            self._update_row(table, key, {name: old[name] for name in kept})

    def _update_row(self, table, key, values):
        names = [SQL.identifier(name) for name in values]
        self.env.execute_query(
            SQL(
                "UPDATE %(table)s SET (%(names)s) = (SELECT %(names)s FROM "
                "jsonb_populate_record(NULL::%(table)s, %(row)s::jsonb)) WHERE id = %(key)s RETURNING 1"
                if len(names) > 1
                else "UPDATE %(table)s SET %(names)s = (SELECT %(names)s FROM "
                "jsonb_populate_record(NULL::%(table)s, %(row)s::jsonb)) WHERE id = %(key)s RETURNING 1",
                table=SQL.identifier(table),
                names=SQL(", ").join(names),
                row=json.dumps(values),
                key=key,
            )
        )

    def _restore_pairs(self, table, before, after):
        for key, row in after.items():
            if key not in before:
                where = SQL(" AND ").join(SQL("%s = %s", SQL.identifier(name), value) for name, value in row.items())
                self.env.execute_query(SQL("DELETE FROM %s WHERE %s RETURNING 1", SQL.identifier(table), where))
        for key, row in before.items():
            if key not in after:
                self._insert_row(table, row)

    def _set_late_columns(self, before, after):
        for table, names in LATE_COLUMNS.items():
            for key, row in before.get(table, {}).items():
                if key not in after.get(table, {}):
                    self._update_row(table, int(key), {name: row[name] for name in names if name in row})
