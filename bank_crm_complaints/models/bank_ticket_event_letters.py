from odoo import api, models


class BankTicketEvent(models.Model):
    """Entries of letters: the hash of what was sent stands in the sealed history of the ticket."""

    _inherit = "bank.ticket.event"

    @api.model
    def _kind_labels(self):
        return {
            **super()._kind_labels(),
            "letter_sealed": self.env._("Letter put on file"),
            "acknowledgement_dropped": self.env._("No automatic acknowledgement"),
            "silence": self.env._("Handler reminded to write"),
        }
