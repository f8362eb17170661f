from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# Written by other addons and rooms, which may be installed after this one: the programmes that are shipped ask after
# these, too.
LATER_KINDS = {
    "ticket.closed": _lt("Ticket closed"),
    "interaction.done": _lt("Contact held"),
}


class BankSurveyProgram(models.Model):
    """What the shipped programmes (``data/bank_survey_programs.xml``) need beside their data."""

    _inherit = "bank.survey.program"

    @api.model
    def _trigger_kinds(self):
        kinds = dict(super()._trigger_kinds())
        for kind, label in LATER_KINDS.items():
            kinds.setdefault(kind, self.env._(label))  # pylint: disable=prefer-env-translation
        return list(kinds.items())
