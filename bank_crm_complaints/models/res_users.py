from odoo import models
from odoo.fields import Domain

# Roles that work on the tickets of the whole bank.
ALL_TICKETS_GROUPS = (
    "bank_crm.group_service_agent",
    "bank_crm.group_compliance",
    "bank_crm.group_auditor",
    "bank_crm.group_operations",
)
ALL_CLASSES_GROUPS = ("bank_crm.group_compliance", "bank_crm.group_auditor")


class ResUsers(models.Model):
    """Which tickets a user may see, for the domains of access rules (see ``res.users`` of ``bank_crm``)."""

    _inherit = "res.users"

    def _bank_ticket_domain(self, writing=False):
        """Return the rule of ``bank.ticket``: the customer's own in the portal, by role and class for the staff.

        :param writing: an emergency (``bank.access.grant``) opens a customer's tickets for reading only
        """
        self.ensure_one()
        if self.share:
            # Only the customer himself: people of one company do not read each other's complaints.
            return list(Domain("partner_id", "=", self.partner_id.id) & Domain("confidentiality", "!=", "whistle"))
        customers = self._bank_customer_domain() if writing else self._bank_readable_domain()
        domain = self._bank_ticket_role_domain(customers) & self._bank_ticket_class_domain()
        if not self._sees_restricted_customers():
            domain &= ~Domain("partner_id", "any", Domain("is_restricted", "=", True))
        # Whoever is complained of learns nothing of it, whatever his role is.
        return list(domain & Domain("complained_user_ids", "not in", self.ids))

    def _bank_ticket_role_domain(self, customers):
        """Return the domain of the tickets that the user's roles lead to; topics of the addon extend it.

        :param customers: domain of the customers whose tickets a relationship manager sees
        """
        if any(self.has_group(group) for group in ALL_TICKETS_GROUPS):
            return Domain.TRUE
        domain = Domain("user_id", "=", self.id) | Domain("create_uid", "=", self.id)
        if self.has_group("bank_crm.group_relationship_manager"):
            domain |= Domain("partner_id", "any", customers)
        if self.has_group("bank_crm.group_branch_manager") and self.managed_branch_ids:
            domain |= Domain("branch_id", "child_of", self.managed_branch_ids.ids)
        return domain

    def _bank_ticket_class_domain(self):
        """Return the domain of the confidentiality classes that are open to the user."""
        if any(self.has_group(group) for group in ALL_CLASSES_GROUPS):
            return Domain.TRUE
        classes = ["public"]
        if self.has_group("bank_crm_complaints.group_complaint_lead"):
            classes.append("restricted")
        if self.has_group("bank_crm_complaints.group_conduct"):
            classes += ["conduct", "whistle"]
        return Domain("confidentiality", "in", classes) | Domain("user_id", "=", self.id)

    def _bank_ticket_line_domain(self, path, company_ids=None):
        """Return the rule of a model whose ``path`` leads to a ticket: whoever sees the ticket sees the record.

        :param path: name of the field, e.g. ``ticket_id``, or fields with dots between
        :param company_ids: the companies that are switched on, default all of the user's
        """
        companies = self.company_ids.ids if company_ids is None else company_ids
        domain = Domain(self._bank_ticket_domain()) & Domain("company_id", "in", companies)
        for name in reversed(path.split(".")):
            domain = Domain(name, "any", domain)
        return list(domain)
