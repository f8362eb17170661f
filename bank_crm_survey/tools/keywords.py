"""Keywords in customers' own words: lists of them, and the pattern by which PostgreSQL and Python find them.

A keyword in Latin letters is found at the beginning of a word, whatever its case ("fee" finds "Fees", not "coffee");
one in Chinese characters is found anywhere.
"""

import re

SPECIAL = re.compile(r"([\\.^$|?*+()\[\]{}])")


def split(text):
    """Return the keywords of a field: one a line, or with commas between them."""
    return [word for word in (part.strip() for part in re.split(r"[\n,，、;；]+", text or "")) if word]


def pattern(text):
    """Return the pattern for ``~*`` of PostgreSQL of the keywords in ``text``; empty where there are none."""
    return "|".join(("\\m" if _is_latin(word) else "") + SPECIAL.sub(r"\\\1", word) for word in split(text))


def is_in(text, words):
    """Tell whether one of the keywords in ``text`` is in ``words``, as the pattern would find it."""
    return any(
        re.search((r"(?<!\w)" if _is_latin(word) else "") + re.escape(word), words or "", re.IGNORECASE)
        for word in split(text)
    )


def names_in(name, words):
    """Tell whether ``words`` name the person: his whole name, a part of it of three letters or more, or his Chinese
    family name with a title, such as “王经理”."""
    name, words = (name or "").strip(), words or ""
    if not name or not words:
        return False
    if name.casefold() in words.casefold():
        return True
    if not _is_latin(name):
        titles = ("经理", "主管", "顾问", "客户经理", "主任", "行长")
        return any(name[0] + title in words for title in titles)
    parts = (part for part in re.split(r"[\s,.]+", name) if len(part) >= 3)
    return any(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", words, re.IGNORECASE) for part in parts)


def _is_latin(word):
    return word[0].isalnum() and ord(word[0]) < 0x2E80
