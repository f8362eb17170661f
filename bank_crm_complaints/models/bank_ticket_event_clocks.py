from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

KIND_LABELS = {
    "clocks": _lt("Deadlines"),
    "clock_rebased": _lt("Deadline counted anew"),
    "regimes": _lt("Regimes changed"),
    "paused": _lt("Paused"),
    "resumed": _lt("Pause ended"),
    "extension_requested": _lt("Extension asked for"),
    "extension_approved": _lt("Extension granted"),
    "extension_refused": _lt("Extension refused"),
    "extension_effective": _lt("Extension in effect"),
    "extension_late": _lt("Notice of extension too late"),
    "forwarded": _lt("Sent by an authority"),
    "materials_completed": _lt("Materials complete"),
    "review_received": _lt("Request for review received"),
    "determination": _lt("Error determined"),
    "corrected": _lt("Correction posted"),
}
NEWS = {
    "started": _lt("started"),
    "restarted": _lt("started anew"),
    "met": _lt("in time"),
    "breached": _lt("late"),
    "lapsed": _lt("lapsed"),
    "cancelled": _lt("cancelled"),
    "reopened": _lt("running again"),
    "inherited": _lt("taken over"),
    "resumed": _lt("resumed"),
    "extension_withdrawn": _lt("extension without effect"),
}


class BankTicketEvent(models.Model):
    """What the history says about deadlines."""

    _inherit = "bank.ticket.event"

    @api.model
    def _kind_labels(self):
        # pylint: disable-next=prefer-env-translation
        return {**super()._kind_labels(), **{kind: self.env._(label) for kind, label in KIND_LABELS.items()}}

    def _summarize(self, data):
        if self.kind != "clocks":
            return super()._summarize(data)
        # pylint: disable-next=prefer-env-translation
        labels = {key: self.env._(label) for key, label in NEWS.items()}
        return "; ".join(f"{', '.join(names)}: {labels.get(key, key)}" for key, names in data.items() if key in NEWS)
