"""Invented names for the companies, and their removal from the texts: nobody verified what is said about them.

A company always gets the same name, whatever file it stands in. The names come from a hash, so whoever knows a
company's name can work out its invented one: they keep allegations from being read as facts, they are no secret.
"""
from __future__ import annotations

import hashlib
import re

_FIRST = [
    "Alder", "Amber", "Aspen", "Birch", "Blue", "Bramble", "Briar", "Cedar", "Clear", "Copper", "Coral", "Crane",
    "Dale", "Elm", "Falcon", "Fern", "Flint", "Gale", "Glen", "Hazel", "Heron", "Holly", "Iris", "Ivory", "Juniper",
    "Kestrel", "Larch", "Laurel", "Linden", "Maple", "Marble", "Meadow", "Moss", "Oak", "Olive", "Pebble", "Pine",
    "Quail", "Reed", "Ridge", "Rowan", "Sable", "Slate", "Sorrel", "Spruce", "Stone", "Swift", "Teal", "Thistle",
    "Timber", "Vale", "Walnut", "Willow", "Wren",
]  # fmt: skip
_SECOND = [
    "Bay", "Bridge", "Brook", "Canyon", "Cliff", "Cove", "Creek", "Crest", "Dell", "Field", "Ford", "Gate", "Grove",
    "Harbor", "Haven", "Heath", "Hill", "Hollow", "Island", "Knoll", "Lake", "Landing", "Ledge", "Mill", "Orchard",
    "Pass", "Point", "Pond", "River", "Shore", "Spring", "Summit", "Terrace", "Trail", "Valley", "View", "Wharf",
    "Wood",
]  # fmt: skip
_THIRD = ("Credit", "Finance", "Lending", "Savings", "Services", "Trust")

_LEGAL_FORMS = frozenset(
    [
        "inc", "incorporated", "llc", "lllp", "llp", "lp", "ltd", "corp", "corporation", "co", "company", "companies",
        "pc", "pllc", "pa", "pl", "apc", "lpa", "na", "fsb", "ab", "rl", "plc", "the", "holdings", "holding", "group",
        "intermediate", "usa", "us", "international", "national", "association", "bancorp", "bancshares",
    ]
)
# How customers call some of them; single words of the language only as they are written as names.
_ALSO = {
    "TRANSUNION INTERMEDIATE HOLDINGS, INC.": ("TransUnion", "Trans Union"),
    "Experian Information Solutions Inc.": ("Experian",),
    "EQUIFAX, INC.": ("Equifax",),
    "WELLS FARGO & COMPANY": ("Wells Fargo", "Wellsfargo"),
    "BANK OF AMERICA, NATIONAL ASSOCIATION": ("Bank of America", "BofA", "BOA"),
    "JPMORGAN CHASE & CO.": ("JPMorgan Chase", "JP Morgan Chase", "JP Morgan", "JPMorgan", "JPMCB", "Chase"),
    "CITIBANK, N.A.": ("Citibank", "CitiMortgage", "Citigroup", "Citi"),
    "CAPITAL ONE FINANCIAL CORPORATION": ("Capital One", "CapitalOne", "Cap One"),
    "AMERICAN EXPRESS COMPANY": ("American Express", "AMEX"),
    "DISCOVER BANK": ("Discover", "Discover card", "my Discover"),
    "SYNCHRONY FINANCIAL": ("Synchrony",),
    "ALLY FINANCIAL INC.": ("Ally", "Ally Bank", "Ally account"),
    "BARCLAYS BANK DELAWARE": ("Barclays", "Barclay", "Barclaycard"),
    "Alliance Data Card Services": ("Comenity", "Alliance Data"),
    "Paypal Holdings, Inc": ("PayPal",),
    "U.S. BANCORP": ("U.S. Bank", "US Bank", "USBank"),
    "UNITED SERVICES AUTOMOBILE ASSOCIATION": ("USAA",),
    "NAVY FEDERAL CREDIT UNION": ("Navy Federal", "NFCU"),
    "PNC Bank N.A.": ("PNC",),
    "TD BANK US HOLDING COMPANY": ("TD Bank",),
    "SUNTRUST BANKS, INC.": ("SunTrust",),
    "BB&T CORPORATION": ("BB&T",),
    "HSBC NORTH AMERICA HOLDINGS INC.": ("HSBC",),
    "Ocwen Financial Corporation": ("Ocwen",),
    "NATIONSTAR MORTGAGE": ("Nationstar", "Mr. Cooper", "Mr Cooper"),
    "Ditech Financial LLC": ("Ditech",),
    "Navient Solutions, LLC.": ("Navient",),
    "Nelnet, Inc.": ("Nelnet",),
    "AES/PHEAA": ("PHEAA", "FedLoan", "Fed Loan", "American Education Services"),
    "SLM CORPORATION": ("Sallie Mae",),
    "ENCORE CAPITAL GROUP INC.": ("Midland Credit", "Midland Funding", "Encore Capital"),
    "PORTFOLIO RECOVERY ASSOCIATES INC": ("Portfolio Recovery",),
    "LEXISNEXIS": ("Lexis Nexis", "Lexis-Nexis"),
    "SANTANDER BANK, NATIONAL ASSOCIATION": ("Santander",),
    "QUICKEN LOANS, INC.": ("Quicken",),
    "FIFTH THIRD FINANCIAL CORPORATION": ("Fifth Third",),
    "KEYCORP": ("KeyBank", "Key Bank"),
    "REGIONS FINANCIAL CORPORATION": ("Regions Bank",),
    "CITIZENS FINANCIAL GROUP, INC.": ("Citizens Bank",),
    "SELECT PORTFOLIO SERVICING, INC.": ("Select Portfolio",),
    "Convergent Resources, Inc.": ("Convergent Outsourcing",),
    "Early Warning Services, LLC": ("Early Warning",),
    "GOLDMAN SACHS BANK USA": ("Goldman Sachs",),
}
_WORDS_OF_THE_LANGUAGE = frozenset(("Discover", "Ally", "Early Warning"))

_WORD = re.compile(r"[^\W_][\w&'’]*")


def code_of(company):
    """:return: stable code of a company, e.g. ``CFPB-4F2A9C01``"""
    return f"CFPB-{_digest(company)[:8].upper()}"


def name_of(company):
    """:return: stable invented name of a company, e.g. ``Alder Creek Credit 4F2A``"""
    number = int(_digest(company), 16)
    number, first = divmod(number, len(_FIRST))
    number, second = divmod(number, len(_SECOND))
    third = number % len(_THIRD)
    return f"{_FIRST[first]} {_SECOND[second]} {_THIRD[third]} {_digest(company)[:4].upper()}"


def _digest(company):
    return hashlib.sha256(f"cfpb company {company.strip()}".encode()).hexdigest()


class Scrubber:
    """Replaces the names of companies in texts.

    :param companies: names as in the file
    """

    def __init__(self, companies):
        self._by_first_word = {}
        for company in sorted(set(companies)):
            for alias, needs_capitals in _aliases(company).items():
                pattern = re.escape(alias).replace(r"\ ", r"[\s,.]+")
                compiled = re.compile(rf"{pattern}s?(?![\w&])", re.IGNORECASE)
                entry = (len(alias), compiled, needs_capitals, name_of(company))
                self._by_first_word.setdefault(_first_word(alias), []).append(entry)
        for entries in self._by_first_word.values():
            entries.sort(key=lambda entry: -entry[0])  # the longest name first

    def scrub(self, text):
        """:return: the text with every known name of a company replaced by the invented one"""
        parts, position = [], 0
        for word in _WORD.finditer(text):
            if word.start() < position:
                continue
            for _length, pattern, needs_capitals, name in self._entries_for(word.group().lower()):
                match = pattern.match(text, word.start())
                if match and (not needs_capitals or _has_capitals(match.group())):
                    parts += [text[position:match.start()], name]
                    position = match.end()
                    break
        return "".join([*parts, text[position:]])

    def _entries_for(self, word):
        """Also those of the word without the s of an owner (Equifaxs failure), as people write it."""
        return (*self._by_first_word.get(word, ()), *self._by_first_word.get(word.removesuffix("s"), ()))


def _first_word(alias):
    return _WORD.search(alias).group().lower()


def _has_capitals(text):
    return all(word.group()[0].isupper() for word in _WORD.finditer(text) if len(word.group()) > 3)


def _aliases(company):
    """:return: dictionary name under which a text may speak of a company -> whether only when written with capitals

    Without its legal form, the name of many a company is a phrase of the language (Medical Business Bureau).
    """
    words = re.sub(r"[,_()\"]+", " ", company).split()
    found = {" ".join(words): False, company.strip(' "'): False}
    while words and (words[-1].lower().replace(".", "") in _LEGAL_FORMS or words[-1] == "&"):
        words.pop()
        name = [word for word in words if word.lower() != "the"]
        if len(name) > 1 or (words == name and words and len(words[0]) > 6):
            found.setdefault(" ".join(words), True)
    found |= {alias.removeprefix("The "): True for alias in found if re.match(r"The \w+ \w", alias)}
    found |= {alias: alias in _WORDS_OF_THE_LANGUAGE for alias in _ALSO.get(company, ())}
    return {alias: needs for alias, needs in found.items() if _WORD.match(alias)}
