"""Card, identity and account numbers in what people write are masked before it is stored.

A number becomes four asterisks and its last four characters, whatever its length and however it was grouped; the rest
of the text stays as it is. Masking a masked text changes nothing. See :mod:`.number_finder` for what counts as a
number. The functions know no environment.
"""

import re

from lxml import etree, html
from markupsafe import Markup

from .number_finder import account_candidates, find_spans
from .number_runs import MASK

TAIL = 4
# Elements between which a number does not go on. Two line breaks are no gap inside a number, one is.
# fmt: off
_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
        "hr", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody", "td",
        "tfoot", "th", "thead", "title", "tr", "ul",
    )
)
# fmt: on
_NO_TEXT = frozenset(("script", "style"))
# Attributes that hold no words: changing them breaks pictures and layout.
_TECHNICAL = frozenset(("class", "id", "style", "src", "srcset", "width", "height", "name", "cid"))
_HAS_DIGITS = re.compile(r"\D*(?:\d\D*){8}")


def mask_numbers(text, accounts=()):
    """Return ``text`` with its card, identity and account numbers masked; nothing stays nothing.

    >>> mask_numbers("My card 6222 0212 3456 7894 was refused on 2026-11-24, 1,250.50 CNY.")
    'My card ****7894 was refused on 2026-11-24, 1,250.50 CNY.'

    :param accounts: account numbers that are known, as digits without blanks
    """
    if not text:
        return text
    while spans := find_spans(text, accounts):  # what stands around a number changes with its neighbours
        text = _replace(text, spans)
    return text


def mask_html(content, accounts=()):
    """Return HTML with the numbers in its text and in its attributes masked.

    A number may be scattered over inline elements (``4111<b>1111</b>…``); it is put where it begins.  HTML without a
    number is returned as it is, character for character.
    """
    if not content or not _HAS_DIGITS.match(content):
        return content
    root = _parse(content)
    if root is None or not _mask_tree(root, accounts):
        return content
    masked = (root.text or "") and _escape(root.text)
    masked += "".join(etree.tostring(child, encoding="unicode", method="html") for child in root)
    return Markup(masked) if isinstance(content, Markup) else masked


def candidates_in(text, is_html=False):
    """Return the digits in ``text`` that may be account numbers, to be looked up; see ``accounts`` above."""
    if not text:
        return set()
    if not is_html:
        return account_candidates(text)
    root = _parse(text) if _HAS_DIGITS.match(text) else None
    return account_candidates(_join(_pieces(root))[0]) if root is not None else set()


def _replace(text, spans):
    parts, position = [], 0
    for start, end in spans:
        parts += (text[position:start], masked(text[start:end]))
        position = end
    return "".join((*parts, text[position:]))


def masked(number):
    """Return the mask of one number."""
    return MASK + "".join(character for character in number if character.isalnum())[-TAIL:]


# ----------------------------------------------------------------------
# HTML
# ----------------------------------------------------------------------


def _parse(content):
    try:
        return html.fragment_fromstring(content, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _mask_tree(root, accounts):
    """Mask the texts and attributes below ``root``; tell whether there was anything to mask."""
    changed = False
    while True:
        pieces = _pieces(root)
        text, places = _join(pieces)
        spans = find_spans(text, accounts)
        if not spans:
            break
        changed = True
        _write_back(text, spans, places)
    for element in root.iter():
        for name, value in element.attrib.items() if isinstance(element.tag, str) else ():
            if name not in _TECHNICAL and (safe := mask_numbers(value, accounts)) != value:
                element.set(name, safe)
                changed = True
    return changed


def _pieces(root):
    """Return ``[(element, "text" or "tail", text)]`` in reading order; without an element: a break of that text."""
    pieces = []

    def walk(element):
        is_element = isinstance(element.tag, str)
        breaks = "\n\n" if is_element and element.tag in _BLOCKS else "\n" if element.tag == "br" else ""
        if breaks:
            pieces.append((None, None, breaks))
        if element.text and element.tag not in _NO_TEXT:
            # A comment is no part of the sentence around it.
            around = [] if is_element else [(None, None, "\n\n")]
            pieces.extend([*around, (element, "text", element.text), *around])
        for child in element if is_element else ():
            walk(child)
            if child.tail:
                pieces.append((child, "tail", child.tail))
        if breaks == "\n\n":
            pieces.append((None, None, breaks))

    walk(root)
    return pieces


def _join(pieces):
    """Return the whole text, and ``[(element, attribute, start, end)]`` of its pieces."""
    places, parts, position = [], [], 0
    for element, attribute, text in pieces:
        if element is not None:
            places.append((element, attribute, position, position + len(text)))
        parts.append(text)
        position += len(text)
    return "".join(parts), places


def _write_back(text, spans, places):
    """Put each mask into the piece in which its number begins, and take the rest of the number out of the others."""
    for element, attribute, start, end in places:
        position, parts = start, []
        for first, last in spans:
            if last <= start or first >= end:
                continue
            parts.append(text[position : max(first, start)])
            if first >= start:
                parts.append(masked(text[first:last]))
            position = min(last, end)
        if position != start or parts:
            setattr(element, attribute, "".join((*parts, text[position:end])))
