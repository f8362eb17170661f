"""Replacing pre-computed rows by freshly computed ones, touching only those that differ."""

from odoo.tools import SQL

TEXT_KEYS = ("kind", "state", "abc_bank", "abc_branch", "abc_book")


def replace_rows(env, model, keys, values, scope, source):
    """Make the rows of ``model`` within ``scope`` those of ``source``.

    :param model: name of the model
    :param keys: columns that tell the rows of the scope apart, NULL being a value like others
    :param values: the other columns
    :param scope: ``{column: value}`` that all these rows have, such as company and month
    :param source: :class:`odoo.tools.SQL` of a query of ``keys`` and ``values``
    :return: number of the rows that were deleted, changed or added
    """
    table, fresh = SQL.identifier(env[model]._table), SQL.identifier(f"{env[model]._table}_fresh")
    conditions = [SQL("stored.%s = %s", SQL.identifier(name), value) for name, value in scope.items()]
    parts = {
        "table": table,
        "fresh": fresh,
        "within": SQL(" AND ").join(conditions),
        "same": SQL(" AND ").join(_same(name) for name in keys),
    }
    env.cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", fresh, source))
    env.cr.execute(SQL("ANALYZE %s", fresh))
    changed = 0
    for statement in (_delete(parts), _update(parts, values), _insert(parts, [*keys, *values], scope)):
        env.cr.execute(statement)
        changed += env.cr.rowcount
    env.cr.execute(SQL("DROP TABLE %s", fresh))
    env[model].invalidate_model()
    return changed


def _same(name):
    """Return the condition that a key is the same, of a kind that can be hashed: IS NOT DISTINCT FROM cannot."""
    nothing = "" if name in TEXT_KEYS else 0
    column = SQL.identifier(name)
    if name == "matures_on":
        return SQL("stored.%s = fresh.%s", column, column)
    return SQL("COALESCE(stored.%s, %s) = COALESCE(fresh.%s, %s)", column, nothing, column, nothing)


def _delete(parts):
    return SQL(
        """DELETE FROM %(table)s AS stored
            WHERE %(within)s AND NOT EXISTS (SELECT FROM %(fresh)s AS fresh WHERE %(same)s)""",
        **parts,
    )


def _update(parts, values):
    names = [SQL.identifier(name) for name in values]
    return SQL(
        """UPDATE %(table)s AS stored SET (%(names)s) = ROW(%(new)s) FROM %(fresh)s AS fresh
            WHERE %(within)s AND %(same)s AND (%(old)s) IS DISTINCT FROM (%(new)s)""",
        names=SQL(", ").join(names),
        old=SQL(", ").join(SQL("stored.%s", name) for name in names),
        new=SQL(", ").join(SQL("fresh.%s", name) for name in names),
        **parts,
    )


def _insert(parts, columns, scope):
    return SQL(
        """INSERT INTO %(table)s (%(scope)s, %(columns)s)
           SELECT %(constants)s, %(columns)s FROM %(fresh)s AS fresh
            WHERE NOT EXISTS (SELECT FROM %(table)s AS stored WHERE %(within)s AND %(same)s)""",
        scope=SQL(", ").join(map(SQL.identifier, scope)),
        constants=SQL(", ").join(SQL("%s", value) for value in scope.values()),
        columns=SQL(", ").join(map(SQL.identifier, columns)),
        **parts,
    )
