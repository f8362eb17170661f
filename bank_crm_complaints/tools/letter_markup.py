"""How texts with placeholders are read, see :mod:`.letter_template`.  No import of Odoo."""

import ast
import re
from functools import lru_cache

from lxml import etree, html

PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
SELF_CLOSED = re.compile(r"<t\b([^<>]*)/>")
LONGEST = 500  # characters of an expression
ROOT = "letter-root"
NODES = (
    ast.Expression, ast.Name, ast.Load, ast.Constant, ast.Compare, ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.BoolOp,
    ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.List, ast.Tuple, ast.Attribute,
)  # fmt: skip


class LetterTemplateError(ValueError):
    """A text that cannot be used.

    ``code`` is one of ``unknown_variable``, ``forbidden_expression``, ``forbidden_tag``, ``forbidden_attribute``,
    ``forbidden_directive``, ``not_a_list``; ``subject`` is the name or the piece of text that is wrong.
    """

    def __init__(self, code, subject):
        super().__init__(f"{code}: {subject}")
        self.code = code
        self.subject = subject


@lru_cache(maxsize=512)
def parse(source):
    """Return the element that holds the contents of a text; it is shared and must not be changed."""
    try:
        return etree.fromstring(
            f"<{ROOT}>{source}</{ROOT}>", etree.XMLParser(remove_comments=True, resolve_entities=False)
        )
    except etree.XMLSyntaxError:
        # What an editor writes is HTML. It knows no elements that close themselves.
        text = SELF_CLOSED.sub(r"<t\1></t>", source)
        root = html.fragment_fromstring(text, create_parent=ROOT)
        for comment in root.xpath("//comment()"):
            comment.drop_tree()
        return root


@lru_cache(maxsize=2048)
def expression(text):
    """Return the tree of an expression that only compares names and constants.

    :raises LetterTemplateError: ``forbidden_expression``
    """
    if len(text) > LONGEST:
        raise LetterTemplateError("forbidden_expression", f"{text.strip()[:60]}…")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise LetterTemplateError("forbidden_expression", text.strip()) from None
    for node in ast.walk(tree):
        is_lawful = isinstance(node, NODES)
        if isinstance(node, ast.Constant):
            is_lawful = isinstance(node.value, str | int | bool) or node.value is None
        if isinstance(node, ast.Attribute):
            is_lawful = isinstance(node.value, ast.Name)
        if not is_lawful:
            raise LetterTemplateError("forbidden_expression", text.strip())
    return tree


def expressions(element):
    """Return the expressions that an element and the texts in and behind it hold."""
    found = [element.get(name) for name in ("t-if", "t-elif", "t-foreach", "t-out") if element.get(name)]
    for text in (element.text, element.tail):
        found += PLACEHOLDER.findall(text or "")
    return found
