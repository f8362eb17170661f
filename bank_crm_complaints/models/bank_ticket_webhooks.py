from odoo import models

from .bank_ticket_webhook import BOXES


class BankTicket(models.Model):
    """Which webhooks are told of which tickets."""

    _inherit = "bank.ticket"

    def _notify_webhooks(self, event):
        """Queue a message about each of these tickets for each webhook that listens; no query where none does.

        :param event: ``registered``, ``state``, ``breached``
        """
        # sudo: bank.ticket - dates and the class of confidentiality, which decides that nothing is told
        tickets = self.sudo()
        rows = [
            (webhook_id, ticket, event)
            for webhook_id, company_id, include_restricted, boxes in self.env["bank.ticket.webhook"]._listeners()
            if BOXES[event] in boxes
            for ticket in tickets
            if ticket.company_id.id == company_id and (include_restricted or ticket.confidentiality == "public")
        ]
        if rows:
            # sudo: bank.ticket.webhook.delivery - written by the server alone
            self.env["bank.ticket.webhook.delivery"].sudo()._queue(rows)

    def _after_registration(self):
        result = super()._after_registration()
        self._notify_webhooks("registered")
        return result

    def _after_state(self, state, before):
        result = super()._after_state(state, before)
        self._notify_webhooks("state")
        return result
