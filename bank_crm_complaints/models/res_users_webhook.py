from odoo import models
from odoo.fields import Domain

from .bank_ticket_webhook_delivery import VIEWERS


class ResUsers(models.Model):
    _inherit = "res.users"

    def _bank_ticket_webhook_domain(self, company_ids):
        """Return the rule of ``bank.ticket.webhook.delivery``: administrators see that something was sent, not what
        (the columns are closed to them); others see what was sent of tickets that they may see."""
        readers = any(self.has_group(group) for group in VIEWERS.split(","))
        if not readers and self.has_group("bank_crm.group_bank_admin"):
            return [(1, "=", 1)]
        tickets = Domain(self._bank_ticket_line_domain("ticket_id", company_ids))
        return list(Domain("ticket_id", "=", False) | tickets)
