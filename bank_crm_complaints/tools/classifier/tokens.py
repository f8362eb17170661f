"""Cuts a text into the tokens by which tickets are compared: words, pairs of neighbouring words, pairs of characters.

Chinese is written without blanks, so its pairs of neighbouring characters stand for its words. What identifies a
person or an account never becomes a token: no digits, no masks (``XXXX``), no addresses of mail or web.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

MAX_TOKENS = 600
MAX_CHARACTERS = 20_000

_NOISE = re.compile(r"\S+@\S+|https?://\S+|www\.\S+")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_RUN = re.compile(rf"[{_HAN}]+|[^\W\d_{_HAN}]+(?:['’][^\W\d_{_HAN}]+)?")
_MASK = re.compile(r"x{2,}", re.IGNORECASE)
_STOP_WORDS = frozenset(
    [
        "the", "and", "for", "that", "this", "with", "was", "were", "are", "have", "has", "had", "but", "not", "you",
        "your", "they", "them", "their", "there", "then", "than", "from", "been", "will", "would", "can", "could",
        "did", "does", "done", "its", "our", "out", "who", "what", "which", "when", "where", "why", "how", "all",
        "any", "each", "very", "just", "also", "about", "into", "over", "after", "before", "because", "since", "while",
        "she", "her", "his", "him", "hers", "ours", "mine", "yours", "is", "it", "in", "on", "of", "to", "as", "at",
        "by", "be", "an", "or", "if", "so", "do", "me", "my", "we", "he", "us", "am", "no", "up",
    ]
)
_HAN_STOP = frozenset("的了是我你他她它们在有和就都而及与着或一个也很这那吗呢吧把被请给对".replace(" ", ""))


def tokens(text):
    """:param str text: any text, in any mix of languages
    :return: set of tokens, at most :data:`MAX_TOKENS`, the first ones of the text
    """
    text = unicodedata.normalize("NFKC", text or "")[:MAX_CHARACTERS].lower()
    found = {}
    previous = ""
    for run in _RUN.findall(_NOISE.sub(" ", text)):
        if "\u3400" <= run[0] <= "\u9fff":
            found.update(dict.fromkeys(_han_pairs(run)))
            previous = ""
            continue
        word = _word(run)
        if not word:
            previous = ""
            continue
        found[word] = None
        if previous:
            found[f"{previous} {word}"] = None
        previous = word
        if len(found) >= MAX_TOKENS:
            break
    return set(list(found)[:MAX_TOKENS])


def _han_pairs(run):
    return [
        first + second
        for first, second in pairwise(run)
        if first not in _HAN_STOP and second not in _HAN_STOP
    ]


def _word(run):
    """:return: the word without its commonest endings, or an empty string where it says nothing"""
    word = re.split("['’]", run)[0]
    if len(word) < 2 or word in _STOP_WORDS or _MASK.fullmatch(word):
        return ""
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
