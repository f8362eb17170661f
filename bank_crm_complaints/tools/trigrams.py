"""How alike two texts are: the share of their groups of three characters that both have.

The same figure as ``similarity()`` of PostgreSQL's pg_trgm, which not every database has: words in small letters, two
blanks before and one behind.  Chinese, Japanese and Thai are written without blanks; their characters are taken in
pairs, of which a sentence has enough to be compared.
"""

import re

_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")


def trigrams(text):
    """Return the set of groups of characters of a text."""
    found = set()
    for word in _WORD.findall((text or "").lower()):
        for part in _UNSPACED.findall(word):
            found.update(part[index : index + 2] for index in range(len(part) - 1) or range(1))
        for part in _UNSPACED.split(word):
            if part:
                padded = f"  {part} "
                found.update(padded[index : index + 3] for index in range(len(padded) - 2))
    return found


def similarity(left, right):
    """Return a number from 0 (nothing in common) to 1 for two sets that :func:`trigrams` gave."""
    return len(left & right) / len(left | right) if left and right else 0.0
