from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

KIND_LABELS = {
    "mail_note": _lt("Message kept as a note"),
    "mail_bounced": _lt("Message came back"),
    "mail_delayed": _lt("Message not delivered yet"),
    "mail_released": _lt("Message let in from the quarantine"),
}


class BankTicketEvent(models.Model):
    _inherit = "bank.ticket.event"

    @api.model
    def _kind_labels(self):
        labels = KIND_LABELS.items()
        return {
            **super()._kind_labels(),
            **{kind: self.env._(label) for kind, label in labels},  # pylint: disable=prefer-env-translation
        }
