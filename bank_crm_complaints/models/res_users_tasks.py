from odoo import models
from odoo.fields import Domain

WORKING_GROUPS = ("bank_crm.group_service_agent", "bank_crm.group_compliance")


class ResUsers(models.Model):
    """Which tasks a user may see: those of the tickets he sees, and those that he or his department has to do."""

    _inherit = "res.users"

    def _bank_ticket_task_domain(self, company_ids, writing=False):
        """Return the rule of ``bank.ticket.task``.

        Whoever has to do a task reads the task, not the ticket. Nobody reads one of a ticket that complains of him.

        :param writing: relationship managers change what they have to do, not what others have to do
        """
        addressed = Domain("user_id", "=", self.id) | Domain("team_id.member_ids.user_id", "in", self.ids)
        domain = addressed & Domain("ticket_id.complained_user_ids", "not in", self.ids)
        if not writing or any(self.has_group(group) for group in WORKING_GROUPS):
            domain |= Domain(self._bank_ticket_line_domain("ticket_id", company_ids))
        return list(domain & Domain("company_id", "in", company_ids))
