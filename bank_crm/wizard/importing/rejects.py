"""Refused rows -> a file that can be corrected and imported again."""

import csv
import datetime
import io

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell):
    """Return a cell that no spreadsheet takes for a formula: a text that begins like one gets an apostrophe."""
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"
    return cell


def as_csv(header, rows):
    """Return the bytes of a CSV file that spreadsheets open as UTF-8."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for row in (header, *rows):
        writer.writerow(["" if cell is None else harmless(_text(cell)) for cell in row])
    return buffer.getvalue().encode("utf-8-sig")


def as_xlsx(header, rows):
    """Return the bytes of a workbook; numbers and dates stay what they are."""
    import openpyxl  # as Odoo's own import does: only where a workbook is written
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    def storable(cell):
        return ILLEGAL_CHARACTERS_RE.sub("?", harmless(cell)) if isinstance(cell, str) else cell

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Rejected")
    for row in (header, *rows):
        sheet.append([storable(cell) for cell in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _text(cell):
    return cell.isoformat() if isinstance(cell, datetime.date) else str(cell)
