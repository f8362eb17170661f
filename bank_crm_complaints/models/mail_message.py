from odoo import api, models


class MailMessage(models.Model):
    """Messages, notes and log entries on tickets hold no card, identity or account numbers, however they come in."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        default_model = self.env.context.get("default_model")
        on_tickets = [
            index for index, vals in enumerate(vals_list) if vals.get("model", default_model) in self._masked_models()
        ]
        if on_tickets:
            vals_list = list(vals_list)
            masked = self._mask_message_values([vals_list[index] for index in on_tickets])
            for index, vals in zip(on_tickets, masked, strict=True):
                vals_list[index] = vals
        return super().create(vals_list)

    def write(self, vals):
        if not {"body", "subject"} & vals.keys() or not self._is_on_masked_models():
            return super().write(vals)
        return super().write(self._mask_message_values([vals])[0])

    def _is_on_masked_models(self):
        # sudo: mail.message - only the kind of record the messages are on; writing them has its own check
        return not self._masked_models().isdisjoint(self.sudo().mapped("model"))

    @api.model
    def _masked_models(self):
        """Return the names of the models on whose messages numbers are masked."""
        return {"bank.ticket", "bank.ticket.task"}

    @api.model
    def _mask_message_values(self, vals_list):
        """Return ``vals_list`` with bodies and subjects masked."""
        mixin = self.env["bank.text.masking.mixin"]
        masked = [dict(vals) for vals in vals_list]
        for name, is_html in (("body", True), ("subject", False)):
            here = [vals for vals in masked if vals.get(name)]
            for vals, text in zip(here, mixin._mask_texts([vals[name] for vals in here], is_html), strict=True):
                vals[name] = text
        return masked
