"""Bytes of a CSV, XLSX or XLS file -> cells."""

import codecs
import csv
import datetime
import io
import struct
import zipfile
from collections import namedtuple

# `header` is the first row that is not empty; `rows` are lists of cells: texts, numbers, booleans, dates or None;
# `lines` are the numbers of the rows in the file, from 1.
Table = namedtuple("Table", ["header", "rows", "lines"])

ENCODINGS = ("utf-8", "gb18030", "utf-16", "windows-1250", "windows-1252")
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
CELL_LIMIT = 100_000  # characters


class UnreadableFile(Exception):
    """The file is not what it seems to be. The text says what to do."""


def format_of(content):
    """Return ``xlsx``, ``xls`` or ``csv`` by the first bytes; names of files lie."""
    if content[:4] == b"PK\x03\x04":
        return "xlsx"
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return "xls"
    return "csv"


# ----------------------------------------------------------------------
# Text
# ----------------------------------------------------------------------


def detect_encoding(content):
    """Return the likely encoding of a text, or None when the bytes are no text."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in content:
        return None
    for encoding in ("utf-8", "gb18030"):
        text = _decode(content, encoding)
        if text is not None and (encoding == "utf-8" or _looks_chinese(text)):
            return encoding
    return "windows-1252" if _decode(content, "windows-1252") is not None else None


def _decode(content, encoding):
    try:
        return content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeError:
        return None


def _looks_chinese(text):
    """GB18030 decodes almost everything: believe it when what is not ASCII is mostly common Chinese."""
    foreign = [character for character in text if ord(character) > 127]
    chinese = sum(
        "\u4e00" <= character <= "\u9fff" or "\u3000" <= character <= "\u303f" or "\uff00" <= character <= "\uffef"
        for character in foreign
    )
    return bool(foreign) and chinese >= 0.7 * len(foreign)


def detect_delimiter(text):
    """Return the name of the delimiter that splits the first lines most evenly."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]

    def score(name):
        counts = [len(row) for row in csv.reader(lines, delimiter=DELIMITERS[name])]
        return (sum(count == counts[0] for count in counts), counts[0]) if counts and counts[0] > 1 else (0, 0)

    return max(DELIMITERS, key=score)


def read_csv(content, encoding, delimiter):
    """Return the :class:`Table` of a text file."""
    text = _decode(content, encoding)
    if text is None or "\0" in text:
        raise UnreadableFile(encoding)
    csv.field_size_limit(CELL_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS[delimiter])
    numbered, first = [], 1
    try:
        for row in reader:
            numbered.append((first, [_clean(cell) for cell in row]))
            first = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(str(error)) from error
    return _as_table(numbered)


# ----------------------------------------------------------------------
# Workbooks
# ----------------------------------------------------------------------


def sheet_names(content):
    """Return the names of the sheets of a workbook."""
    if format_of(content) == "xls":
        return _open_xls(content).sheet_names()
    return _open_xlsx(content).sheetnames


def read_sheet(content, name):
    """Return the :class:`Table` of a sheet."""
    if format_of(content) == "xls":
        rows = _xls_rows(_open_xls(content), name)
    else:
        rows = [list(row) for row in _open_xlsx(content)[name].iter_rows(values_only=True)]
    return _as_table([(line, [_clean(cell) for cell in row]) for line, row in enumerate(rows, 1)])


def _open_xlsx(content):
    import openpyxl  # as Odoo's own import does: only where a workbook is opened
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableFile(type(error).__name__) from error


def _open_xls(content):
    import xlrd
    from xlrd.compdoc import CompDocError

    try:
        return xlrd.open_workbook(file_contents=content)
    except (xlrd.XLRDError, CompDocError, ValueError, IndexError, AssertionError, struct.error) as error:
        raise UnreadableFile(type(error).__name__) from error


def _xls_rows(book, name):
    import xlrd

    sheet = book.sheet_by_name(name)

    def value(cell):
        if cell.ctype == xlrd.XL_CELL_DATE:
            return datetime.datetime(*xlrd.xldate_as_tuple(cell.value, book.datemode))
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        return None if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR) else cell.value

    return [[value(cell) for cell in row] for row in sheet.get_rows()]


# ----------------------------------------------------------------------
# Cells
# ----------------------------------------------------------------------


def _clean(cell):
    if isinstance(cell, str):
        cell = cell.strip()
        if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@":  # as our own file of refused rows writes it
            cell = cell[1:]
        return cell or None
    if isinstance(cell, datetime.datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date()
    return cell


def _as_table(numbered):
    filled = [(line, row) for line, row in numbered if any(cell is not None for cell in row)]
    if not filled:
        return Table([], [], [])
    header = ["" if cell is None else str(cell) for cell in filled[0][1]]
    width = len(header)
    rows = [(row + [None] * width)[: max(width, len(row))] for _line, row in filled[1:]]
    return Table(header, rows, [line for line, _row in filled[1:]])
