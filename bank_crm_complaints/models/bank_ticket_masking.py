from odoo import models


class BankTicket(models.Model):
    """No card, identity or account number is stored in what is written on a ticket."""

    _name = "bank.ticket"
    _inherit = ["bank.ticket", "bank.text.masking.mixin"]

    _masked_text_fields = ("subject", "description", "requested_remedy", "outcome_reason", "transaction_ref")

    def message_post(self, *, body="", subject=None, body_is_html=False, **kwargs):
        # Before it is sent to anybody; `mail.message` masks what is stored on every other way.
        if body:
            [body] = self._mask_texts([body], is_html=hasattr(body, "__html__") or body_is_html)
        if subject:
            [subject] = self._mask_texts([subject])
        return super().message_post(body=body, subject=subject, body_is_html=body_is_html, **kwargs)
