from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

KIND_LABELS = {"response_reported": _lt("Answer reported by another system")}


class BankTicketEvent(models.Model):
    _inherit = "bank.ticket.event"

    @api.model
    def _kind_labels(self):
        labels = {kind: self.env._(label) for kind, label in KIND_LABELS.items()}  # pylint: disable=prefer-env-translation
        return {**super()._kind_labels(), **labels}
