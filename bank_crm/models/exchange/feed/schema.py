"""Rows -> dictionaries of converted values, in one pass without queries."""

from odoo.tools.translate import LazyTranslate

from .problems import Refusal, printable

_lt = LazyTranslate(__name__)


class Schema:
    """The keys that a row may have.

    :param fields: ``{key: converter}`` or ``{key: Many}``
    :param required: the keys that need a value
    """

    def __init__(self, fields, required):
        self.fields = fields
        self.required = tuple(required)
        self.known = ", ".join(sorted(fields))

    def convert(self, row, number, problems, prefix=""):
        """Return ``{key: value}`` of the keys that the row has; an empty value is None.

        :param prefix: where the row stands when it is part of another one, for example ``parties[2].``
        :return: None when the row is wrong: ``problems`` says why
        """
        if type(row) is not dict:
            where = prefix.rstrip(".") or "row"
            problems.add(number, where, "wrong_type", expected=_lt("an object with named fields"))
            return None
        before = len(problems.items)
        fields, values = self.fields, {}
        for key, value in row.items():
            try:
                convert = fields[key]
            except (KeyError, TypeError):
                problems.add(number, f"{prefix}{printable(key, 64)}", "unknown_field", expected=self.known)
                continue
            if value is None or value == "":
                values[key] = None
            elif type(convert) is Many:
                values[key] = convert.convert_all(value, number, problems, f"{prefix}{key}")
            else:
                try:
                    values[key] = convert(value)
                except Refusal as refusal:
                    problems.refuse(number, f"{prefix}{key}", refusal)
        for key in self.required:
            value = row.get(key)
            if value is None or value == "" or (type(value) is str and value.isspace()):
                problems.add(number, f"{prefix}{key}", "required_field")
        return None if len(problems.items) > before else values

    def convert_all(self, rows, problems):
        """Return ``[(row number from 1, values)]`` of the rows that are right."""
        convert = self.convert
        return [
            (number, values)
            for number, row in enumerate(rows, 1)
            if (values := convert(row, number, problems)) is not None
        ]


class Many:
    """A list of rows inside a row. In names of fields their positions count from 1, as rows do."""

    LONGEST = 100

    def __init__(self, schema):
        self.schema = schema

    def convert_all(self, rows, number, problems, name):
        if type(rows) is not list:
            problems.add(number, name, "wrong_type", expected=_lt("a list"))
            return None
        if len(rows) > self.LONGEST:
            problems.add(number, name, "wrong_type", expected=_lt("a list of at most %s", self.LONGEST))
            return None
        return [
            self.schema.convert(row, number, problems, f"{name}[{position}].") for position, row in enumerate(rows, 1)
        ]
