from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    """Which households and groups a user may see, and what of them; see ``bank.group``."""

    _inherit = "res.users"

    def _bank_group_member_domain(self):
        """Return the rule of ``bank.group.member``: members whom he may see, and those of their groups who agree."""
        groups = Domain(self._bank_related_domain("member_ids.partner_id"))
        agreed = Domain("has_consented", "=", True) & Domain("group_id", "any", groups)
        return list(Domain(self._bank_related_domain("partner_id")) | agreed)

    def _bank_group_figures_domain(self):
        """Return the rule of ``bank.group.month``.

        Compliance and auditors see all. Others see the figures of groups of which they see a member, when no member
        objects, and each member whose assets count has agreed or is a customer whom they see anyway.
        """
        if self.has_groups("bank_crm.group_compliance,bank_crm.group_auditor"):
            return [(1, "=", 1)]
        groups = Domain(self._bank_related_domain("member_ids.partner_id"))
        current = Domain("date_to", "=", False) | Domain("date_to", ">=", "today")
        objects = current & Domain("objects_to_totals", "=", True)
        silent = current & Domain("include_assets", "=", True) & Domain("has_consented", "=", False)
        unknown = silent & ~Domain(self._bank_related_domain("partner_id"))
        return list(
            Domain("group_id", "any", groups & Domain("member_ids", "not any", objects | unknown))
        )
