"""What is wrong with the files, collected so that one run shows all of it and nothing is sent."""
from __future__ import annotations

from dataclasses import dataclass

# Enough to see a pattern; a file in the wrong encoding would otherwise fill the screen.
SHOWN_PROBLEMS = 20

_SHOWN_CELL_LENGTH = 40


@dataclass(frozen=True)
class Problem:
    """One fault of one file.

    :ivar file: file name without its folder
    :ivar row: 1-based, the header is row 1; None when the whole file is meant
    :ivar column: column name as in the header; None when the whole row is meant
    :ivar text: what is wrong and what to do, one sentence or two
    """

    file: str
    row: int | None
    column: str | None
    text: str

    def __str__(self):
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        return f"{place}: {self.text}"


class ProblemList:
    """Collects problems; keeps the first ones and counts the rest."""

    def __init__(self, limit=SHOWN_PROBLEMS):
        self.limit = limit
        self.shown: list[Problem] = []
        self.count = 0

    def add(self, file, row, column, text):
        """Record a fault; see :class:`Problem` for the arguments."""
        self.count += 1
        if len(self.shown) < self.limit:
            self.shown.append(Problem(file, row, column, text))

    def raise_if_any(self):
        """:raises BadDataError: if anything was recorded"""
        if self.count:
            raise BadDataError(self)


class BadDataError(Exception):
    """The files cannot be used; `problems` says where and why."""

    def __init__(self, problems: ProblemList):
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems.shown))

    def report(self):
        """:return: text for the user: every shown problem on its line, and how many there are in all"""
        lines = [str(problem) for problem in self.problems.shown]
        hidden = self.problems.count - len(lines)
        if hidden:
            lines.append(f"... and {hidden} more")
        noun = "problem" if self.problems.count == 1 else "problems"
        lines.append(
            f"{self.problems.count} {noun} found, nothing was sent. "
            "Rows are counted from 1 and include the header."
        )
        return "\n".join(lines)


def show_cell(cell):
    """Quote a cell for a message: control characters escaped, long content cut.

    :param str cell: content of one cell
    :rtype: str
    """
    if len(cell) > _SHOWN_CELL_LENGTH:
        return f"{cell[:_SHOWN_CELL_LENGTH]!r}..."
    return repr(cell)
