from odoo import api, models
from odoo.exceptions import AccessError


class BankSurveyBoundsMixin(models.AbstractModel):
    """Records of Odoo's surveys stay on their side of the fence between the bank's surveys and all others.

    Odoo asks for the right to change a record as it was, not as it becomes: a user of surveys could move a question
    of his own into a questionnaire of the bank, or an answer of his own into a programme.  What the bank keeps on
    such records is written by server code alone.
    """

    _name = "bank.survey.bounds.mixin"
    _description = "Bounds of the Bank's Surveys"

    @api.model
    def _bound_fields(self):
        """Return the names of the fields that decide whose a record is."""
        return frozenset()

    @api.model
    def _server_fields(self):
        """Return the names of the fields that no user writes."""
        return frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        defaults = {key.removeprefix("default_") for key in self.env.context if key.startswith("default_")}
        self._check_server_fields(defaults.union(*vals_list))
        return super().create(vals_list)

    def write(self, vals):
        self._check_server_fields(vals)
        result = super().write(vals)
        if not self.env.su and not self._bound_fields().isdisjoint(vals):
            self.check_access("write")
        return result

    @api.model
    def _check_server_fields(self, names):
        forged = sorted(self._server_fields().intersection(names))
        if forged and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(field)s: the server alone writes this. Leave it out.",
                    field=self._fields[forged[0]]._description_string(self.env),
                )
            )
