"""What has to be true of a letter before it leaves the bank, decided on the text that the customer will read.

:func:`lint` looks at the rendered letter, not at its template: a clause that stands in the template and was deleted by
hand is missing. Findings are codes with what they are about; whoever shows them translates them.

No import of Odoo.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from .letter_clauses import edged, has_clause
from .letter_text import CJK, normalize

# What people and templates leave where something is to be filled in.
UNRESOLVED = re.compile(
    r"⟦[^⟧]*⟧|\{\{[^}]*\}?\}?|\}\}|\{%[^%]*%\}|\$\{[^}]*\}|<t\b[^>]*>|%\([A-Za-z_]+\)s|_{4,}|\bTODO\b|\bTBD\b"
    r"|\[(?=[^\]\d]{2,40}\])[A-Za-z][^\]]*\]|[【\[（(]\s*(?:请填写|填写|此处填写|待填|待补充)[^】\])）]*[】\])）]"
)
# Frequent short words that tell languages of one script apart.
_WORDS = {
    "en": "the of and to you your we our is are for this that with have has been will may not by from on if",
    "fr": "le la les des du de et vous votre nous notre est sont pour cette que avec dans pas par une un sur au",
    "de": "der die das und sie ihr ihre wir unser ist sind für diese dass mit haben nicht von zu den dem ein eine",
    "es": "el la los las de y usted su nosotros es son para esta que con ha no por una un en del se lo",
    "it": "il la le gli di e voi vostra noi nostra è sono per questa che con non da una un in del si lei",
    "nl": "de het een en u uw wij onze is zijn voor deze dat met hebben niet van op te door bij",
    "pt": "o a os as de e você sua nós nossa é são para esta que com não por uma um em do da se",
}
STOP_WORDS = {lang: frozenset(words.split()) for lang, words in _WORDS.items()}
HAN_LANGUAGES = {"zh", "ja"}
FEWEST_WORDS = 12  # a shorter text does not tell its language
FEWEST_LETTERS = 12
SALUTATION = re.compile(
    r"(?:^|\n)[ \t]*(?:dear|hello|sehr geehrte[rs]?|guten tag|bonjour|ch(?:er|ère)|estimad[oa]s?|gentile)"
    r"[ \t]+([^\n,:;!.]{1,80}?)[ \t]*[,:;!\n]"
    r"|(?:^|\n)[ \t]*尊敬的([^\n，,：:；;！!]{1,40}?)[ \t]*[，,：:；;！!\n]",
    re.IGNORECASE,
)
TITLES = re.compile(
    r"^(?:mr|mrs|ms|miss|mx|dr|prof|herr|frau|monsieur|madame|señora?)\b\.?|(?:先生|女士|小姐|老师|客户)[ ]*$",
    re.IGNORECASE,
)
GENERIC_NAMES = {
    "customer", "sir or madam", "sir", "madam", "client", "customers", "sir/madam", "", "客户", "damen und herren",
    "colleague", "applicant",
}  # fmt: skip
CODES = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9][A-Za-z0-9/_-]{3,30}(?![A-Za-z0-9])")


@dataclass(frozen=True)
class Clause:
    """A statement that a letter has to make.

    ``pattern`` holds one requirement per line, all of which have to be met. A line holds alternatives separated by
    ``|``, one of which has to stand in the text; ``*`` in one stands for up to 120 characters of the same sentence.
    Case, width of characters and line breaks do not matter.
    """

    code: str
    name: str
    pattern: str
    source: str = ""


@dataclass(frozen=True)
class Finding:
    """Something wrong with a letter: ``code`` and what it is about, empty where the code says it all."""

    code: str
    subject: str = ""


@dataclass(frozen=True)
class Letter:
    """What :func:`lint` wants to know of a letter.

    :param text: the letter as plain text, see :func:`plain_text`
    :param lang: code of the language agreed with the customer, such as ``zh_CN``
    :param clauses: what has to stand in it
    :param quoted: texts that stand in it in the customer's own words, whatever language they are in
    :param names: who may be addressed
    :param foreign_names: names of other customers that must not stand in it
    :param foreign_numbers: numbers of other customers and of their tickets that must not stand in it
    :param points: pairs (point raised, answer)
    :param has_outcome, expected_on, today: the decision and the date that the letter names, and the day it is sent
    """

    text: str
    lang: str = "en_US"
    clauses: tuple = ()
    quoted: tuple = ()
    names: tuple = ()
    foreign_names: tuple = ()
    foreign_numbers: tuple = ()
    points: tuple = ()
    needs_points: bool = False
    needs_outcome: bool = False
    has_outcome: bool = False
    needs_expected_on: bool = False
    expected_on: date | None = None
    today: date = field(default_factory=date.today)


def lint(letter, mask=None):
    """Return everything that is wrong with a letter, in the order of the rules; nothing wrong is an empty list.

    :param letter: :class:`Letter`
    :param mask: function that returns a text with its card and identity numbers masked
    """
    text = normalize(letter.text)
    if not text:
        return [Finding("empty")]
    findings = [
        Finding("missing_clause", clause.name) for clause in letter.clauses if not has_clause(text, clause.pattern)
    ]
    findings += [Finding("unresolved", shown) for shown in unresolved(letter.text, letter.quoted)]
    if (spoken := other_language(letter.text, letter.lang, letter.quoted)) is not None:
        findings.append(Finding("wrong_language", spoken))
    findings += _check_facts(letter)
    if mask and mask(letter.text) != letter.text:
        findings.append(Finding("unmasked_number"))
    findings += [Finding("other_addressee", name) for name in other_addressees(letter.text, letter.names)]
    findings += [Finding("other_customer", name) for name in found_names(text, letter.foreign_names)]
    numbers = {code.casefold() for code in codes(letter.text)}
    findings += [Finding("other_number", number) for number in letter.foreign_numbers if number.casefold() in numbers]
    return findings


def _check_facts(letter):
    if letter.needs_points and not letter.points:
        yield Finding("no_points")
    for number, (raised, answer) in enumerate(letter.points, start=1):
        if letter.needs_points and not ((raised or "").strip() and (answer or "").strip()):
            yield Finding("empty_point", str(number))
    if letter.needs_outcome and not letter.has_outcome:
        yield Finding("no_outcome")
    if letter.needs_expected_on and not letter.expected_on:
        yield Finding("no_expected_on")
    elif letter.needs_expected_on and letter.expected_on < letter.today:
        yield Finding("past_expected_on")


# ----------------------------------------------------------------------
# What should not be there
# ----------------------------------------------------------------------


def _without(text, quoted):
    for quote in sorted(filter(None, quoted), key=len, reverse=True):
        for line in quote.splitlines():
            if line.strip():
                text = text.replace(re.sub(r"[ \t\xa0]+", " ", line).strip(), " ")
    return text


def unresolved(text, quoted=()):
    """Return the placeholders that nobody filled in, each one once, in the order of the text."""
    return list(dict.fromkeys(match.group(0)[:60] for match in UNRESOLVED.finditer(_without(text, quoted))))


def other_language(text, lang, quoted=()):
    """Return the language that a text is in when it is not ``lang``; None where it is, or is too short to tell.

    Tells Chinese and Japanese from the rest by the script, and languages in Latin letters by their short words.
    """
    text = _without(text, quoted)
    # Addresses, numbers and names of institutions stand in Latin letters in any language.
    text = re.sub(r"https?://\S+|www\.\S+|\S+@\S+|[A-Za-z]*\d[\w/-]*", " ", text)
    han, latin = (
        len(re.findall(rf"[{CJK}]", text)),
        len(re.findall(r"[^\W\d_]", text)) - len(re.findall(rf"[{CJK}]", text)),
    )
    code = (lang or "en").split("_")[0]
    if code in HAN_LANGUAGES:
        # A Chinese character says about as much as three or four letters.
        return "" if latin > FEWEST_LETTERS and han * 4 < latin else None
    if code in STOP_WORDS and han * 4 > latin + FEWEST_LETTERS:
        return "zh"
    return _other_latin_language(text, code)


def _other_latin_language(text, code):
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if code not in STOP_WORDS or len(words) < FEWEST_WORDS:
        return None
    hits = {name: sum(word in stops for word in words) for name, stops in STOP_WORDS.items()}
    best = max(hits, key=hits.get)
    return best if hits[best] >= 4 and hits[best] > 2 * hits[code] else None


def other_addressees(text, names):
    """Return the names in salutations that are not among ``names``; without names everybody may be addressed."""
    allowed = [name for name in map(_bare_name, names) if name]
    found = []
    for match in SALUTATION.finditer(text):
        shown = (match.group(1) or match.group(2)).strip()
        name = _bare_name(shown)
        if name in GENERIC_NAMES or not allowed or "⟦" in shown:
            continue
        # "Dear Ms Miller" to Anna Miller, "Dear Anna" to Anna Miller; a surname alone in Chinese (王女士).
        is_known = any(
            name == other
            or set(name.split()) <= set(other.split())
            or (re.match(f"[{CJK}]", name) and other.startswith(name))
            for other in allowed
        )
        if not is_known:
            found.append(shown)
    return found


def _bare_name(name):
    """Return a name without titles, normalized."""
    return normalize(TITLES.sub("", (name or "").strip()).strip())


def found_names(text, names):
    """Return which of ``names`` stand in a :func:`normalize`-d text as whole words."""
    found = []
    for name in names:
        bare = normalize(name or "")
        is_long = len(bare) >= (2 if re.search(f"[{CJK}]", bare) else 3)
        if is_long and re.search(edged(bare), text):
            found.append(name)
    return found


def codes(text):
    """Return what looks like a number of a customer or a ticket: runs of letters and digits with a digit in them."""
    found = dict.fromkeys(
        match.group(0).rstrip("-/_") for match in CODES.finditer(unicodedata.normalize("NFKC", text))
    )
    return [code for code in found if re.search(r"\d", code)]
