import datetime
import math
from decimal import Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ...models.exchange.feed import convert
from ...models.exchange.feed.problems import Refusal

ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()) | st.binary()


class TestConverters(TestCase):
    def assertRefuses(self, converter, value, code):
        with self.assertRaises(Refusal) as caught:
            converter(value)
        self.assertEqual(caught.exception.code, code)

    @given(ANYTHING)
    def test_converters_return_or_refuse_whatever_comes(self, value):
        for converter in (
            convert.amount(),
            convert.amount(lowest=0),
            convert.date(),
            convert.text(20),
            convert.boolean(),
            convert.choice(["a"]),
            convert.reference({"a": 1}, "unknown_branch"),
        ):
            try:
                converter(value)
            except Refusal as refusal:
                self.assertTrue(refusal.code)

    @given(st.decimals(min_value=-(10**15), max_value=10**15, places=2))
    def test_an_amount_is_the_same_as_text_and_as_number(self, amount):
        text = f"{amount:.2f}"
        self.assertEqual(convert.amount()(text), float(amount))
        self.assertEqual(convert.amount()(float(amount)), float(text))

    @given(st.floats())
    def test_an_amount_is_finite_and_within_its_limits(self, value):
        try:
            amount = convert.amount(lowest=0, highest=100)(value)
        except Refusal as refusal:
            self.assertEqual(refusal.code, "invalid_amount")
            self.assertFalse(0 <= value <= 100)
        else:
            self.assertTrue(math.isfinite(amount) and 0 <= amount <= 100)

    def test_amounts_that_are_none(self):
        for wrong in (
            "1,5",
            "1 000",
            "1e5",
            "NaN",
            "Infinity",
            "0x10",
            "--1",
            "1.",
            ".5",
            "１２",
            "1_000",
            float("nan"),
            float("inf"),
            -float("inf"),
            10**400,
            1e16,
        ):
            self.assertRefuses(convert.amount(), wrong, "invalid_amount")
        for wrong in (True, None, [], {}, Decimal(1), b"1"):
            self.assertRefuses(convert.amount(), wrong, "wrong_type")
        self.assertRefuses(convert.amount(lowest=0), -0.01, "invalid_amount")

    @given(st.dates(min_value=datetime.date(1800, 1, 1), max_value=datetime.date(2999, 12, 31)))
    def test_every_iso_date_is_read_back(self, day):
        self.assertEqual(convert.date()(day.isoformat()), day)

    @given(st.text())
    def test_a_text_that_is_read_as_a_date_is_one(self, text):
        try:
            day = convert.date()(text)
        except Refusal as refusal:
            self.assertEqual(refusal.code, "invalid_date")
        else:
            self.assertEqual(day.isoformat(), text)

    def test_dates_that_are_none(self):
        for wrong in (
            "2023-02-29",
            "2024-13-01",
            "20240131",
            "2024-W05-3",
            "2024-1-31",
            "31.01.2024",
            "2024-01-31T00:00:00",
            "0000-00-00",
            "1799-12-31",
            "3000-01-01",
        ):
            self.assertRefuses(convert.date(), wrong, "invalid_date")
        for wrong in (20240131, True, None, datetime.datetime(2024, 1, 31)):
            self.assertRefuses(convert.date(), wrong, "wrong_type")
        self.assertEqual(convert.date()("2024-02-29"), datetime.date(2024, 2, 29))

    def test_texts_with_control_characters_are_refused(self):
        for wrong in ("a\0b", "a\nb", "a\x85b", "\ud800"):
            self.assertRefuses(convert.text(20), wrong, "invalid_text")
        self.assertRefuses(convert.text(3), "abcd", "too_long")
        for right in ("张伟", "O'Neill\\", "a\u00a0b", "全\u3000角", " a "):
            self.assertEqual(convert.text(20)(right), right)
        self.assertRefuses(convert.text(20, trimmed=True), " a", "invalid_text")
