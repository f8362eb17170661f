"""Rows of a benchmark as a table with ratios.

A row is a dictionary:

- ``name``: what was measured (unique within the benchmark)
- ``seconds``: how long it took
- ``rows``: how many rows were handled (optional; then the rate counts, else the time)
- ``queries``: how many queries it took (optional)
- ``beside``: the ``name`` of the row to compare with (optional)
- ``aim``: what the ratio should be, such as ``">= 20"`` (of rates) or ``"<= 1.1"`` (of times) (optional)
- ``budget``: what it may take at most: ``"30 ms"``, ``"25 queries"`` or both, ``"30 ms, 2 queries"`` (optional)
- ``note``: a remark (optional)

A row is missed when its aim or a part of its budget is.
"""

import operator

COMPARE = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
HEADS = ("what", "rows", "seconds", "rows/s", "queries", "ratio", "beside", "aim", "budget", "")
OPTIONAL = ("queries", "budget")  # columns that stay away when no row has something in them


def with_ratios(rows):
    """Copies of the rows with ``rate``, ``ratio`` and ``verdict`` (ok, missed or empty)."""
    by_name = {row["name"]: row for row in rows}
    return [{**row, "rate": _rate(row), **_compared(row, by_name)} for row in rows]


def _rate(row):
    return row["rows"] / row["seconds"] if row.get("rows") and row["seconds"] else None


def _compared(row, by_name):
    other = by_name.get(row.get("beside"))
    if row.get("beside") and not other:
        raise ValueError(f"row {row['name']!r} is compared with {row['beside']!r}, which is no row")
    ratio = _ratio(row, other) if other else None
    return {"ratio": ratio, "verdict": _verdict([*_within_budget(row), *_meets_aim(ratio, row.get("aim"))])}


def _ratio(row, other):
    if _rate(row) and _rate(other):
        return _rate(row) / _rate(other)
    return row["seconds"] / other["seconds"] if other["seconds"] else None


def _meets_aim(ratio, aim):
    if not aim or ratio is None:
        return []
    sign, _space, number = aim.partition(" ")
    return [COMPARE[sign](ratio, float(number))]


def _within_budget(row):
    taken = {"ms": row["seconds"] * 1000, "queries": row.get("queries")}
    parts = [part.split() for part in row["budget"].split(",")] if row.get("budget") else []
    return [taken[unit] <= float(number) for number, unit in parts if taken[unit] is not None]


def _verdict(results):
    if not results:
        return ""
    return "ok" if all(results) else "missed"


def table(rows):
    """The table as text."""
    cells = [HEADS]
    for row in with_ratios(rows):
        cells.append(
            (
                row["name"],
                f"{row['rows']:,}" if row.get("rows") else "",
                f"{row['seconds']:.4f}" if row["seconds"] < 1 else f"{row['seconds']:,.2f}",
                f"{row['rate']:,.0f}" if row["rate"] else "",
                f"{row['queries']:,}" if row.get("queries") is not None else "",
                f"{row['ratio']:.2f}" if row["ratio"] is not None else "",
                row.get("beside") or "",
                row.get("aim") or "",
                row.get("budget") or "",
                " ".join(filter(None, [row["verdict"], row.get("note")])),
            )
        )
    shown = [
        column
        for column, head in enumerate(HEADS)
        if head not in OPTIONAL or any(line[column] for line in cells[1:])
    ]
    widths = {column: max(len(line[column]) for line in cells) for column in shown}
    right = {1, 2, 3, 4, 5}
    lines = [
        "  ".join(
            line[column].rjust(widths[column]) if column in right else line[column].ljust(widths[column])
            for column in shown
        ).rstrip()
        for line in cells
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])
