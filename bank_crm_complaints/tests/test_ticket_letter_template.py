"""Texts with placeholders: what they may hold, and that they never do more than put values in."""

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from odoo.tests import BaseCase, tagged

from ..tools.letter_template import LetterTemplateError, check, render, render_line, variables

NAMES = {"name": None, "late": None, "outcome": None, "regimes": None, "points": {"raised", "answer"}}


@tagged("post_install", "-at_install")
class TestLetterTemplate(BaseCase):
    def refused(self, source):
        with self.assertRaises(LetterTemplateError) as caught:
            check(source, NAMES)
        return caught.exception.code, caught.exception.subject

    def test_values_are_put_in_escaped(self):
        self.assertEqual(render("<p>Dear {{ name }},</p>", {"name": "A & B <i>"}), "<p>Dear A &amp; B &lt;i&gt;,</p>")
        self.assertEqual(render("<p>{{ name }}</p>", {"name": "one\ntwo"}), "<p>one<br>two</p>")
        self.assertEqual(render_line("Letter: {{ name }} & co", {"name": "A\nB"}), "Letter: A B & co")

    def test_what_is_missing_shows(self):
        for nothing in ({}, {"name": None}, {"name": ""}, {"name": False}):
            self.assertEqual(render("<p>{{ name }}</p>", nothing), "<p>⟦name⟧</p>")

    def test_alternatives(self):
        source = """<p t-if="outcome == 'upheld'">yes</p><p t-elif="outcome in ('partly', 'other')">half</p>"""
        source += '<p t-else="">no</p>'
        check(source, NAMES)
        for outcome, shown in (("upheld", "yes"), ("partly", "half"), ("not_upheld", "no"), (None, "no")):
            self.assertEqual(render(source, {"outcome": outcome}), f"<p>{shown}</p>")

    def test_two_conditions_side_by_side_are_independent(self):
        source = '<b t-if="name">a</b><b t-if="late">b</b><b t-else="">c</b>'
        self.assertEqual(render(source, {"name": "x", "late": None}), "<b>a</b><b>c</b>")
        self.assertEqual(render(source, {"name": None, "late": "x"}), "<b>b</b>")

    def test_conditions(self):
        for condition, values, holds in (
            ("'UK' in regimes", {"regimes": ["UK"]}, True),
            ("'UK' in regimes", {"regimes": None}, False),
            ("'UK' not in regimes", {"regimes": []}, True),
            ("not late", {"late": None}, True),
            ("name and not late", {"name": "x", "late": "y"}, False),
            ("name or late", {"name": None, "late": "y"}, True),
            ("outcome != 'upheld'", {"outcome": None}, True),
        ):
            with self.subTest(condition=condition, values=values):
                source = f'<t t-if="{condition}">yes</t>'
                check(source, NAMES)
                self.assertEqual(bool(render(source, values)), holds)

    def test_points_are_repeated(self):
        source = '<ol><li t-foreach="points" t-as="point">{{ point.raised }}: <t t-out="point.answer"/></li></ol>'
        check(source, NAMES)
        points = [{"raised": "fee", "answer": "repaid"}, {"raised": "<x>", "answer": None}]
        self.assertEqual(
            render(source, {"points": points}), "<ol><li>fee: repaid</li><li>&lt;x&gt;: ⟦point.answer⟧</li></ol>"
        )
        self.assertEqual(render(source, {}), "<ol></ol>")

    def test_unknown_names_are_named(self):
        self.assertEqual(self.refused("<p>{{ custmer }}</p>"), ("unknown_variable", "custmer"))
        self.assertEqual(self.refused('<p t-if="nme">x</p>'), ("unknown_variable", "nme"))
        self.assertEqual(self.refused('<p t-out="nme"/>'), ("unknown_variable", "nme"))
        self.assertEqual(self.refused("<p>tail</p>{{ nme }}"), ("unknown_variable", "nme"))
        self.assertEqual(
            self.refused('<t t-foreach="points" t-as="point">{{ point.secret }}</t>'),
            ("unknown_variable", "point.secret"),
        )
        self.assertEqual(self.refused("<p>{{ point.raised }}</p>"), ("unknown_variable", "point.raised"))
        self.assertEqual(self.refused('<t t-foreach="name" t-as="x"></t>'), ("not_a_list", "name"))

    def test_nothing_is_executed(self):
        for expression in (
            "name()", "name.upper()", "__import__('os').system('x')", "name.__class__.__mro__", "[x for x in points]",
            "lambda: 1", "name if late else 1", "name + name", "name[0]", "points[0]", "f'{name}'", "name := 1",
            "{'a': 1}", "1 < 2", "name; late", "", "   ", "()()", "print", "env.user", "3 ** 9 ** 9",
            "not " * 400 + "name",
        ):  # fmt: skip
            with self.subTest(expression=expression):
                code, _subject = self.refused("<p>{{ %s }}</p>" % expression)
                self.assertIn(code, ("forbidden_expression", "unknown_variable"))

    def test_markup_is_limited(self):
        for source, code in (
            ("<script>alert(1)</script>", "forbidden_tag"),
            ("<iframe src='x'></iframe>", "forbidden_tag"),
            ("<img src='x'/>", "forbidden_tag"),
            ("<p onclick='x'>a</p>", "forbidden_attribute"),
            ("<a href='javascript:x'>a</a>", "forbidden_attribute"),
            ("<a href='https://x/{{ name }}'>a</a>", "forbidden_attribute"),
            ("<t t-call='web.layout'/>", "forbidden_directive"),
            ("<t t-set='x' t-value='1'/>", "forbidden_directive"),
            (f"<t t-{'raw'}='name'/>", "forbidden_directive"),
            ("<p t-att-href='name'>a</p>", "forbidden_directive"),
        ):
            with self.subTest(source=source):
                self.assertEqual(self.refused(source)[0], code)

    def test_html_of_an_editor(self):
        source = "<p>Dear&nbsp;{{ name }}<br>text<br></p><p>second"
        check(source, NAMES)
        self.assertEqual(render(source, {"name": "Anna"}), "<p>Dear\xa0Anna<br>text<br></p><p>second</p>")

    def test_a_line_break_is_no_blank_in_chinese(self):
        self.assertEqual(render("<p>您好，\n    请查收。</p>", {}), "<p>您好，请查收。</p>")
        self.assertEqual(render("<p>one\n   two</p>", {}).split(), ["<p>one", "two</p>"])

    def test_variables(self):
        source = '{{ name }}<t t-if="late == 1"><t t-foreach="points" t-as="point">{{ point.raised }}</t></t>'
        self.assertEqual(variables(source), {"name", "late", "points"})

    @given(st.text())
    def test_no_value_becomes_markup(self, value):
        shown = str(render("<p>{{ name }}</p>", {"name": value}))
        inner = shown.removeprefix("<p>").removesuffix("</p>").replace("<br>", "")
        self.assertNotIn("<", inner)
        if value and "\n" not in value and value.splitlines() == [value] and value == value.strip():
            self.assertIn(str(escape(value)), shown)

    @given(st.text())
    def test_a_text_is_refused_or_rendered(self, source):
        try:
            check(source, NAMES)
        except LetterTemplateError:
            return
        render(source, {"name": "x", "points": [{"raised": "a", "answer": "b"}]})
