"""What a number on an identity document has to look like: by type of document and issuing country.

Check digits are those of the standards GB 11643 (resident identity numbers) and GB 32100 (unified social credit
codes), computed by python-stdnum. Area codes are not looked up: the list changes every year, and numbers that were
given under a former code stay valid for life. The functions know no environment and never quote the number.
"""

import datetime
import re

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError as InvalidNumber

from . import sealing

# Documents that one country issues: nothing else can stand in their field "Issuing Country".
COUNTRY_OF_TYPE = {"cn_resident_id": "CN", "cn_residence_permit": "CN", "hk_macau_permit": "CN"}
RESIDENT_TYPES = ("cn_resident_id", "cn_residence_permit")

_RESIDENT = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_HK_MACAU = re.compile(r"[HM]([0-9]{8}|[0-9]{10})", re.ASCII)
_PASSPORT = re.compile(r"[A-Z0-9]{5,20}", re.ASCII)
_OLDEST = datetime.date(1850, 1, 1)


def wrong_country(document_type, country_code):
    """Tell whether a document of this type cannot come from this country; no country is never wrong."""
    return bool(country_code) and COUNTRY_OF_TYPE.get(document_type, country_code) != country_code


def problem_of(document_type, country_code, number):
    """Return what is wrong with the number itself, as a key of :data:`PROBLEMS`, or None.

    :param document_type: a type of ``bank.identity.document``
    :param country_code: two letters, or empty
    """
    number = sealing.normalize(number)
    if document_type in RESIDENT_TYPES:
        return _problem_of_resident_number(number)
    if document_type == "business_licence" and country_code == "CN":
        return None if _is_credit_code(number) else "credit_code"
    if document_type == "hk_macau_permit":
        return None if _HK_MACAU.fullmatch(number) else "hk_macau"
    if document_type == "passport":
        return None if _PASSPORT.fullmatch(number) else "passport"
    return None if 3 <= len(number) <= 64 and number.isalnum() else "characters"


def contradiction_of(document_type, number, birthdate=None, gender=None):
    """Return how a resident identity number contradicts what is known of its holder, or None.

    :param birthdate: ``datetime.date`` or empty
    :param gender: ``female``, ``male``; anything else contradicts nothing
    """
    if document_type not in RESIDENT_TYPES:
        return None
    number = sealing.normalize(number)
    if birthdate and ric.get_birth_date(number) != birthdate:
        return "birthdate"
    if gender in ("female", "male") and (int(number[16]) % 2 == 1) != (gender == "male"):
        return "gender"
    return None


def _problem_of_resident_number(number):
    if not _RESIDENT.fullmatch(number):
        return "resident_form"
    if ric.calc_check_digit(number) != number[-1]:
        return "resident_check_digit"
    try:
        born = ric.get_birth_date(number)
    except InvalidNumber:
        return "resident_birthdate"
    return None if _OLDEST <= born <= datetime.date.today() + datetime.timedelta(days=1) else "resident_birthdate"


def _is_credit_code(number):
    # isascii: python-stdnum takes other scripts' digits for digits
    return number.isascii() and len(number) == 18 and uscc.is_valid(number)
