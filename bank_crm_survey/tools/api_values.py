"""Reads what other systems send to the methods of surveys."""

from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

from odoo.addons.bank_crm.models.exchange.feed.problems import Problems, Refusal, printable
from odoo.addons.bank_crm.models.exchange.feed.schema import Schema

_lt = LazyTranslate(__name__)

MESSAGES = {
    "invalid_number": _lt("%(field)s: send a whole number from %(lowest)s to %(highest)s."),
    "unknown_program": _lt("%(field)s: there is no programme with the code “%(value)s”. Check the code."),
}


class SurveyProblems(Problems):
    """The errors of one call."""

    def add(self, row, field, code, **details):
        if code not in MESSAGES:
            return super().add(row, field, code, **details)
        template = self.env._(MESSAGES[code])  # pylint: disable=prefer-env-translation
        message = template % {"field": field, **{name: self._text(value) for name, value in details.items()}}
        self.items.append({"row": row, "field": field, "code": code, "message": message})
        self.rows.add(row)
        return None

    def refuse_call(self):
        """:raises ValidationError: one line for each error, beginning with its code, if there are any"""
        if self.items:
            raise ValidationError("\n".join(f"[{item['code']}] {item['message']}" for item in self.as_answer()))


def read(env, values, fields, required):
    """Return the values of a call, each key converted; what is empty is left out.

    :param fields: ``{key: converter}``
    :raises ValidationError: one line for each error
    """
    problems = SurveyProblems(env)
    if type(values) is dict:  # XML-RPC clients have no other way to say "nothing"
        values = {key: None if value is False else value for key, value in values.items()}
    found = Schema(fields, required).convert(values, 1, problems)
    problems.refuse_call()
    return {key: value for key, value in found.items() if value is not None}


def whole_number(lowest, highest):
    """An integer between two others."""

    def convert(value):
        if type(value) is not int or not lowest <= value <= highest:
            raise Refusal("invalid_number", lowest=lowest, highest=highest)
        return value

    return convert


def texts(longest_list, longest):
    """A list of texts, none of them empty; numbers of customers, for example."""

    def convert(value):
        if type(value) is not list or len(value) > longest_list:
            raise Refusal("wrong_type", expected=_lt("a list of at most %s texts", longest_list))
        if any(type(item) is not str or not item.strip() or len(item) > longest for item in value):
            raise Refusal("wrong_type", expected=_lt("a list of texts of at most %s characters", longest))
        if any("\x00" in item for item in value):
            raise Refusal("invalid_text")
        return list(dict.fromkeys(value))

    return convert


def rows(most):
    """A list of objects, which the method itself looks at."""

    def convert(value):
        if type(value) is not list or len(value) > most or any(type(row) is not dict for row in value):
            raise Refusal("wrong_type", expected=_lt("a list of at most %s objects", most))
        return value

    return convert


def reference(found, code):
    """The code of a record, checked against ``{code: anything}``."""

    def convert(value):
        if type(value) is not str:
            raise Refusal("wrong_type", expected=_lt("a text"))
        if value not in found:
            raise Refusal(code, value=printable(value, 32))
        return found[value]

    return convert


def note(longest):
    """Words of a machine, for people to read: one line, cut off where it is too long."""

    def convert(value):
        if type(value) is not str:
            raise Refusal("wrong_type", expected=_lt("a text"))
        return printable(" ".join(value.split()), longest)

    return convert
