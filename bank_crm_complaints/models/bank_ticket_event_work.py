from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

KIND_LABELS = {
    "task_given": _lt("Task given"),
    "task_doing": _lt("Task begun"),
    "task_done": _lt("Task answered"),
    "task_cancelled": _lt("Task cancelled"),
    "progress": _lt("Step of the service"),
}


class BankTicketEvent(models.Model):
    _inherit = "bank.ticket.event"

    @api.model
    def _kind_labels(self):
        labels = KIND_LABELS.items()
        own = {kind: self.env._(label) for kind, label in labels}  # pylint: disable=prefer-env-translation
        return {**super()._kind_labels(), **own}
