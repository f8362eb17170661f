from odoo import api, models


class PhoneBlacklist(models.Model):
    """A number on Odoo's list withdraws the consent to marketing by phone and text message."""

    _inherit = "phone.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        entries._withdraw_consents()
        return entries

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active") or vals.get("number"):
            self._withdraw_consents()
        return result

    def _withdraw_consents(self):
        numbers = self.filtered("active").mapped("number")
        self.env["bank.consent"]._on_blacklisted("phone_sanitized", numbers)
