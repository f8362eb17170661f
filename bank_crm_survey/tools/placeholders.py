"""Texts with ``{placeholders}``: checked once, filled in for many recipients in one pass.  Pure Python, no Odoo.

A text is split once; filling it is joining its parts with the values of one recipient.  What a value itself holds is
never looked at, so a customer who calls himself "{link}" gets no link.
"""

import re
from html import escape

NAMES = ("name", "program", "link", "bank", "until", "stop")

WRITTEN = re.compile(r"\{([^{}]*)\}")
# Characters of a private plane stand for braces in what is rendered before it is filled in: no text has them.
MARK = re.compile("\ue000([a-z]+)\ue001")


def unknown(text):
    """Return the placeholders of ``text`` that are none, each once."""
    return [name for name in dict.fromkeys(WRITTEN.findall(text or "")) if name not in NAMES]


def mark(name):
    """Return what stands for a placeholder until it is filled in."""
    return f"\ue000{name}\ue001"


def marked(text):
    """Return a text with marks in place of its placeholders."""
    text = (text or "").replace("\ue000", "").replace("\ue001", "")
    return WRITTEN.sub(lambda found: mark(found[1]) if found[1] in NAMES else found[0], text)


def as_html(text):
    """Return a text as paragraphs of HTML, with marks; addresses among its placeholders become links."""
    html = escape(marked(text).strip())
    for name in ("link", "stop"):
        html = html.replace(mark(name), f'<a href="{mark(name)}">{mark(name)}</a>')
    paragraphs = re.split(r"\r?\n[ \t]*\r?\n\s*", html)
    return "".join(f"<p>{'<br/>'.join(paragraph.splitlines())}</p>" for paragraph in paragraphs if paragraph)


class Template:
    """A text with marks, ready to be filled in.

    :param text: see :func:`marked`
    """

    def __init__(self, text):
        self.parts = MARK.split(text)

    def fill(self, values):
        """Return the text with ``values`` (``{name: text}``) in it, as they are."""
        parts = self.parts.copy()
        parts[1::2] = [values[name] for name in parts[1::2]]
        return "".join(parts)

    def fill_html(self, values):
        return self.fill({name: escape(value) for name, value in values.items()})

    def fill_line(self, values):
        """Return one line: line breaks in a value would be headers of a mail of their own."""
        return " ".join(self.fill(values).split())
