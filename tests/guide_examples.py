"""Reads the examples out of a guide in Markdown and compares their printed answers with real ones.

What a guide may hold:

``python``
    Code. All blocks of a guide share their variables. A ``json`` block after it is what ``answer`` is then.
``http``
    ``POST /path``, header lines, an empty line, a JSON body. The ``http`` block after it is the response:
    ``HTTP/1.1 200 OK``, an empty line, a JSON body. ``$NAME`` in a header line is an environment variable.
``bash``
    A command. A ``json`` block after it is what it prints.

Any other block is an error, so that no example goes untested. In printed answers ``…`` stands for any text, and the
numbers of :data:`NUMBERS_OF_THE_SERVER` stand for any numbers, as long as equal ones stand for equal ones.
"""

import json
import os
import re
from dataclasses import dataclass

FENCE = re.compile(r"^```(.*)$")
ANYTHING = "…"
NUMBERS_OF_THE_SERVER = ("id", "batch_id", "message_id", "attachment_id")


class GuideError(Exception):
    """The guide holds something that cannot be tested."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the line on which the text begins."""

    language: str
    text: str
    line: int

    @property
    def is_response(self):
        return self.language == "http" and self.text.startswith("HTTP/")


@dataclass(frozen=True)
class Example:
    """A block that can be run, and the block that tells the answer (None: it tells none)."""

    block: Block
    answer: Block = None


def read_blocks(text):
    """Return the fenced blocks of a Markdown text, in their order."""
    blocks, language, first, lines = [], None, 0, []
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if fence and language is None:
            language, first, lines = fence[1].strip(), number + 1, []
        elif fence:
            blocks.append(Block(language, "\n".join(lines) + "\n", first))
            language = None
        else:
            lines.append(line)
    if language is not None:
        raise GuideError(f"line {first - 1}: the block does not end")
    return blocks


def read_examples(text):
    """Return the examples of a Markdown text, in their order.

    :raises GuideError: when a block is none of those described above
    """
    examples = []
    for block in read_blocks(text):
        if block.language == "json" or block.is_response:
            _add_answer(examples, block)
        elif block.language in ("python", "http", "bash"):
            examples.append(Example(block))
        else:
            raise GuideError(f"line {block.line}: nobody tests blocks of {block.language or 'no language'}")
    return examples


def _add_answer(examples, block):
    last = examples[-1] if examples else None
    if last is None or last.answer is not None or block.is_response != (last.block.language == "http"):
        raise GuideError(f"line {block.line}: an answer without its question")
    examples[-1] = Example(last.block, block)


@dataclass(frozen=True)
class Request:
    """What an ``http`` block sends."""

    method: str
    path: str
    headers: dict
    body: bytes


def read_request(block, defaults):
    """Return the :class:`Request` of an ``http`` block.

    :param defaults: headers that are sent unless the block has its own
    """
    head, _blank, body = block.text.partition("\n\n")
    first, *lines = head.splitlines()
    method, path = first.split()[:2]
    headers = dict(defaults)
    for line in lines:
        name, _colon, value = line.partition(":")
        headers[name.strip()] = os.path.expandvars(value.strip())
    json.loads(body)  # a request that is no JSON would be an error of the guide
    return Request(method, path, headers, body.encode())


def read_response(block):
    """Return ``(status, reason, body)`` of an ``http`` block that is an answer."""
    head, _blank, body = block.text.partition("\n\n")
    _version, status, reason = head.splitlines()[0].split(maxsplit=2)
    return int(status), reason, json.loads(body)


class Comparison:
    """Compares printed answers with real ones; remembers which number of the guide stands for which number."""

    def __init__(self):
        self.numbers = {}

    def differences(self, printed, real, where="answer"):
        """Return a list of sentences; an empty one when ``real`` is what the guide prints."""
        if isinstance(printed, dict) and isinstance(real, dict):
            return self._of_objects(printed, real, where)
        if isinstance(printed, list) and isinstance(real, list):
            return self._of_lists(printed, real, where)
        if isinstance(printed, str) and ANYTHING in printed:
            pattern = ".*".join(re.escape(part) for part in printed.split(ANYTHING))
            same = isinstance(real, (str, dict, list)) and bool(re.fullmatch(pattern, str(real), re.DOTALL))
        elif (name := where.rpartition(".")[2]) in NUMBERS_OF_THE_SERVER and type(printed) is type(real) is int:
            same = self._stands_for(name, printed, real)
        else:
            same = printed == real and isinstance(printed, bool) == isinstance(real, bool)
        return [] if same else [f"{where}: the guide prints {printed!r}, the server answers {real!r}"]

    def _of_objects(self, printed, real, where):
        differences = [f"{where}.{key}: only in the guide" for key in printed if key not in real]
        differences += [f"{where}.{key}: only in the server's answer" for key in real if key not in printed]
        for key in printed:
            if key in real:
                differences += self.differences(printed[key], real[key], f"{where}.{key}")
        return differences

    def _of_lists(self, printed, real, where):
        if len(printed) != len(real):
            return [f"{where}: the guide prints {len(printed)} items, the server answers {real!r}"]
        differences = []
        for position, (left, right) in enumerate(zip(printed, real, strict=True)):
            differences += self.differences(left, right, f"{where}[{position}]")
        return differences

    def _stands_for(self, name, printed, real):
        known = self.numbers.setdefault(name, {})
        if printed in known:
            return known[printed] == real
        if real in known.values():
            return False
        known[printed] = real
        return True
