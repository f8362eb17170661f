"""The check of a letter's text, without a database."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.bank_crm.tools import text_masking

from ..tools import letter_clauses, letter_lint, letter_text
from ..tools.letter_lint import Clause, Finding, Letter, lint

ENGLISH = """Dear Anna,
thank you for your letter, which we have received. We will look into the matter and you will have our answer within
eight weeks. If you are not content with it, you have the right to refer your complaint to the Financial Ombudsman
Service within six months of our letter.
Yours sincerely"""
CHINESE = """尊敬的王小明：
我行已收到您的投诉，将于十五日内作出处理决定并告知您。如您对处理决定有异议，可自收到之日起三十日内申请核查。
此致"""
GERMAN = """Guten Tag Anna,
wir haben Ihren Brief erhalten und werden die Sache prüfen. Sie haben von uns in acht Wochen eine Antwort, und das ist
für Sie nicht mit Kosten verbunden. Wir sind für Ihre Geduld sehr dankbar.
Mit freundlichen Grüßen"""
DEADLINE = Clause("deadline", "Deadline of eight weeks", "8 weeks|eight weeks")


@tagged("post_install", "-at_install")
class TestLetterLint(BaseCase):
    def letter(self, text=ENGLISH, **values):
        return Letter(text=text, names=("Anna", "王小明"), today=date(2026, 3, 31), **values)

    def codes(self, letter):
        return [finding.code for finding in lint(letter, mask=text_masking.mask_numbers)]

    def test_a_good_letter_has_no_findings(self):
        self.assertEqual(self.codes(self.letter(clauses=(DEADLINE,))), [])
        self.assertEqual(self.codes(self.letter(CHINESE, lang="zh_CN")), [])
        self.assertEqual(self.codes(self.letter(GERMAN, lang="de_DE")), [])

    def test_an_empty_letter(self):
        self.assertEqual(self.codes(self.letter("  \n\xa0 ")), ["empty"])

    def test_missing_clauses_are_named(self):
        second = Clause("leaflet", "Encloses the leaflet", "leaflet")
        found = lint(self.letter(clauses=(DEADLINE, second)))
        self.assertEqual(found, [Finding("missing_clause", "Encloses the leaflet")])

    def test_how_clauses_are_recognised(self):
        for pattern, text, is_there in (
            ("8 weeks|eight weeks", "within EIGHT\n  weeks of", True),
            ("8 weeks|eight weeks", "within 18 weeks", False),
            ("8 weeks", "within 8 weeksends", False),
            ("refer * ombudsman", "You may refer your complaint to the ombudsman.", True),
            ("refer * ombudsman", "You may refer it. Ask the ombudsman.", False),
            ("www.example.org", "See https://www.example.org/x.", True),
            ("six months\nleaflet", "six months", False),
            ("six months\nleaflet", "The leaflet says six months", True),
            ("十五日|15日", "将于１５日内", True),
            ("十五日|15日", "将于115日内", False),
            ("有权*文件", "您有权索取我行据以认定的文件副本", True),
            ("ombudsman's right", "the ombudsman’s right", True),
        ):
            with self.subTest(pattern=pattern, text=text):
                self.assertEqual(letter_clauses.has_clause(letter_text.normalize(text), pattern), is_there)

    def test_patterns_that_anything_meets(self):
        for pattern in ("", " \n ", "|", "word|", "*", "word| * "):
            self.assertFalse(letter_clauses.is_pattern(pattern), pattern)
        for pattern in ("word", "a b|c\nd * e", "\nword\n"):
            self.assertTrue(letter_clauses.is_pattern(pattern), pattern)

    def test_unresolved_placeholders(self):
        for shown in (
            "⟦due_on⟧", "{{ name }}", "{% if x %}", "${object.name}", "[Name of the customer]", "[customer_name]",
            "______", "TODO", "%(name)s", "【请填写原因】", "（待补充）",
        ):  # fmt: skip
            with self.subTest(shown=shown):
                self.assertIn(Finding("unresolved", shown), lint(self.letter(f"{ENGLISH}\n{shown}")))

    def test_what_looks_like_one_and_is_none(self):
        for text in ("【我行】", "[1]", "[2026]", "(see above)", "（见上文）", "the customer said: XXXX"):
            self.assertEqual(letter_lint.unresolved(text), [], text)

    def test_words_of_the_customer_are_not_judged(self):
        quote = "[my account] 我的钱不见了，请马上还给我，我已经等了很久，你们到底什么时候才处理这件事情"
        text = f"{ENGLISH}\n{quote}"
        self.assertIn("unresolved", self.codes(self.letter(text)))
        self.assertEqual(self.codes(self.letter(text, quoted=(quote,))), [])

    def test_wrong_language(self):
        for text, lang in (
            (ENGLISH, "zh_CN"),
            (CHINESE, "en_US"),
            (GERMAN, "en_GB"),
            (ENGLISH, "de_DE"),
            (ENGLISH, "fr_FR"),
        ):
            with self.subTest(lang=lang):
                self.assertIn("wrong_language", self.codes(self.letter(text, lang=lang)))

    def test_foreign_words_do_not_make_a_foreign_letter(self):
        address = "Financial Ombudsman Service, Exchange Tower, London E14 9SR, www.financial-ombudsman.org.uk"
        self.assertEqual(self.codes(self.letter(f"{CHINESE}\n{address}", lang="zh_CN")), [])
        self.assertEqual(self.codes(self.letter(f"{ENGLISH}\n王小明女士", lang="en_US")), [])

    def test_points(self):
        needs = {"needs_points": True}
        self.assertEqual(self.codes(self.letter(**needs)), ["no_points"])
        self.assertEqual(self.codes(self.letter(points=(("fee", "repaid"),), **needs)), [])
        found = lint(self.letter(points=(("fee", "repaid"), ("delay", " "), ("", "x")), **needs))
        self.assertEqual(found, [Finding("empty_point", "2"), Finding("empty_point", "3")])

    def test_outcome_and_date(self):
        self.assertEqual(self.codes(self.letter(needs_outcome=True)), ["no_outcome"])
        self.assertEqual(self.codes(self.letter(needs_outcome=True, has_outcome=True)), [])
        self.assertEqual(self.codes(self.letter(needs_expected_on=True)), ["no_expected_on"])
        day = date(2026, 3, 31)
        self.assertEqual(self.codes(self.letter(needs_expected_on=True, expected_on=day)), [])
        self.assertEqual(
            self.codes(self.letter(needs_expected_on=True, expected_on=date(2026, 3, 30))), ["past_expected_on"]
        )

    def test_numbers_in_full(self):
        self.assertIn("unmasked_number", self.codes(self.letter(f"{ENGLISH} Card 4111 1111 1111 1111.")))
        self.assertIn("unmasked_number", self.codes(self.letter(f"{ENGLISH} 身份证号 11010519491231002X")))
        self.assertEqual(self.codes(self.letter(f"{ENGLISH} Card ****1111, telephone 0800 023 4567.")), [])

    def test_salutations(self):
        for salutation, is_other in (
            ("Dear Anna,", False),
            ("Dear Ms Anna,", False),
            ("Dear customer,", False),
            ("Dear Carl,", True),
            ("尊敬的王小明：", False),
            ("尊敬的王女士：", False),
            ("尊敬的客户：", False),
            ("尊敬的李雷：", True),
        ):
            with self.subTest(salutation=salutation):
                text = ENGLISH.replace("Dear Anna,", salutation)
                self.assertEqual("other_addressee" in self.codes(self.letter(text)), is_other)

    def test_foreign_names_and_numbers(self):
        letter = self.letter(f"{ENGLISH} Carl Carter and 李雷 too; C000123.")
        letter = replace(letter, foreign_names=("Carl Carter", "李雷", "Ann"), foreign_numbers=("C000123", "C000124"))
        self.assertEqual(
            lint(letter),
            [
                Finding("other_customer", "Carl Carter"),
                Finding("other_customer", "李雷"),
                Finding("other_number", "C000123"),
            ],
        )

    def test_codes(self):
        self.assertEqual(
            letter_lint.codes("No. T-2026/0001, C000123. Dear all 1234, x1"), ["T-2026/0001", "C000123", "1234"]
        )

    def test_plain_text(self):
        source = "<div><p>One <b>bold</b> word</p>\n<ul><li>a</li><li>b</li></ul>x<br/>y<script>no</script></div>"
        self.assertEqual(letter_text.plain_text(source), "One bold word\na\nb\nx\ny")
        self.assertEqual(letter_text.plain_text(False), "")

    @given(st.text())
    def test_any_text_can_be_checked(self, text):
        lint(self.letter(text, clauses=(DEADLINE,)), mask=text_masking.mask_numbers)

    @given(st.text(), st.text())
    def test_a_clause_stands_wherever_it_is_put(self, before, after):
        text = letter_text.normalize(f"{before} eight weeks {after}")
        self.assertTrue(letter_clauses.has_clause(text, DEADLINE.pattern))

    @given(st.lists(st.sampled_from(ENGLISH.split()), max_size=60))
    def test_a_clause_that_is_not_there_is_never_found(self, words):
        text = " ".join(word for word in words if "weeks" not in word)
        self.assertFalse(letter_clauses.has_clause(letter_text.normalize(text), DEADLINE.pattern))
