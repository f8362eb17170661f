"""Groups of digits in a text that may belong together, because "6222 0212-3456 7890" is one number.

What people write is folded first, character for character, so that positions stay: full-width digits, dashes of every
kind, blanks that nobody sees.
"""

import re
from itertools import accumulate

MASK = "****"

_GROUP = re.compile(r"(?<!\d)\d+", re.ASCII)
_GAP = re.compile(r"[ -]{1,3}|[./_]| ?\n ?")
_DATE = re.compile(
    r"(?<!\d)((19|20)\d\d([-./])(0?[1-9]|1[0-2])\3(0?[1-9]|[12]\d|3[01])"
    r"|(0?[1-9]|[12]\d|3[01])([-./])(0?[1-9]|1[0-2])\7(19|20)\d\d"
    r"|(0?[1-9]|1[0-2])([-./])(0?[1-9]|[12]\d|3[01])\11(19|20)\d\d)(?!\d)",
    re.ASCII,
)


def _folding():
    table = {0xFF10 + digit: str(digit) for digit in range(10)}
    table.update({zero + digit: str(digit) for zero in (0x0660, 0x06F0) for digit in range(10)})
    table.update({0xFF21 + index: chr(65 + index) for index in range(26)})
    table.update({0xFF41 + index: chr(97 + index) for index in range(26)})
    table.update(dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xFE63, 0xFF0D), "-"))
    table.update(dict.fromkeys((0x09, 0xA0, 0xAD, *range(0x2000, 0x200E), 0x202F, 0x2060, 0x3000, 0xFEFF), " "))
    table.update({0x0D: "\n", 0xFF0E: ".", 0xFF0F: "/", 0xFF0B: "+", 0xFF0A: "*"})
    return table


FOLDING = _folding()


def fold(text):
    """Return ``text`` with its digits, dashes and blanks in ASCII, as long as before."""
    return text.translate(FOLDING)


class Run:
    """Groups of digits with nothing but a gap between them; sums over any of them cost no loop over their digits."""

    def __init__(self, text, groups):
        self.groups = groups  # [(start, end)]
        self.texts = [text[start:end] for start, end in groups]
        self.all_digits = "".join(self.texts)
        self.offsets = [0, *accumulate(len(part) for part in self.texts)]
        values = [int(digit) for digit in self.all_digits]
        doubled = [value * 2 - 9 * (value > 4) for value in values]
        pairs = list(zip(values, doubled, strict=True))
        # sums[p][n]: of the first n digits, those at positions of parity p doubled
        self.sums = [
            [0, *accumulate(two if index % 2 == parity else one for index, (one, two) in enumerate(pairs))]
            for parity in (0, 1)
        ]

    def __len__(self):
        return len(self.groups)

    def span(self, first, last):
        return self.groups[first][0], self.groups[last][1]

    def length(self, first, last):
        """Return the number of digits in the groups ``first`` to ``last``."""
        return self.offsets[last + 1] - self.offsets[first]

    def digits(self, first, last):
        return self.all_digits[self.offsets[first] : self.offsets[last + 1]]

    def form(self, first, last):
        """Return the groups as a text, with commas between them."""
        return ",".join(self.texts[first : last + 1])

    def is_luhn(self, first, last):
        start, end = self.offsets[first], self.offsets[last + 1]
        sums = self.sums[end % 2]
        return (sums[end] - sums[start]) % 10 == 0 and bool(self.all_digits[start:end].strip("0"))

    def windows(self, first, longest):
        """Return the last group of each window that begins with ``first``, the longest window first."""
        last = first
        while last + 1 < len(self) and self.length(first, last + 1) <= longest:
            last += 1
        return range(last, first - 1, -1)


def find_runs(text, taken=()):
    """Return the runs of a folded text outside the spans ``taken``, outside dates and behind no mask."""
    closed = sorted([*taken, *(match.span() for match in _DATE.finditer(text))])
    runs, groups, at = [], [], 0
    for match in _GROUP.finditer(text):
        start, end = match.span()
        while at < len(closed) and closed[at][1] <= start:
            at += 1
        is_closed = at < len(closed) and closed[at][0] < end
        if is_closed or (end - start <= 4 and text.endswith(MASK, 0, start)):
            continue
        if groups and not _GAP.fullmatch(text, groups[-1][1], start):
            runs.append(Run(text, groups))
            groups = []
        groups.append((start, end))
    return [*runs, Run(text, groups)] if groups else runs
