"""How required clauses are written down and recognised in a letter, see :class:`.letter_lint.Clause`."""

import re
from functools import lru_cache

from .letter_text import normalize

LATIN = "0-9a-z\u00df-\u024f"


def has_clause(text, pattern):
    """Tell whether a text, :func:`normalize`-d, makes the statement of ``pattern`` (see :class:`Clause`)."""
    return all(requirement.search(text) for requirement in requirements(pattern))


def is_pattern(pattern):
    """Tell whether a pattern asks for anything: an empty one, or an empty alternative, is met by every text."""
    lines = [line for line in (pattern or "").splitlines() if line.strip()]
    alternatives = [normalize(part).replace("*", "").strip() for line in lines for part in line.split("|")]
    return bool(alternatives) and all(alternatives)


@lru_cache(maxsize=2048)
def requirements(pattern):
    found = []
    for line in pattern.splitlines():
        if not line.strip():
            continue
        alternatives = []
        for part in line.split("|"):
            pieces = [edged(normalize(piece)) for piece in part.split("*")]
            alternatives.append(r"[^.!?。]{0,120}?".join(pieces))
        found.append(re.compile("|".join(alternatives)))
    return tuple(found)


def edged(piece):
    """Return a regular expression for a piece that begins and ends at the edges of words; Chinese has none."""
    before = rf"(?<![{LATIN}])" if re.match(f"[{LATIN}]", piece) else ""
    after = rf"(?![{LATIN}])" if re.search(f"[{LATIN}]$", piece) else ""
    if re.match(r"[0-9]", piece):
        before = r"(?<!\d)"
    if re.search(r"[0-9]$", piece):
        after = r"(?!\d)"
    return before + re.escape(piece) + after
