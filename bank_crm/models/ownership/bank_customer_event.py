from odoo import api, models


class BankCustomerEvent(models.Model):
    """Events of ownership."""

    _inherit = "bank.customer.event"

    @api.model
    def _kind_labels(self):
        return super()._kind_labels() | {
            "access.granted": self.env._("Opened in an emergency"),
            "customer.unmerged": self.env._("Merge undone"),
        }
