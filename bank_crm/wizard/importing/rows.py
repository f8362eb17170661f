"""Cells -> rows of the exchange."""

import datetime
import re

from . import columns

DATE_FORMATS = {
    "iso": "%Y-%m-%d",
    "ymd_slash": "%Y/%m/%d",
    "ymd_plain": "%Y%m%d",
    "ymd_chinese": "%Y年%m月%d日",
    "dmy_dot": "%d.%m.%Y",
    "dmy_slash": "%d/%m/%Y",
    "mdy_slash": "%m/%d/%Y",
}
YES = {"1", "true", "yes", "y", "x", "是"}
NO = {"0", "false", "no", "n", "否"}
GROUPING = re.compile(r"[\s'’\u00a0\u202f]")


class RowBuilder:
    """Builds the rows of one kind.

    What cannot be converted is left as it is: the exchange refuses it with its own message.

    :param kind: customers, holdings, balances or transactions
    :param keys: the key of each column, or None for one that is not wanted
    :param date_format: a key of :data:`DATE_FORMATS`
    :param decimal_comma: whether amounts are written 1.234,56
    :param clear_empty: whether an empty cell clears the field; otherwise it leaves it alone
    """

    def __init__(self, kind, keys, date_format="iso", decimal_comma=False, clear_empty=False):
        self.kind = kind
        self.wanted = [(index, key) for index, key in enumerate(keys) if key]
        self.date_format = DATE_FORMATS[date_format]
        self.decimal_comma = decimal_comma
        self.clear_empty = clear_empty

    def build(self, table):
        """Return ``[(row, [index of each table row that it was made of])]``."""
        built, by_key = [], {}
        for index, cells in enumerate(table.rows):
            row, part = self._read(cells)
            if self.kind == "customers":
                if part:
                    row["identity_documents"] = [part]
                built.append((row, [index]))
            elif self.kind == "holdings":
                self._add_holding(built, by_key, row, part, index)
            else:
                built.append((row, [index]))
        return built

    def _add_holding(self, built, by_key, row, party, index):
        """Rows with the same key are one holding with several parties; they may not contradict each other."""
        key = row.get("external_id")
        known = by_key.get(key) if key is not None else None
        if known is not None and all(known[0].get(name, value) == value for name, value in row.items()):
            for name, value in row.items():
                known[0].setdefault(name, value)
            known[0]["parties"].append(party)
            known[1].append(index)
            return
        row["parties"] = [party] if party else []
        built.append((row, [index]))
        if known is None:
            by_key[key] = built[-1]

    def _read(self, cells):
        """Return the row and the part of it that stands for a document or a party."""
        row, part = {}, {}
        for index, key in self.wanted:
            value = self._convert(key, cells[index] if index < len(cells) else None)
            group, _dot, name = key.rpartition(".")
            if value is None and (group or not self.clear_empty):
                continue
            (part if group else row)[name] = value
        return row, part

    def _convert(self, key, cell):
        if cell is None:
            return None
        if key in columns.DATES:
            return self._date(cell)
        if key in columns.AMOUNTS:
            return self._amount(cell)
        if key in columns.BOOLEANS:
            return self._boolean(cell)
        if isinstance(cell, float) and cell.is_integer():
            return str(int(cell))  # a workbook knows no whole numbers
        return cell if isinstance(cell, str) else str(cell)

    def _date(self, cell):
        if isinstance(cell, datetime.date):
            return cell.isoformat()[:10]
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        try:
            return datetime.datetime.strptime(text, self.date_format).date().isoformat()
        except ValueError:
            return text

    def _amount(self, cell):
        if not isinstance(cell, str):
            return cell if isinstance(cell, (int, float)) else str(cell)
        text = GROUPING.sub("", cell)
        grouping, point = (".", ",") if self.decimal_comma else (",", ".")
        whole, separator, fraction = text.partition(point)
        if re.fullmatch(rf"[+-]?\d{{1,3}}(\{grouping}\d{{3}})+", whole):
            whole = whole.replace(grouping, "")
        if not re.fullmatch(r"[+-]?\d+", whole) or (separator and not re.fullmatch(r"\d+", fraction)):
            return cell
        return f"{whole}.{fraction}" if separator else whole

    @staticmethod
    def _boolean(cell):
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).lower()
        return True if text in YES else False if text in NO else text
