"""Rows of a benchmark as a table with ratios.

A row is a dictionary:

- ``name``: what was measured (unique within the benchmark)
- ``seconds``: how long it took
- ``rows``: how many rows were handled (optional; then the rate counts, else the time)
- ``beside``: the ``name`` of the row to compare with (optional)
- ``aim``: what the ratio should be, such as ``">= 20"`` (of rates) or ``"<= 1.1"`` (of times) (optional)
- ``note``: a remark (optional)
"""

import operator

COMPARE = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
HEADS = ("what", "rows", "seconds", "rows/s", "ratio", "beside", "aim", "")


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
    if not other:
        return {"ratio": None, "verdict": ""}
    if _rate(row) and _rate(other):
        ratio = _rate(row) / _rate(other)
    else:
        ratio = row["seconds"] / other["seconds"] if other["seconds"] else None
    return {"ratio": ratio, "verdict": _verdict(ratio, row.get("aim"))}


def _verdict(ratio, aim):
    if not aim or ratio is None:
        return ""
    sign, _space, number = aim.partition(" ")
    return "ok" if COMPARE[sign](ratio, float(number)) else "missed"


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
                f"{row['ratio']:.2f}" if row["ratio"] is not None else "",
                row.get("beside") or "",
                row.get("aim") or "",
                " ".join(filter(None, [row["verdict"], row.get("note")])),
            )
        )
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADS))]
    right = {1, 2, 3, 4}
    lines = [
        "  ".join(
            text.rjust(width) if column in right else text.ljust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])
