"""COPY into temporary tables, and statements from there.

The tables live until the end of the transaction at the latest; who makes one drops it.
"""

import io
import itertools

from odoo.tools import SQL

_numbers = itertools.count(1)
_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
ENOUGH_TO_ANALYZE = 2000  # rows
GROWTH_TO_ANALYZE = 0.2  # of what the planner believes is there


class Stage:
    """A temporary table with some columns of ``table`` and the given rows.

    Usage::

        with Stage(cr, "res_partner", ["id", "name"], rows) as stage:
            cr.execute(SQL("UPDATE res_partner SET name = s.name FROM %s s WHERE s.id = res_partner.id", stage.sql))

    :param rows: tuples in the order of ``columns``; None is NULL, everything else is written as ``str()`` of it
    """

    def __init__(self, cr, table, columns, rows):
        self.cr = cr
        self.table = table
        self.columns = columns
        self.rows = rows
        self.sql = SQL.identifier(f"bank_feed_{next(_numbers)}")

    def __enter__(self):
        self.cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE %s ON COMMIT DROP AS SELECT %s FROM %s WITH NO DATA",
                self.sql,
                identifiers(self.columns),
                SQL.identifier(self.table),
            )
        )
        buffer = io.StringIO("".join(map(_line, self.rows)))
        self.cr.copy_expert(f"COPY {self.cr.mogrify(self.sql).decode()} FROM STDIN", buffer)
        if len(self.rows) >= ENOUGH_TO_ANALYZE:
            self.cr.execute(SQL("ANALYZE %s", self.sql))
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:  # after an error the transaction, and the table with it, is rolled back
            self.cr.execute(SQL("DROP TABLE %s", self.sql))

    def insert(self, constants=None):
        """Return the INSERT of all rows into ``table``, with further columns that are the same in each row.

        :param constants: ``{column: value}``
        """
        constants = constants or {}
        return SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS stage",
            SQL.identifier(self.table),
            identifiers([*self.columns, *constants]),
            SQL(", ").join([*map(SQL.identifier, self.columns), *(SQL("%s", value) for value in constants.values())]),
            self.sql,
        )

    def update(self, constants=None):
        """Return the UPDATE of the rows of ``table`` that have the same ``id``."""
        changes = [
            SQL("%s = stage.%s", SQL.identifier(name), SQL.identifier(name)) for name in self.columns if name != "id"
        ]
        changes += [SQL("%s = %s", SQL.identifier(name), value) for name, value in (constants or {}).items()]
        return SQL(
            "UPDATE %s AS record SET %s FROM %s AS stage WHERE stage.id = record.id",
            SQL.identifier(self.table),
            SQL(", ").join(changes),
            self.sql,
        )


def identifiers(names):
    """Return the names as a list of SQL identifiers."""
    return SQL(", ").join(map(SQL.identifier, names))


def _line(row):
    return "\t".join([_field(value) for value in row]) + "\n"


def _field(value):
    if value is None:
        return "\\N"
    if type(value) is str:
        # most texts need no escape, and finding out is cheaper than translating
        if "\\" in value or not value.isprintable():
            return value.translate(_SPECIAL)
        return value
    return str(value)


def insert_rows(cr, table, columns, rows, constants=None):
    """Insert rows; see :class:`Stage` for the parameters."""
    if rows:
        with Stage(cr, table, columns, rows) as stage:
            cr.execute(stage.insert(constants))


def update_rows(cr, table, columns, rows, constants=None):
    """Update rows by the column ``id``, which has to be one of ``columns``."""
    if rows:
        with Stage(cr, table, columns, rows) as stage:
            cr.execute(stage.update(constants))


def reserve_ids(cr, table, count):
    """Take ``count`` ids from the sequence of ``table``."""
    if not count:
        return []
    cr.execute(SQL("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", table, count))
    return [row[0] for row in cr.fetchall()]


def refresh_statistics(cr, grown):
    """Tell the planner of tables that have grown by much, before the next statement joins them.

    A first load fills tables that were empty when PostgreSQL last looked; planned for empty tables, joins over
    thousands of rows take minutes. Later batches add little and cost one small query here.

    :param grown: ``{table: number of rows that were added}``
    """
    grown = {table: count for table, count in grown.items() if count >= ENOUGH_TO_ANALYZE}
    if not grown:
        return
    cr.execute(SQL("SELECT relname, reltuples FROM pg_class WHERE oid = ANY(%s::regclass[])", list(grown)))
    known = dict(cr.fetchall())
    for table in sorted(grown):
        if grown[table] > GROWTH_TO_ANALYZE * max(known[table], 0):
            # whoever analyses the table at this moment does it for us as well
            cr.execute(SQL("ANALYZE (SKIP_LOCKED) %s", SQL.identifier(table)))
