"""Reads what other systems send to the methods of the ledger."""

from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

from odoo.addons.bank_crm.models.exchange.feed.problems import Problems, Refusal
from odoo.addons.bank_crm.models.exchange.feed.schema import Schema

_lt = LazyTranslate(__name__)

MESSAGES = {
    "invalid_points": _lt("%(field)s: send a whole number from 1 to %(highest)s."),
    "unknown_program": _lt("%(field)s: there is no programme with the code “%(value)s”. Check the code."),
    "unknown_reward": _lt("%(field)s: there is no reward with the code “%(value)s”. Check the code."),
}


class PointsProblems(Problems):
    """The errors of one call."""

    def add(self, row, field, code, **details):
        if code not in MESSAGES:
            return super().add(row, field, code, **details)
        template = self.env._(MESSAGES[code])  # pylint: disable=prefer-env-translation
        message = template % {"field": field, **{name: self._text(value) for name, value in details.items()}}
        self.items.append({"row": row, "field": field, "code": code, "message": message})
        self.rows.add(row)
        return None


def read(env, values, fields, required):
    """Return the values of a call, each key converted; what is empty is left out.

    :param fields: ``{key: converter}``
    :raises ValidationError: one line for each error, beginning with its code
    """
    problems = PointsProblems(env)
    if type(values) is dict:  # XML-RPC clients have no other way to say "nothing"
        values = {key: None if value is False else value for key, value in values.items()}
    found = Schema(fields, required).convert(values, 1, problems)
    if problems.items:
        raise ValidationError("\n".join(f"[{item['code']}] {item['message']}" for item in problems.as_answer()))
    return {key: value for key, value in found.items() if value is not None}


def points(highest):
    """A whole number of points, at least one."""

    def convert(value):
        if type(value) is not int or not 1 <= value <= highest:
            raise Refusal("invalid_points", highest=highest)
        return value

    return convert
