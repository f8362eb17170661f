from odoo import api, models


class BankCustomerEvent(models.Model):
    _inherit = "bank.customer.event"

    @api.model
    def _kind_labels(self):
        return {
            **super()._kind_labels(),
            "points.redeemed": self.env._("Points redeemed"),
            "points.expired": self.env._("Points expired"),
        }
