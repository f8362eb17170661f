"""Reads one CSV file into rows, or says what is wrong with the file as such."""
from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from pathlib import Path
from typing import NamedTuple

from .problems import ProblemList, show_cell

SEPARATOR = ","

_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_GZIP_MAGIC = b"\x1f\x8b"
# Tab, line feed and carriage return are the only control characters a text table needs.
_CONTROL_BYTE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Row(NamedTuple):
    """:ivar number: 1-based, the header is row 1
    :ivar cells: text by column name"""

    number: int
    cells: dict[str, str]


class _UnreadableError(Exception):
    """The file as a whole cannot be read: (row, column, text)."""


def find_table(folder: Path, names, problems: ProblemList):
    """:param names: acceptable file names, the usual one first
    :return: path of the first that exists, or None (a problem is recorded)"""
    for name in names:
        if (folder / name).is_file():
            return folder / name
    also = f" ({', '.join(names[1:])} would do as well)" if names[1:] else ""
    problems.add(names[0], None, None, f"the file is missing. Put it into the folder{also}.")
    return None


def find_file(path: Path, names, problems: ProblemList):
    """:param path: a file, or the folder that holds one
    :param names: acceptable file names in a folder, the usual one first
    :return: path of the file, or None (a problem is recorded)"""
    for candidate in (path, *(path / name for name in names)):
        if candidate.is_file():
            return candidate
    problems.add(str(path), None, None, f"there is no such file, and no folder with {' or '.join(names)}.")
    return None


def read_table(path: Path, columns, problems: ProblemList):
    """Read a comma-separated UTF-8 file, gzipped if its name ends in .gz.

    :param columns: names of the columns that must be there; others are ignored
    :param problems: receives what is wrong
    :return: list of :class:`Row`; empty if the file cannot be read
    """
    try:
        return list(_rows(path.name, _decode(_content(path), columns), columns, problems))
    except _UnreadableError as error:
        problems.add(path.name, *error.args)
        return []


def _content(path):
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _UnreadableError(
            None, None, f"cannot be read ({error.strerror}). Check the file and its rights."
        ) from error
    if path.suffix != ".gz":
        if content.startswith(_GZIP_MAGIC):
            raise _UnreadableError(None, None, "is compressed with gzip. Unpack it, or let its name end in .csv.gz.")
        return content
    if not content:
        raise _UnreadableError(None, None, "is empty. Fetch the file again.")
    try:
        return gzip.decompress(content)
    except EOFError:
        raise _UnreadableError(None, None, "is cut off: the gzip data ends too early. Fetch the file again.") from None
    except (gzip.BadGzipFile, zlib.error):
        raise _UnreadableError(
            None, None, "is not a gzip file, or is damaged. Fetch it again; a plain file must not be named .gz."
        ) from None


def _decode(content, columns):
    if not content.strip():
        raise _UnreadableError(None, None, "is empty. Fetch the file again.")
    if content.startswith(_UTF16_BOMS):
        raise _UnreadableError(1, None, "is encoded in UTF-16. Save it as UTF-8.")
    content = content.removeprefix(_UTF8_BOM)
    control = _CONTROL_BYTE.search(content)
    if control:
        raise _UnreadableError(
            *_place(content, control.start(), columns),
            f"contains binary data (byte 0x{control.group()[0]:02x}). Fetch the file again; it must be plain CSV.",
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _UnreadableError(
            *_place(content, error.start, columns),
            f"is not encoded in UTF-8 (byte 0x{content[error.start]:02x}). Save the file as UTF-8.",
        ) from None


def _place(content, position, columns):
    """:return: (row, column) of a byte; only approximate for quoted cells, which the source does not have"""
    lines = content[:position].split(b"\n")
    header = content.split(b"\n", 1)[0].decode("ascii", "replace").strip().split(SEPARATOR)
    index = lines[-1].count(SEPARATOR.encode())
    name = header[index] if len(lines) > 1 and index < len(header) else None
    return len(lines), name if name in columns else None


def _rows(file, text, columns, problems):
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=SEPARATOR, strict=True)
    try:
        header = [name.strip() for name in next(reader)]
        if not _check_header(file, header, columns, problems):
            return
        number = reader.line_num + 1
        for cells in reader:
            if len(cells) == len(header):
                yield Row(number, dict(zip(header, cells, strict=True)))
            elif cells:  # an empty line is harmless
                problems.add(
                    file, number, None,
                    f"has {len(cells)} cells, but the header has {len(header)}. Complete the row or quote its commas.",
                )
            number = reader.line_num + 1
    except csv.Error as error:
        raise _UnreadableError(
            max(reader.line_num, 1), None, f"is not valid CSV ({error}). Check the quotation marks in this row."
        ) from None


def _check_header(file, header, columns, problems):
    """:return: whether the rows below can be read"""
    missing = [name for name in columns if name not in header]
    if missing and len(header) == 1:
        for separator, spoken in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if separator in header[0]:
                raise _UnreadableError(1, None, f"uses {spoken} as separators. Save the file with commas.")
    for name in missing:
        problems.add(file, 1, name, f"the column is missing; the header has {show_cell(', '.join(header))}. Add it.")
    for name in sorted({name for name in columns if header.count(name) > 1}):
        problems.add(file, 1, name, "the column is there more than once. Keep one of them.")
    return not missing
