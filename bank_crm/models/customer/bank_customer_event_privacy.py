from odoo import api, models


class BankCustomerEvent(models.Model):
    """Events of consent and privacy."""

    _inherit = "bank.customer.event"

    @api.model
    def _kind_labels(self):
        return super()._kind_labels() | {
            "consent.given": self.env._("Consent given"),
            "consent.withdrawn": self.env._("Consent withdrawn"),
            "privacy.restricted": self.env._("Processing restricted"),
            "privacy.released": self.env._("Restriction ended"),
            "privacy.erased": self.env._("Anonymised"),
        }
