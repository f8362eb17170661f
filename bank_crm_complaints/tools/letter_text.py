"""HTML and text as the check of letters compares them.  No import of Odoo."""

import re
import unicodedata

from lxml import html as lxml_html

BLOCKS = {"p", "div", "br", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr", "blockquote"}
CJK = r"\u3400-\u9fff\uf900-\ufaff"


def plain_text(source):
    """Return HTML as plain text, one line per paragraph."""
    if not source or not str(source).strip():
        return ""
    pieces = []
    _collect(lxml_html.fragment_fromstring(str(source), create_parent="div"), pieces)
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(pieces).splitlines())
    return "\n".join(line for line in lines if line)


def _collect(element, pieces):
    if not isinstance(element.tag, str) or element.tag in ("script", "style"):
        pieces.append(element.tail or "")
        return
    edge = "\n" if element.tag in BLOCKS else ""
    # Line breaks of the source mean nothing in HTML.
    pieces += [edge, re.sub(r"\s+", " ", element.text or "")]
    for child in element:
        _collect(child, pieces)
    pieces += [edge, re.sub(r"\s+", " ", element.tail or "")]


def normalize(text):
    """Return a text so that spelling alone decides: one width, one case, blanks only where they separate words."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = text.translate(
        {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2010: "-", 0x2011: "-", 0x2013: "-", 0xAD: None}
    )
    text = re.sub(r"\s+", " ", text)
    return re.sub(rf"(?<=[{CJK}]) | (?=[{CJK}])", "", text).strip()
