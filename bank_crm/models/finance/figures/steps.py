"""Temporary tables of a computation in steps."""

import itertools

from odoo.tools import SQL

_numbers = itertools.count(1)
STATISTICS_TARGET = 10  # joins only need sizes: a small sample tells them, and costs a tenth of the usual one


class Steps:
    """The steps of one computation, each a temporary table that the planner has looked at.

    One large statement would be planned from guesses about the sets inside it; on tables that were never analysed the
    guesses lead to nested loops that take minutes. Here each join starts from a table whose size is known.

    Usage::

        with Steps(cr) as steps:
            steps.stage("owner", SQL("SELECT ..."))
            steps.stage("part", SQL("SELECT ... FROM %s", steps.owner))
    """

    def __init__(self, cr):
        self.cr = cr
        self.tables = {}
        self.target = None

    def __enter__(self):
        self.cr.execute("SHOW default_statistics_target")
        self.target = self.cr.fetchone()[0]
        self._set_target(STATISTICS_TARGET)
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None:  # after an error the transaction, and the tables with it, is rolled back
            return
        self._set_target(self.target)
        if self.tables:
            self.cr.execute(SQL("DROP TABLE %s", SQL(", ").join(self.tables.values())))

    def __getattr__(self, name):
        try:
            return self.__dict__["tables"][name]
        except KeyError:
            raise AttributeError(name) from None

    def _set_target(self, target):
        self.cr.execute(SQL("SELECT set_config('default_statistics_target', %s, TRUE)", str(target)))

    def stage(self, name, query):
        """Keep the rows of ``query`` as the step ``name``; return their number."""
        table = self.tables[name] = SQL.identifier(f"bank_step_{name}_{next(_numbers)}")
        self.cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, query))
        count = self.cr.rowcount
        self.cr.execute(SQL("ANALYZE %s", table))
        return count
