"""Where IBANs stand in a text: by their form and the remainder of ISO 13616 (mod 97)."""

import re

LENGTHS = range(15, 35)

_START = re.compile(r"((?<![A-Za-z0-9*])|(?<=IBAN)|(?<=iban))[A-Za-z]{2}\d{2}", re.ASCII)
_GROUP = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_GAP = re.compile(r"[ -]{1,2}")


def find_ibans(text):
    """Return ``[(start, end)]`` of the IBANs in a folded text."""
    spans, position = [], 0
    while match := _START.search(text, position):
        end = _end_of_iban(text, match.start())
        if end:
            spans.append((match.start(), end))
        position = end or match.start() + 1
    return spans


def _end_of_iban(text, start):
    """Return where the longest IBAN ends that begins at ``start``, or None."""
    number, position, ends = "", start, []
    while group := _GROUP.match(text, position):
        part = group.group()
        if number and not _continues(number, part):
            break
        number += part
        if len(number) > LENGTHS[-1]:
            break
        if len(number) in LENGTHS:
            ends.append((number, group.end()))
        gap = _GAP.match(text, group.end())
        if not gap:
            break
        position = gap.end()
    return next((end for number, end in reversed(ends) if _is_iban(number)), None)


def _continues(number, part):
    """Groups of an IBAN are four characters long, or digits only; small letters are words of the sentence."""
    return part.isdigit() or (part == part.upper() and len(number) % 4 == 0 and len(part) <= 4)


def _is_iban(number):
    turned = number[4:].upper() + number[:4].upper()
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1
