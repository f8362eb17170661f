"""Counts what the access matrix tried (``conftest.py`` adds up what several processes counted)."""

import collections


class Tally:
    """Counts cases, keeps what went wrong."""

    def __init__(self):
        self.cases = collections.Counter()
        self.leaks = collections.defaultdict(list)

    def count(self, group, is_right, text):
        self.cases[group] += 1
        if not is_right:
            self.leaks[group].append(text)

    def totals(self):
        """Return ``{group: [cases, leaks]}``."""
        return {group: [cases, len(self.leaks[group])] for group, cases in self.cases.items()}


TALLY = Tally()


def table(totals):
    """Return the lines of the table for people.

    :param totals: some of what :meth:`Tally.totals` returns, one for each process
    """
    sums = collections.defaultdict(lambda: [0, 0])
    for found in totals:
        for group, (cases, leaks) in found.items():
            sums[group][0] += cases
            sums[group][1] += leaks
    rows = [(group, *sums[group]) for group in sorted(sums)]
    rows.append(("total", sum(row[1] for row in rows), sum(row[2] for row in rows)))
    width = max(len("access matrix"), *(len(row[0]) for row in rows))
    head = f"{'access matrix':<{width}}  {'cases tried':>11}  {'leaks found':>11}"
    return [head, *(f"{name:<{width}}  {cases:>11}  {leaks:>11}" for name, cases, leaks in rows)]
