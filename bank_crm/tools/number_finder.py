"""Where card, identity and account numbers stand in a text.

Only what passes its check counts: Luhn for cards, GB 11643 for Chinese resident identity numbers, mod 97 for IBAN; and
the numbers that the caller knows.

Amounts, dates, times and phone numbers can pass Luhn by chance (one in ten does). They are recognised by what stands
around them and by their form, and left alone.
"""

import re

from stdnum.cn import ric

from .iban_finder import find_ibans
from .number_runs import find_runs, fold

CARD_LENGTHS = range(13, 20)
ACCOUNT_LENGTHS = range(8, 31)
LONGEST_AMOUNT = 15  # digits; phone numbers have no more either
# Numbers of a text that are looked up as account numbers; a text with more of them is a list, not a story.
MOST_CANDIDATES = 500

# As cards show them: together, in fours, American Express and Diners, the bank's number and the rest.
_CARD_FORM = re.compile(r"\d{13,19}|\d{4}(,\d{4}){2},\d{1,4}(,\d{1,3})?|\d{4},\d{6},\d{4,5}|\d{6},\d{10,13}", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+", re.ASCII)
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_DAY = re.compile(r"(18|19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", re.ASCII)
_TIME = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])([0-5]\d){2}(\d{3})?", re.ASCII)
_CURRENCY = r"(CNY|RMB|USD|EUR|GBP|HKD|JPY|VND|IDR|KRW)"
_AMOUNT_BEFORE = re.compile(rf"([¥￥$€£]|\b{_CURRENCY}) ?[-+]?$")
_AMOUNT_AFTER = re.compile(rf"\.\d{{1,2}}(?!\d)| ?([元¥￥€£%万亿]|{_CURRENCY}\b)", re.ASCII)
_DECIMALS_BEFORE = re.compile(r"(?<!\d)0\.$", re.ASCII)
_OTHER_GAP = re.compile(r"[\n./_]")


def find_spans(text, accounts=()):
    """Return ``[(start, end)]`` of the numbers in ``text``, in their order, none overlapping another.

    :param accounts: account numbers that are known, as digits without blanks
    """
    text = fold(text)
    spans = find_ibans(text)
    runs = find_runs(text, spans)
    for pick in (_printed_number, _other_number(accounts)):
        remaining = []
        for run in runs:
            found, left = _search(text, run, pick)
            spans += found
            remaining += left
        runs = remaining
    return sorted(spans)


def account_candidates(text):
    """Return the set of digit sequences of ``text`` that may be account numbers: 8 to 30 digits."""
    found = set()
    for run in find_runs(fold(text)):
        for first in range(len(run)):
            for last in run.windows(first, ACCOUNT_LENGTHS[-1]):
                if run.length(first, last) in ACCOUNT_LENGTHS:
                    found.add(run.digits(first, last))
            if len(found) >= MOST_CANDIDATES:
                return found
    return found


def _search(text, run, pick):
    """Return the spans that ``pick`` finds in a run, and the runs that remain around them."""
    spans, left, first, free = [], [], 0, 0
    while first < len(run):
        found = pick(text, run, first)
        if found is None:
            first += 1
            continue
        last, end = found
        spans.append((run.groups[first][0], end))
        if first > free:
            left.append(type(run)(text, run.groups[free:first]))
        first = free = last + 1
    if free < len(run):
        left.append(type(run)(text, run.groups[free:]) if free else run)
    return spans, left


def _printed_number(text, run, first):
    """Return ``(last group, end)`` of a card number in a form that cards are printed in, or None.

    Resident identity numbers come first: one in ten begins with seventeen digits that pass for a card.
    """
    for last in run.windows(first, CARD_LENGTHS[-1]):
        if end := _end_of_resident_number(text, run.digits(first, last), run.groups[last][1]):
            return last, end
        if (
            run.length(first, last) in CARD_LENGTHS
            and _CARD_FORM.fullmatch(run.form(first, last))
            and run.is_luhn(first, last)
            and not _is_something_else(text, run, first, last)
        ):
            return last, run.groups[last][1]
    return None


def _other_number(accounts):
    """Return a function like :func:`_printed_number` for all other numbers."""
    longest = ACCOUNT_LENGTHS[-1] if accounts else CARD_LENGTHS[-1]

    def pick(text, run, first):
        for last in run.windows(first, longest):
            end = run.groups[last][1]
            if accounts and run.digits(first, last) in accounts:
                return last, end
            if _is_card(text, run, first, last):
                return last, end
        return None

    return pick


def _is_card(text, run, first, last):
    """Tell whether a window is a card number, however its digits are grouped."""
    if run.length(first, last) not in CARD_LENGTHS or not run.is_luhn(first, last):
        return False
    if last > first:
        if _OTHER_GAP.search(text, *run.span(first, last)):
            return False
        if any(_MOBILE.fullmatch(part) or _DAY.fullmatch(part) for part in run.texts[first : last + 1]):
            return False
    return not _is_something_else(text, run, first, last)


def _end_of_resident_number(text, digits, end):
    """Return where a resident identity number ends whose last digit stands before ``end``, or None."""
    if len(digits) == 17:
        following = text[end + 1 : end + 2]
        if text[end : end + 1] not in ("X", "x") or (following.isascii() and following.isalnum()):
            return None
        digits, end = digits + "X", end + 1
    if len(digits) != 18 or not _DAY.fullmatch(digits[6:14]) or ric.calc_check_digit(digits) != digits[-1]:
        return None
    return end


def _is_something_else(text, run, first, last):
    """Tell whether what stands around a window says: a phone number, a time, a part of a code, an amount."""
    start, end = run.span(first, last)
    before = text[max(start - 6, 0) : start]
    if _TIME.fullmatch(run.form(first, last)) or _DECIMALS_BEFORE.search(before):
        return True
    if last > first and (_is_letter(before[-1:]) or _is_letter(text[end : end + 1])):
        return True
    if run.length(first, last) > LONGEST_AMOUNT:
        return False
    if before.endswith("+"):
        return True
    is_grouped = last > first and _THOUSANDS.fullmatch(run.form(first, last))
    return bool(is_grouped or _AMOUNT_BEFORE.search(before) or _AMOUNT_AFTER.match(text, end))


def _is_letter(character):
    return character.isascii() and character.isalpha()
