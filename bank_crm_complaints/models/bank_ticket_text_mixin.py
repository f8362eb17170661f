from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools import letter_template


class BankTicketTextMixin(models.AbstractModel):
    """Texts with placeholders (see ``tools/letter_template.py``): what cannot be rendered is not saved."""

    _name = "bank.ticket.text.mixin"
    _description = "Text with Placeholders"

    # Names of the fields with such texts, and {name of a value that they may use: None, or names in a list's items}.
    _text_fields = ()
    _text_names = {}

    @api.constrains(lambda self: self._text_fields)
    def _check_texts(self):
        for record in self:
            for name in self._text_fields:
                try:
                    letter_template.check(record[name], self._text_names)
                except letter_template.LetterTemplateError as error:
                    label = self._fields[name]._description_string(self.env)
                    raise ValidationError(self._text_error(label, error)) from error

    @api.model
    def _text_error(self, label, error):
        """Return what to tell about a text that cannot be rendered: where, what is wrong, what to do."""
        what = {"field": label, "subject": error.subject}
        if error.code == "unknown_variable":
            names = ", ".join(sorted(self._text_names))
            return self.env._(
                "[unknown_variable] %(field)s: there is no value “%(subject)s”. Use one of: %(names)s.",
                **what,
                names=names,
            )
        if error.code == "not_a_list":
            return self.env._(
                "[not_a_list] %(field)s: “%(subject)s” is no list. t-foreach repeats “points” only.", **what
            )
        if error.code == "forbidden_expression":
            return self.env._(
                "[forbidden_expression] %(field)s: “%(subject)s” is more than names, constants and comparisons. Use "
                "names alone, with ==, !=, in, and, or, not in conditions.",
                **what,
            )
        return self.env._(
            "[forbidden_markup] %(field)s: “%(subject)s” may not stand in a letter. Use paragraphs, lists, tables and "
            "emphasis, links to the web, and t-if, t-elif, t-else, t-foreach, t-as, t-out.",
            **what,
        )
