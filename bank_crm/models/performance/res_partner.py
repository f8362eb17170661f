from odoo import models


class ResPartner(models.Model):
    """Totals leave out customers whose processing is restricted."""

    _inherit = "res.partner"

    def write(self, vals):
        changed = self.browse()
        if "is_restricted" in vals:
            changed = self.filtered(lambda partner: partner.is_restricted != bool(vals["is_restricted"]))
        result = super().write(vals)
        if changed:
            # sudo: bank.money.month - no customer's data: the night is told which months to add up again
            self.env["bank.money.month"].sudo()._mark_of_customers(changed.ids)
        return result
