from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

KIND_LABELS = {
    "ticket.registered": _lt("Ticket registered"),
    "ticket.closed": _lt("Ticket closed"),
    "ticket.reopened": _lt("Ticket opened again"),
    "ticket.withdrawn": _lt("Ticket withdrawn"),
    "ticket.forwarded": _lt("Ticket passed on"),
}


class BankCustomerEvent(models.Model):
    _inherit = "bank.customer.event"

    @api.model
    def _kind_labels(self):
        labels = {kind: self.env._(label) for kind, label in KIND_LABELS.items()}  # pylint: disable=prefer-env-translation
        return {**super()._kind_labels(), **labels}
