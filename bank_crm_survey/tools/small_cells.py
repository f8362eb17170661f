"""Which cells of a table of figures are hidden, so that nobody learns what a few people answered."""

from collections import defaultdict


def hidden_cells(cells, smallest):
    """Return the keys of the cells whose figures are not shown.

    Hidden are cells of fewer than ``smallest`` answers. A table is shown with its totals: the difference between the
    total of a row and the cells that are shown is the figure of those that are not.  So in each row, column and so on
    where something is hidden, the next smallest cells are hidden too, until two or more are, with ``smallest`` answers
    or more among them.  Cells without any answer hide nothing and need no hiding.

    :param cells: ``{key: number of answers}``; keys are tuples of one length, a place for each dimension
    :param smallest: number of answers, or ``{key: number}``
    """
    limits = smallest if isinstance(smallest, dict) else dict.fromkeys(cells, smallest)
    cells = {key: count for key, count in cells.items() if count}
    hidden = {key for key, count in cells.items() if count < limits[key]}
    lines = _lines(cells)
    changed = bool(hidden)
    while changed:  # hiding in a row may leave a column with one hidden cell; ends, for cells are only ever added
        changed = False
        for line in lines:
            added = _hide_more(line, cells, limits, hidden)
            hidden |= added
            changed = changed or bool(added)
    return hidden


def _lines(cells):
    """Return the lists of cells that have a total of their own: same place in all dimensions but one."""
    lines = defaultdict(list)
    for key in cells:
        for dimension in range(len(key)):
            lines[dimension, key[:dimension], key[dimension + 1 :]].append(key)
    ordered = [sorted(line, key=lambda key: (cells[key], repr(key))) for line in lines.values()]
    return [line for line in ordered if len(line) > 1]


def _hide_more(line, cells, limits, hidden):
    concealed = [key for key in line if key in hidden]
    if not concealed:
        return set()
    number, answers = len(concealed), sum(cells[key] for key in concealed)
    limit = max(limits[key] for key in line)
    added = set()
    for key in line:
        if number >= 2 and answers >= limit:
            break
        if key not in hidden:
            added.add(key)
            number, answers = number + 1, answers + cells[key]
    return added
