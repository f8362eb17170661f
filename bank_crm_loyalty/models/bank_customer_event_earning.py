from odoo import api, models


class BankCustomerEvent(models.Model):
    """Events that rules give points for, and that no addon of this bank may write."""

    _inherit = "bank.customer.event"

    @api.model
    def _kind_labels(self):
        return {
            "survey.answered": self.env._("Survey answered"),
            "customer.referred": self.env._("Recommended a new customer"),
            **super()._kind_labels(),
        }
