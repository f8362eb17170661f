from odoo import api, models


class MailBlacklist(models.Model):
    """Who unsubscribes by a link, or is listed by hand, withdraws his consent to marketing by email."""

    _inherit = "mail.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        entries._withdraw_consents()
        return entries

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active") or vals.get("email"):
            self._withdraw_consents()
        return result

    def _withdraw_consents(self):
        emails = self.filtered("active").mapped("email")
        self.env["bank.consent"]._on_blacklisted("email_normalized", emails)
