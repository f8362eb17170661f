"""Numbers of identity documents: forms and check digits, beside another implementation of the standards."""

import datetime
import string

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...tools import identity_numbers
from ...tools.identity_numbers import contradiction_of, problem_of

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100
CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)

birthdates = st.dates(datetime.date(1900, 1, 1), datetime.date(2024, 12, 31))


def resident_number(born, area=110101, sequence=1):
    body = f"{area:06}{born:%Y%m%d}{sequence:03}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def credit_code(body):
    total = sum(SIGNS.index(sign) * weight for sign, weight in zip(body, CODE_WEIGHTS, strict=True))
    return body + SIGNS[-total % 31]


resident_numbers = st.builds(
    resident_number, birthdates, st.integers(100000, 999999), st.integers(0, 999)
)
credit_codes = st.builds(
    lambda digits, rest: credit_code(digits + rest),
    st.text("0123456789", min_size=8, max_size=8),
    st.text(SIGNS, min_size=9, max_size=9),
)


@tagged("post_install", "-at_install")
class TestIdentityNumbers(BaseCase):
    @given(resident_numbers)
    def test_right_resident_numbers_pass(self, number):
        for document_type in identity_numbers.RESIDENT_TYPES:
            self.assertIsNone(problem_of(document_type, "CN", number))
            self.assertIsNone(problem_of(document_type, "", f" {number[:6]}-{number[6:].lower()} "))

    @given(resident_numbers, st.integers(0, 17), st.sampled_from(string.digits + "X"))
    def test_one_wrong_character_is_found(self, number, place, sign):
        wrong = number[:place] + sign + number[place + 1 :]
        self.assertEqual(problem_of("cn_resident_id", "CN", wrong) is None, wrong == number)

    @given(resident_numbers, st.integers(0, 16))
    def test_exchanged_neighbours_are_found(self, number, place):
        wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        self.assertEqual(problem_of("cn_resident_id", "CN", wrong) is None, wrong == number)

    @given(st.text(max_size=30))
    def test_nothing_breaks_the_checks(self, text):
        for document_type in ("cn_resident_id", "cn_residence_permit", "hk_macau_permit", "passport", "other"):
            for country in ("", "CN", "CZ"):
                self.assertIn(type(problem_of(document_type, country, text)), (str, type(None)))
        problem_of("business_licence", "CN", text)

    def test_impossible_dates(self):
        for date in ("19900231", "20231301", "18000101", "29991231"):
            body = f"110101{date}001"
            total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
            number = body + "10X98765432"[total % 11]
            self.assertEqual(problem_of("cn_resident_id", "CN", number), "resident_birthdate", date)
        self.assertIsNone(problem_of("cn_resident_id", "CN", resident_number(datetime.date(2000, 2, 29))))

    def test_forms_of_resident_numbers(self):
        good = resident_number(datetime.date(1990, 3, 7))
        for wrong in (good[:-1], good + "1", "A" + good[1:], good[:-1] + "x1", "", "１" + good[1:]):
            self.assertEqual(problem_of("cn_resident_id", "CN", wrong), "resident_form", wrong)

    @given(resident_numbers, birthdates)
    def test_birthdate_in_the_number(self, number, born):
        told = datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        self.assertIsNone(contradiction_of("cn_resident_id", number, told))
        self.assertEqual(contradiction_of("cn_resident_id", number, born), None if told == born else "birthdate")
        self.assertIsNone(contradiction_of("passport", number, born))

    @given(resident_numbers)
    def test_gender_in_the_number(self, number):
        told, other = ("male", "female") if int(number[16]) % 2 else ("female", "male")
        self.assertIsNone(contradiction_of("cn_resident_id", number, None, told))
        self.assertEqual(contradiction_of("cn_resident_id", number, None, other), "gender")
        for neither in (None, False, "other", "unknown"):
            self.assertIsNone(contradiction_of("cn_resident_id", number, None, neither))

    @given(credit_codes)
    def test_right_credit_codes_pass(self, code):
        self.assertIsNone(problem_of("business_licence", "CN", code.lower()))

    @given(credit_codes, st.integers(0, 17), st.sampled_from(SIGNS))
    def test_one_wrong_sign_is_found(self, code, place, sign):
        wrong = code[:place] + sign + code[place + 1 :]
        self.assertEqual(problem_of("business_licence", "CN", wrong) is None, wrong == code)

    def test_published_credit_code(self):
        self.assertIsNone(problem_of("business_licence", "CN", "91110000600037341L"))
        self.assertEqual(problem_of("business_licence", "CN", "91110000600037341M"), "credit_code")
        self.assertIsNone(problem_of("business_licence", "DE", "HRB 12345"))

    def test_other_documents(self):
        right = {
            "hk_macau_permit": ("H12345678", "M1234567890"),
            "passport": ("E12345678", "x 123-456"),
            "other": ("台胞1",),
        }
        wrong = {
            "hk_macau_permit": ("A12345678", "H123"),
            "passport": ("E1", "ÄÖ12345", "1" * 21),
            "other": ("a", "<b>1"),
        }
        for document_type, numbers in right.items():
            for number in numbers:
                self.assertIsNone(problem_of(document_type, "", number), number)
        for document_type, numbers in wrong.items():
            for number in numbers:
                self.assertTrue(problem_of(document_type, "", number), number)

    def test_countries(self):
        self.assertTrue(identity_numbers.wrong_country("cn_resident_id", "DE"))
        for document_type, country in (("cn_resident_id", "CN"), ("cn_resident_id", ""), ("passport", "DE")):
            self.assertFalse(identity_numbers.wrong_country(document_type, country))
