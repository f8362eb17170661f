"""Which places of the classification the complaints need: the authority's products and issues in the bank's tree."""
from __future__ import annotations

import hashlib
from typing import NamedTuple

REGIME = "US-CFPB"
SEPARATOR = " > "

# Product -> the place of the shipped tree under which it stands.
_PRODUCTS = {
    "Bank account or service": "B01",
    "Checking or savings account": "B01",
    "Consumer Loan": "B0204",
    "Credit card": "B0302",
    "Credit card or prepaid card": "B03",
    "Credit reporting": "B1201",
    "Credit reporting, credit repair services, or other personal consumer reports": "B1201",
    "Debt collection": "B13",
    "Money transfer, virtual currency, or money service": "B04",
    "Money transfers": "B0402",
    "Mortgage": "B0201",
    "Payday loan": "B0204",
    "Payday loan, title loan, or personal loan": "B0204",
    "Prepaid card": "B0399",
    "Student loan": "B0203",
    "Vehicle loan or lease": "B0202",
    "Virtual currency": "B99",
}
_OTHER_PRODUCT = "B99"

# Cause -> issues. Where an issue tells only in which business it arose, the bank's rules and processes are the cause.
_ISSUES = {
    "C01": (
        "Can't contact lender or servicer", "Dealing with your lender or servicer", "Problem with customer service",
    ),
    "C0102": ("Application processing delay",),
    "C02": ("Other service problem",),
    "C03": (
        "Account opening, closing, or management", "Applying for a mortgage",
        "Applying for a mortgage or refinancing an existing mortgage", "Closing an account", "Closing on a mortgage",
        "Closing your account", "Getting a credit card", "Getting a line of credit", "Getting a loan",
        "Getting a loan or lease", "Getting the loan", "Loan modification,collection,foreclosure",
        "Loan servicing, payments, escrow account", "Managing an account", "Managing the loan or lease",
        "Managing, opening, or closing your mobile wallet account", "Opening an account",
        "Problem getting a card or closing an account", "Problems at the end of the loan or lease",
        "Shopping for a loan or lease", "Struggling to pay mortgage", "Struggling to pay your bill",
        "Struggling to pay your loan", "Struggling to repay your loan", "Trouble using the card",
        "Trouble using your card", "Was approved for a loan, but didn't receive money",
    ),
    "C04": (
        "Advertising", "Advertising and marketing, including promotional offers",
        "Confusing or misleading advertising or marketing",
    ),
    "C05": ("Confusing or missing disclosures", "Disclosure verification of debt"),
    "C06": ("Problem with additional add-on products or services",),
    "C0701": ("Excessive fees", "Unexpected or other fees"),
    "C07": (
        "Charged fees or interest I didn't expect", "Charged fees or interest you didn't expect", "Fees or interest",
        "Problem caused by your funds being low", "Problems caused by my funds being low",
    ),
    "C09": ("Other features, terms, or problems", "Problem with the payoff process at the end of the loan"),
    "C1001": (
        "Problem with a lender or other company charging your account",
        "Unauthorized transactions or other transaction problem",
    ),
    "C1002": ("Fraud or scam", "Identity theft / Fraud / Embezzlement", "Received a loan you didn't apply for"),
    "C1003": (
        "Billing disputes", "Loan payment wasn't credited to your account", "Lost or stolen money order",
        "Making/receiving payments, sending money", "Money was not available when promised",
        "Other transaction problem", "Problem when making payments", "Problem with a purchase or transfer",
        "Problem with a purchase shown on your statement", "Trouble during payment process",
    ),
    "C11": (
        "Credit monitoring or identity theft protection services",
        "Identity theft protection or other monitoring services", "Problem with fraud alerts or security freezes",
    ),
    "C1101": ("Improper use of your report",),
    "C1102": (
        "Incorrect information on your report", "Problem with a company's investigation into an existing issue",
        "Problem with a credit reporting company's investigation into an existing problem",
        "Unable to get your credit report or credit score",
    ),
    "C12": (
        "False statements or representation", "Took or threatened to take negative or legal action",
        "Written notification about debt",
    ),
    "C1201": (
        "Communication tactics", "Improper contact or sharing of info",
        "Threatened to contact someone or share information improperly",
    ),
    "C1202": ("Attempts to collect debt not owed", "Cont'd attempts collect debt not owed"),
}
_OTHER_CAUSE = "C99"
_CAUSES = {issue: cause for cause, issues in _ISSUES.items() for issue in issues}


class Place(NamedTuple):
    """A place that the tree must have.

    :ivar axis: product or cause
    :ivar code: in the bank's tree, made of the code above it and of the label, so that it is the same in every run
    :ivar parent_code: the place above
    :ivar name: as the authority writes it
    :ivar label_path: the authority's labels from the top; its code, since it has no shorter ones
    """

    axis: str
    code: str
    parent_code: str
    name: str
    label_path: str


def product_place(product, sub_product=""):
    """:return: list of :class:`Place`, the product and, where there is one, the sub-product below it"""
    return _places("product", _PRODUCTS.get(product, _OTHER_PRODUCT), product, sub_product)


def cause_place(issue, sub_issue=""):
    """:return: list of :class:`Place`, the issue and, where there is one, the sub-issue below it"""
    return _places("cause", _CAUSES.get(issue, _OTHER_CAUSE), issue, sub_issue)


def wanted_places(complaints):
    """:return: list of all :class:`Place` of the complaints, each above those below it"""
    wanted = {}
    for complaint in complaints:
        for place in (
            *product_place(complaint.product, complaint.sub_product),
            *cause_place(complaint.issue, complaint.sub_issue),
        ):
            wanted[place.axis, place.code] = place
    return sorted(wanted.values(), key=lambda place: (place.label_path.count(SEPARATOR), place.axis, place.code))


def _places(axis, above, first, second):
    top = Place(axis, f"{above}-US-{_mark(first)}", above, first, first)
    if not second:
        return [top]
    return [top, Place(axis, f"{top.code}.{_mark(second)}", top.code, second, f"{first}{SEPARATOR}{second}")]


def _mark(label):
    return hashlib.sha256(label.encode()).hexdigest()[:6].upper()
