from odoo import api, fields, models


class ResPartner(models.Model):
    """The value classes of a customer, as his page shows them."""

    _inherit = "res.partner"

    value_ids = fields.One2many(comodel_name="bank.customer.value", inverse_name="partner_id")
    value_history_ids = fields.One2many(
        comodel_name="bank.customer.value.history", inverse_name="partner_id", string="Value Class History"
    )

    @api.model
    def _is_for_bank_staff(self, field):
        return field.name in ("value_ids", "value_history_ids") or super()._is_for_bank_staff(field)
