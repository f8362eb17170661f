from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

KIND_LABELS = {
    "party_added": _lt("Person added"),
    "party_changed": _lt("Person changed"),
    "party_removed": _lt("Person removed"),
    "major": _lt("Became a major complaint"),
    "converted": _lt("Kind changed"),
    "receipt_corrected": _lt("Receipt corrected"),
    "accepted": _lt("Customer accepts"),
    "rejected": _lt("Customer rejects"),
    "reopen_asked": _lt("Customer wrote after the closing"),
    "reopen_declined": _lt("Left closed"),
    "followed_up": _lt("Follow-up registered"),
    "forwarding": _lt("Respondent chosen"),
    "forwarding_dropped": _lt("Not passed on"),
    "duplicate": _lt("Marked as duplicate"),
    "duplicate_received": _lt("Duplicate found"),
    "merged": _lt("Merged into another ticket"),
    "merge_received": _lt("Another ticket was merged in"),
    "unmerged": _lt("Taken out of the other ticket"),
    "merge_undone": _lt("Another ticket was taken out"),
    "split": _lt("Split"),
    "split_from": _lt("Made as a part"),
}


class BankTicketEvent(models.Model):
    """What happens in the life of a ticket between registration and closing."""

    _inherit = "bank.ticket.event"

    @api.model
    def _kind_labels(self):
        labels = {kind: self.env._(label) for kind, label in KIND_LABELS.items()}  # pylint: disable=prefer-env-translation
        return {**super()._kind_labels(), **labels}
