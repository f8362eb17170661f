"""Masking of numbers in what people write: examples of the trade, and properties that hold for any text."""

import datetime
import random
import re
import string
import time

from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from odoo.tests import BaseCase, tagged

from ...tools.text_masking import candidates_in, mask_html, mask_numbers

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643


def luhn(body):
    """Return a number with its check digit: written anew here, so that two implementations are compared."""
    total = 0
    for position, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def resident(body):
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


cards = st.text("0123456789", min_size=12, max_size=18).map(luhn).filter(lambda number: number.strip("0"))
residents = st.builds(
    lambda area, born, order: resident(f"{area:06}{born:%Y%m%d}{order:03}"),
    st.integers(110000, 659999),
    st.dates(datetime.date(1900, 1, 1), datetime.date(2029, 12, 31)),
    st.integers(0, 999),
)
# Texts that are likely to hold numbers and what stands around them.
writing = st.text("0123456789  --..,/\n*+X€元年aDE<>&;７－", max_size=80)


@tagged("post_install", "-at_install")
class TestTextMasking(BaseCase):
    def assertMasked(self, text, expected):
        self.assertEqual(mask_numbers(text), expected)

    def test_cards(self):
        for text, expected in (
            ("4111111111111111", "****1111"),
            ("4111 1111 1111 1111", "****1111"),
            ("4111-1111-1111-1111", "****1111"),
            ("4111–1111–1111–1111", "****1111"),  # the dash that word processors make
            ("4111\u00a01111\u00a01111\u00a01111", "****1111"),
            ("4111\u200b111111111111", "****1111"),  # a blank that nobody sees
            ("4111.1111.1111.1111", "****1111"),
            ("4111 1111\n1111 1111", "****1111"),  # wrapped by a mail program
            ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "****1111"),
            ("3782 822463 10005", "****0005"),
            ("6222021234567894", "****7894"),
            (luhn("621661280000044766"), "****" + luhn("621661280000044766")[-4:]),  # nineteen digits
            ("４１１１１１１１１１１１１１１１", "****１１１１"),
            ("card4111111111111111", "card****1111"),
            ("**4111111111111111**", "******1111**"),
            ("卡号4111111111111111，被吞卡", "卡号****1111，被吞卡"),
            ("4111111111111111,5500000000000004", "****1111,****0004"),
            ("4111111111111111 5500000000000004", "****1111 ****0004"),
            ("4111111111111111,12/27,123", "****1111,12/27,123"),
            ("12;4111111111111111;100.00", "12;****1111;100.00"),
            ("USD 4111111111111111", "USD ****1111"),  # no amount has sixteen digits
            ("+4111111111111111", "+****1111"),  # nor has a phone number
        ):
            with self.subTest(text=text):
                self.assertMasked(text, expected)

    def test_identity_numbers(self):
        self.assertMasked("身份证11010519491231002X。", "身份证****002X。")
        self.assertMasked("ID 110105 19491231 002x", "ID ****002x")
        self.assertMasked("440524188001010014", "****0014")
        self.assertMasked("440524188001010015 is one digit off", "440524188001010015 is one digit off")
        self.assertMasked("11010519491331002X has a thirteenth month", "11010519491331002X has a thirteenth month")

    def test_ibans(self):
        for text, expected in (
            ("DE89370400440532013000", "****3000"),
            ("DE89 3704 0044 0532 0130 00", "****3000"),
            ("to IBAN DE89 3704 0044 0532 0130 00 on Monday", "to IBAN ****3000 on Monday"),
            ("IBANDE89370400440532013000", "IBAN****3000"),
            ("gb29nwbk60161331926819", "****6819"),
            ("GB29 NWBK 6016 1331 9268 19", "****6819"),
            ("FR14 2004 1010 0505 0001 3M02 606", "****2606"),
            ("MT84MALT011000012345MTLCAST001S", "****001S"),
            ("NO93 8601 1117 947", "****7947"),
            ("DE88370400440532013000", "DE88370400440532013000"),
        ):
            with self.subTest(text=text):
                self.assertMasked(text, expected)

    def test_what_is_none_of_them(self):
        for text in (
            "",
            "4111111111111112",
            "on 2026-11-24 at 10:30:15, again on 24.11.2026",
            "2024-01-15 12345678",
            "20240115123456",
            "1,234,567,890,123.45",
            "1 234 567 890 128",
            "CNY 1234567890128",
            "1234567890128.00",
            "1234567890128元",
            "+86 138 0013 8000",
            "13800138000",
            "call 13800138000 or 021-5550-0101",
            "+442079460958",
            "0.4111111111111111",
            "order 550e8400-e29b-41d4-a716-446655440000",
            "0000000000000000",
            "T00000042",
            "CASE-2024-000123456",
        ):
            with self.subTest(text=text):
                self.assertMasked(text, text)

    def test_nothing_stays_nothing(self):
        self.assertIs(mask_numbers(False), False)
        self.assertIsNone(mask_numbers(None))
        self.assertIs(mask_html(False), False)

    def test_accounts_that_are_known(self):
        text = "From 12345-678 90 to 9988776655."
        self.assertIn("1234567890", candidates_in(text))
        self.assertIn("9988776655", candidates_in(text))
        self.assertMasked(text, text)
        self.assertEqual(mask_numbers(text, {"1234567890"}), "From ****7890 to 9988776655.")

    @given(cards, st.sampled_from([" ", "-"]))
    def test_every_card_is_masked_as_it_is_printed(self, number, gap):
        fours = [number[start : start + 4] for start in range(0, 16, 4)]
        for written in (number, gap.join([*fours[:3], *(part for part in (fours[3], number[16:]) if part)])):
            if re.fullmatch(r"(19|20)\d{12}(\d{3})?", written):  # may be a time
                continue
            self.assertEqual(mask_numbers(f"Nr. {written}, thanks"), f"Nr. ****{number[-4:]}, thanks")

    @given(cards, st.sampled_from([" ", "-"]), st.lists(st.integers(1, 7), min_size=19, max_size=19))
    def test_every_card_is_masked_however_it_is_grouped(self, number, gap, sizes):
        parts, rest = [], number
        for size in sizes:
            parts, rest = [*parts, rest[:size]], rest[size:]
        written = gap.join(part for part in parts if part)
        if {len(part) for part in parts[1:] if part} == {3} or re.search(r"(19|20)\d\d-\d\d?-\d\d?(?!\d)", written):
            return  # the form of an amount or of a date
        self.assertNotIn(number[:-4], re.sub(r"\D", "", mask_numbers(f"Nr. {written}, thanks")))

    @given(residents)
    def test_every_identity_number_is_masked(self, number):
        self.assertEqual(mask_numbers(f"身份证：{number}。"), f"身份证：****{number[-4:]}。")

    @given(st.one_of(writing, st.text(max_size=60), st.builds("{} {}-{}".format, cards, residents, cards)))
    @example("0.4111111111111111 ****1111 4111111111111111.50 1234 5678 9012 8")
    def test_masking_twice_is_masking_once(self, text):
        once = mask_numbers(text)
        self.assertEqual(mask_numbers(once), once)

    @given(writing)
    def test_nothing_but_numbers_is_lost(self, text):
        """Digits, what may stand between them, and the letters of IBANs aside, not a character changes."""

        def others(value):
            return re.sub(r"[\d Xx*./_\n－aDE-]", "", value)

        self.assertEqual(others(mask_numbers(text)), others(text))

    @given(st.text(string.ascii_letters + " ,.!?äöü中文\n*", max_size=80), cards)
    def test_a_text_without_digits_is_untouched_around_a_card(self, words, number):
        self.assertEqual(mask_numbers(words), words)
        self.assertEqual(mask_numbers(f"{words} ; {number} ; {words}"), f"{words} ; ****{number[-4:]} ; {words}")


@tagged("post_install", "-at_install")
class TestHtmlMasking(BaseCase):
    def test_scattered_and_encoded(self):
        for content, expected in (
            ("<p>4111111111111111</p>", "<p>****1111</p>"),
            ("<p>4111<b>1111</b>&nbsp;1111 <i>1111</i> x</p>", "<p>****1111<b></b><i></i> x</p>"),
            ("<p>&#52;111 1111 1111 1111</p>", "<p>****1111</p>"),
            ("4111 1111<br/>1111 1111", "****1111<br>"),
            ("a &lt; b 4111111111111111 &amp; c", "a &lt; b ****1111 &amp; c"),
            (
                '<img src="cid:4111111111111111" alt="4111111111111111">',
                '<img src="cid:4111111111111111" alt="****1111">',
            ),
            ('<a href="tel:4111111111111111">x</a>', '<a href="tel:****1111">x</a>'),
            ("<p>x<!-- 4111111111111111 --></p>", "<p>x<!-- ****1111 --></p>"),
        ):
            with self.subTest(content=content):
                self.assertEqual(mask_html(content), expected)

    def test_cells_and_paragraphs_are_no_gaps(self):
        for content in (
            "<table><tr><td>4111</td><td>1111</td><td>1111</td><td>1111</td></tr></table>",
            "<p>41111111</p><p>11111111</p>",
            "<div>2026-11-24<br>12345678</div>",
        ):
            self.assertEqual(mask_html(content), content)

    def test_html_without_a_number_is_returned_as_it_is(self):
        for content in ("<P CLASS=x>it's <BR> unclosed", "<p>12345678 &nbsp;</p>", "", "   "):
            self.assertIs(mask_html(content), content)

    def test_markup_stays_markup(self):
        self.assertIsInstance(mask_html(Markup("<p>4111111111111111</p>")), Markup)
        self.assertNotIsInstance(mask_html("<p>4111111111111111</p>"), Markup)

    def test_what_is_escaped_stays_escaped(self):
        masked = mask_html("&lt;script&gt;alert(4111111111111111)&lt;/script&gt;<b>x</b>")
        self.assertEqual(masked, "&lt;script&gt;alert(****1111)&lt;/script&gt;<b>x</b>")

    def test_candidates(self):
        self.assertIn("1234567890", candidates_in("<p>12345<b>67890</b></p>", is_html=True))

    @given(st.lists(st.tuples(st.sampled_from(["p", "b", "div", "span", "td"]), writing), max_size=6))
    def test_twice_is_once_and_the_text_is_the_masked_text(self, parts):
        content = "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in parts)
        once = mask_html(content)
        self.assertEqual(mask_html(once), once)

    def test_a_long_text_does_not_take_long(self):
        rng = random.Random(4)
        digits = " ".join(rng.choice(string.digits) for _index in range(20_000))
        words = " ".join("word" for _index in range(100_000))
        started = time.monotonic()
        mask_numbers(digits)
        mask_html(f"<p>{words} 4111111111111111</p>" * 5)
        self.assertLess(time.monotonic() - started, 10)
