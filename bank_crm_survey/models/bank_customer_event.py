from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

KIND_LABELS = {
    "survey.invited": _lt("Invited to a survey"),
    "survey.answered": _lt("Answered a survey"),
    "survey.refused": _lt("Declined surveys"),
    "survey.followed_up": _lt("Answer to a survey followed up"),
}


class BankCustomerEvent(models.Model):
    _inherit = "bank.customer.event"

    @api.model
    def _kind_labels(self):
        labels = {kind: self.env._(label) for kind, label in KIND_LABELS.items()}  # pylint: disable=prefer-env-translation
        return {**super()._kind_labels(), **labels}
