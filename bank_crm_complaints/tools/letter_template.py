"""Texts with placeholders, without code: what letters and canned answers are made of.

A text is HTML with ``{{ name }}`` where a value goes, and with the directives of QWeb that choose and repeat parts:
``t-if``, ``t-elif``, ``t-else``, ``t-foreach`` with ``t-as``, ``t-out``. Their expressions may compare names with
constants and with one another (``==``, ``!=``, ``in``, ``and``, ``or``, ``not``), and nothing else: no calls, no
attributes but those of the variable of a loop, no other directive. A text is checked when it is saved
(:func:`check`), so a mistyped name is found by whoever typed it and not by a customer.

A value that is missing leaves ``⟦name⟧``, which the check before sending finds (see :mod:`.letter_lint`).

No import of Odoo: texts can be checked and rendered anywhere.
"""

import ast
import re
from html import unescape

from markupsafe import Markup, escape

from .letter_markup import PLACEHOLDER, ROOT, LetterTemplateError, expression, expressions, parse

DIRECTIVES = {"t-if", "t-elif", "t-else", "t-foreach", "t-as", "t-out"}
TAGS = {
    "t", "p", "div", "span", "strong", "b", "em", "i", "u", "s", "br", "hr", "ul", "ol", "li", "table", "thead",
    "tbody", "tr", "td", "th", "h1", "h2", "h3", "h4", "a", "blockquote", "small", "sup", "sub", "font",
}  # fmt: skip
VOID = {"br", "hr"}
ATTRIBUTES = {"class", "style", "href", "colspan", "rowspan", "dir", "lang", "align"}
# A line break in the source is no blank between Chinese characters.
CHINESE_LINE_BREAK = re.compile(
    r"(?<=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef])\s*\n\s*(?=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef])"
)


def check(source, names):
    """Refuse a text that names unknown variables or would do more than put values into it.

    :param source: the text
    :param names: ``{name: None}`` of the values there are; for a list ``{name: {names of the values of its items}}``
    :raises LetterTemplateError: names what is wrong
    """
    _check_element(parse(source or ""), dict.fromkeys(names) | dict(names))


def variables(source):
    """Return the names of the variables that a text uses, those of loops left out."""
    used, loops = set(), set()
    for element in parse(source or "").iter():
        for text in expressions(element):
            used |= {node.id for node in ast.walk(expression(text)) if isinstance(node, ast.Name)}
        loops.add(element.get("t-as"))
    return used - loops


def render(source, values):
    """Return the text with ``values`` put in, as safe HTML.

    :param values: ``{name: text, True, False, None, or a list of such dictionaries}``; texts are escaped, their line
        breaks kept
    :returns: :class:`markupsafe.Markup`
    """
    out = []
    _render_children(parse(source or ""), values, out)
    text = CHINESE_LINE_BREAK.sub("", "".join(out))
    return Markup(text).strip()  # every text in it was escaped where it was put in


def render_line(source, values):
    """Return a text without elements, such as a subject, with ``values`` put in: one line of plain text."""
    return " ".join(unescape(_fill(source, values)).replace("<br>", " ").split())


# ----------------------------------------------------------------------
# Checking
# ----------------------------------------------------------------------


def _check_element(element, names):
    if not isinstance(element.tag, str) or (element.tag != ROOT and element.tag not in TAGS):
        raise LetterTemplateError("forbidden_tag", str(getattr(element, "tag", element)))
    for name, value in element.attrib.items():
        _check_attribute(name, value)
    for name in ("t-if", "t-elif", "t-out"):
        if name in element.attrib:
            _check_names(element.get(name), names)
    inner = names
    if "t-foreach" in element.attrib:
        inner = names | {_loop_variable(element): _list_names(element.get("t-foreach"), names)}
    for text in PLACEHOLDER.findall(element.text or ""):
        _check_names(text, inner)
    for child in element:
        _check_element(child, inner)
        for text in PLACEHOLDER.findall(child.tail or ""):
            _check_names(text, inner)


def _check_attribute(name, value):
    if name.startswith("t-"):
        if name not in DIRECTIVES:
            raise LetterTemplateError("forbidden_directive", name)
    elif name not in ATTRIBUTES or PLACEHOLDER.search(value):
        raise LetterTemplateError("forbidden_attribute", name)
    elif name == "href" and not value.lower().startswith(("https://", "http://", "mailto:", "tel:")):
        raise LetterTemplateError("forbidden_attribute", f"{name}={value}")


def _loop_variable(element):
    variable = element.get("t-as", "")
    if not variable.isidentifier():
        raise LetterTemplateError("forbidden_directive", f"t-as={variable}")
    return variable


def _list_names(text, names):
    node = expression(text).body
    if not isinstance(node, ast.Name):
        raise LetterTemplateError("forbidden_expression", text.strip())
    _check_names(text, names)
    if names[node.id] is None:
        raise LetterTemplateError("not_a_list", node.id)
    return names[node.id]


def _check_names(text, names):
    for node in ast.walk(expression(text)):
        if isinstance(node, ast.Name) and node.id not in names:
            raise LetterTemplateError("unknown_variable", node.id)
        if isinstance(node, ast.Attribute) and node.attr not in (names.get(node.value.id) or ()):
            raise LetterTemplateError("unknown_variable", f"{node.value.id}.{node.attr}")


# ----------------------------------------------------------------------
# Rendering
# ----------------------------------------------------------------------


def _render_children(element, values, out):
    out.append(_fill(element.text, values))
    is_done = True  # of the alternatives t-if, t-elif, t-else that stand beside one another
    for child in element:
        if "t-if" in child.attrib:
            is_done = shown = bool(_evaluate(child.get("t-if"), values))
        elif "t-elif" in child.attrib:
            shown = not is_done and bool(_evaluate(child.get("t-elif"), values))
            is_done = is_done or shown
        else:
            shown = "t-else" not in child.attrib or not is_done
        if shown:
            _render_element(child, values, out)
        out.append(_fill(child.tail, values))


def _render_element(element, values, out):
    if "t-foreach" not in element.attrib:
        _render_once(element, values, out)
        return
    for item in _evaluate(element.get("t-foreach"), values) or ():
        _render_once(element, values | {element.get("t-as"): item}, out)


def _render_once(element, values, out):
    if element.tag != "t":
        attributes = "".join(
            f' {name}="{escape(value)}"' for name, value in element.attrib.items() if not name.startswith("t-")
        )
        out.append(f"<{element.tag}{attributes}>")
    if "t-out" in element.attrib:
        out.append(_show(element.get("t-out"), values))
    else:
        _render_children(element, values, out)
    if element.tag != "t" and element.tag not in VOID:
        out.append(f"</{element.tag}>")


def _fill(text, values):
    """Return a text of the source with its placeholders filled."""
    if not text:
        return ""
    pieces = PLACEHOLDER.split(text)
    return "".join(_show(piece, values) if index % 2 else str(escape(piece)) for index, piece in enumerate(pieces))


def _show(text, values):
    value = _evaluate(text, values)
    if value is None or value is False or value == "":
        return f"⟦{escape(text.strip())}⟧"
    return "<br>".join(str(escape(line)) for line in str(value).splitlines())


def _evaluate(text, values):
    return _value(expression(text).body, values)


def _value(node, values):
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return values.get(node.id)
        case ast.Attribute():
            return (values.get(node.value.id) or {}).get(node.attr)
        case ast.List() | ast.Tuple():
            return [_value(item, values) for item in node.elts]
        case ast.UnaryOp():
            return not _value(node.operand, values)
        case ast.BoolOp():
            return _combine(node, values)
    return _compare(node, values)


def _combine(node, values):
    result = None
    for item in node.values:
        result = _value(item, values)
        if bool(result) == isinstance(node.op, ast.Or):
            break
    return result


def _compare(node, values):
    left = _value(node.left, values)
    for operator, item in zip(node.ops, node.comparators, strict=True):
        right = _value(item, values)
        if isinstance(operator, ast.In | ast.NotIn):
            holds = (left in (right or ())) == isinstance(operator, ast.In)
        else:
            holds = (left == right) == isinstance(operator, ast.Eq)
        if not holds:
            return False
        left = right
    return True
