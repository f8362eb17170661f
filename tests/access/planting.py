"""Rows that lead to a customer, in any table: a new model or a new field is tried without anybody naming it."""

import itertools

import psycopg2

from odoo.tools import SQL, mute_logger

# A value for each kind of column that must not be empty; the text is what a leak would show beside the name.
BLANKS = {
    "integer": 1,
    "bigint": 1,
    "boolean": False,
    "numeric": 0,
    "double precision": 0,
    "date": "2026-03-31",
    "timestamp without time zone": "2026-03-31 08:00:00",
    "jsonb": '{"en_US": "planted"}',
    "character varying": "planted",
    "text": "planted",
    "bytea": b"planted",
}
COUNTER = itertools.count()  # some texts have to be unique


class Planter:
    """Plants rows of a table in SQL, so that no method of a model decides whether it can be tried.

    :param owners: ids by table that fill the mandatory links to it, e.g. ``{"res_users": 1}``
    """

    def __init__(self, env, owners):
        self.cr = env.cr
        self.owners = owners

    def plant(self, table, values):
        """Insert a row.

        :returns: its id, or None where the database refuses the row
        """
        try:
            with mute_logger("odoo.sql_db"), self.cr.savepoint(flush=False):
                return self._insert(table, values)
        except psycopg2.Error:
            return None

    def _insert(self, table, values):
        row = {**self._mandatory(table, values), **values}
        for name in {"model", "res_model"} & row.keys():
            row[name] = "res.partner"
        self.cr.execute(
            SQL(
                "INSERT INTO %s (%s) VALUES %s RETURNING id",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, row)),
                tuple(row.values()),
            )
        )
        return self.cr.fetchone()[0]

    def _mandatory(self, table, known):
        self.cr.execute(
            """SELECT col.column_name, col.data_type, target.relname
                 FROM information_schema.columns col
                 LEFT JOIN pg_constraint con ON con.contype = 'f' AND con.conrelid = %s::regclass
                       AND con.conkey = ARRAY[(SELECT attnum FROM pg_attribute
                                                WHERE attrelid = con.conrelid AND attname = col.column_name)]
                 LEFT JOIN pg_class target ON target.oid = con.confrelid
                WHERE col.table_name = %s AND col.is_nullable = 'NO' AND col.column_default IS NULL""",
            [f'"{table}"', table],
        )
        return {
            name: self._any_row(target, known) if target else self._blank(kind)
            for name, kind, target in self.cr.fetchall()
            if name not in known
        }

    def _blank(self, kind):
        blank = BLANKS[kind]
        return f"{blank} {next(COUNTER)}" if kind in ("character varying", "text") else blank

    def _any_row(self, table, known):
        if table in self.owners:
            return self.owners[table]
        self.cr.execute(SQL("SELECT min(id) FROM %s", SQL.identifier(table)))
        return self.cr.fetchone()[0] or self._insert(table, {})


def links_to_customers(env):
    """Return ``[(model, field)]`` of all stored links from a model with a table to ``res.partner``."""
    return [
        (model, field)
        for model in env.values()
        if model._auto and not model._abstract and not model._transient
        for field in model._fields.values()
        if field.type == "many2one" and field.comodel_name == "res.partner" and field.store and field.column_type
    ]
