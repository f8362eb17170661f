"""Which cells of a table of figures are hidden, so that nobody learns what a few people answered."""

from collections import defaultdict
from itertools import combinations


def hidden_cells(cells, smallest, overlapping=()):
    """Return the keys of the cells whose figures are not shown.

    Hidden are cells of fewer than ``smallest`` answers. A table is read with its totals: the difference between the
    total of a row and the cells that are shown is the figure of those that are not.  So in each row, column and so on
    where something is hidden, the next smallest cells are hidden too, until two or more are, with ``smallest`` answers
    or more among them.  Where a total is hidden itself, one of its cells is, or they would add up to it.  Totals are
    judged first, so a total is hidden or not whatever it is divided by.  Cells without any answer need no hiding.

    This protects one table with its totals. It cannot protect from whoever subtracts tables of different filters from
    each other (see ``docs/decisions/0013-scores-beside-the-answers.md``).

    :param cells: ``{key: number of answers}``; keys are tuples of one length, a place for each dimension
    :param smallest: number of answers, or ``{key: number}``
    :param overlapping: places of the dimensions along which cells share answers, such as several questions of one
        answer. Along these cells do not add up: together they have as many answers as the largest of them, or more,
        and no more are counted upon
    """
    if not cells:
        return set()
    dimensions = range(len(next(iter(cells))))
    hidden = set()  # of cells of all totals: (dimensions, key)
    for size in range(len(dimensions) + 1):
        for kept in combinations(dimensions, size):
            answers, limits = _totals(kept, cells, smallest, overlapping)
            hidden |= _hidden_of_level(kept, answers, limits, hidden, overlapping)
    whole = tuple(dimensions)
    return {key for level, key in hidden if level == whole}


def _totals(kept, cells, smallest, overlapping):
    """Return the answers and the limits of the cells that remain when only some dimensions are kept."""
    parts, limits = defaultdict(lambda: defaultdict(int)), defaultdict(int)
    for key, count in cells.items():
        if count:
            total = tuple(key[dimension] for dimension in kept)
            parts[total][tuple(key[dimension] for dimension in overlapping)] += count
            limits[total] = max(limits[total], smallest[key] if isinstance(smallest, dict) else smallest)
    return {total: max(counts.values()) for total, counts in parts.items()}, limits


def _hidden_of_level(kept, answers, limits, hidden_above, overlapping):
    hidden = {key for key, count in answers.items() if count < limits[key]}
    lines = _lines(kept, answers, hidden_above)
    changed = bool(hidden or hidden_above)
    while changed:  # hiding in a row may leave a column with one hidden cell; ends, for cells are only ever added
        changed = False
        for line, is_total_hidden, place in lines:
            together = max if kept[place] in overlapping else sum
            added = _hide_more(line, is_total_hidden, answers, limits, hidden, together)
            hidden |= added
            changed = changed or bool(added)
    return {(kept, key) for key in hidden}


def _lines(kept, answers, hidden_above):
    """Return of each total: the cells that add up to it, smallest first, whether it is hidden, the place left out."""
    lines = defaultdict(list)
    for key in sorted(answers, key=lambda key: (answers[key], repr(key))):
        for place in range(len(kept)):
            total = (kept[:place] + kept[place + 1 :], key[:place] + key[place + 1 :])
            lines[place, total].append(key)
    return [(line, total in hidden_above, place) for (place, total), line in lines.items()]


def _hide_more(line, is_total_hidden, answers, limits, hidden, together):
    concealed = [key for key in line if key in hidden]
    if not concealed and not is_total_hidden:
        return set()
    wanted, limit = (1, 0) if is_total_hidden else (2, max(limits[key] for key in line))
    added = set()
    for key in line:
        if len(concealed) >= wanted and together([answers[key] for key in concealed] or [0]) >= limit:
            break
        if key not in hidden:
            added.add(key)
            concealed.append(key)
    return added
