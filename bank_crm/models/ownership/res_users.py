from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

# Roles that serve or supervise the whole bank.
ALL_CUSTOMERS_GROUPS = (
    "bank_crm.group_service_agent",
    "bank_crm.group_compliance",
    "bank_crm.group_auditor",
    "bank_crm.group_operations",
)


class ResUsers(models.Model):
    """Which customers a user may see, for the domains of access rules.

    The rules' domains are cached; whatever these methods read beside groups has to clear the cache when it changes
    (see ``bank.branch``).
    """

    _inherit = "res.users"

    def _sees_all_bank_customers(self):
        return any(self.has_group(group) for group in ALL_CUSTOMERS_GROUPS)

    def _sees_restricted_customers(self):
        """Whoever asked the bank to restrict the processing of his data is seen by compliance only."""
        return self.has_group("bank_crm.group_compliance")

    def _bank_customer_domain(self):
        """Return the domain on ``res.partner`` of the customers that this user's roles open to him."""
        self.ensure_one()
        if self._sees_restricted_customers():
            return Domain.TRUE
        free = Domain("is_restricted", "=", False)
        if self._sees_all_bank_customers():
            return free
        # Each alternative carries the condition itself: one condition around them would hide their indexes.
        domain = Domain.FALSE
        if self.has_group("bank_crm.group_relationship_manager"):
            domain |= Domain("relationship_manager_id", "=", self.id) & free
            domain |= Domain("looked_after_by_ids", "in", self.ids) & free
            domain |= self._bank_pool_domain() & free
        if self.has_group("bank_crm.group_branch_manager") and self.managed_branch_ids:
            domain |= Domain("branch_id", "child_of", self.managed_branch_ids.ids) & free
        return domain

    def _bank_readable_domain(self):
        """Return :meth:`_bank_customer_domain` and the customers that an emergency opens to this user right now.

        The rules built from this are for reading; where users may write, ``security/emergency_rules.xml`` adds a rule
        that asks for :meth:`_bank_customer_domain` alone.
        """
        customers = self._bank_customer_domain()
        if self._sees_all_bank_customers() or not self.has_group("bank_crm.group_relationship_manager"):
            return customers
        return customers | (Domain("emergency_user_ids", "in", self.ids) & Domain("is_restricted", "=", False))

    def _bank_pool_domain(self):
        """Return the domain of the customers without an owner whom a relationship manager may take on."""
        branch = self.bank_branch_id
        if not branch.pool_visible_to_managers:
            return Domain.FALSE
        return Domain("branch_id", "=", branch.id) & Domain("relationship_manager_id", "=", False)

    def write(self, vals):
        result = super().write(vals)
        if "bank_branch_id" in vals:  # see the class
            self.env.registry.clear_cache()
        return result

    def _bank_contact_domain(self, writing=False):
        """Return the rule of ``res.partner``: contacts who are no customers stay reachable."""
        customers = self._bank_customer_domain() if writing else self._bank_readable_domain()
        if self._sees_restricted_customers():
            return [(1, "=", 1)]
        if self._sees_all_bank_customers():
            restricted = Domain("is_restricted", "=", True)
            return list(self._bank_scope_domain(customers) & Domain("bank_customer_id", "not any", restricted))
        no_customer = Domain("is_bank_customer", "=", False) & Domain("bank_customer_id", "=", False)
        return list(no_customer | self._bank_scope_domain(customers) | self._bank_contact_person_domain(customers))

    def _bank_contact_person_domain(self, customers):
        """Return the domain of the addresses and contact persons of ``customers``, a domain."""
        if customers.is_false():
            return customers
        below = Domain("is_bank_customer", "=", False) & Domain("bank_customer_id", "any", customers)

        # The domain is cached and used by later requests: it takes its environment from them.
        def to_sql(model, alias, query):
            # sudo: res.partner - only the condition; it is part of the rule itself
            found = model.sudo().with_context(active_test=False)._search(below)
            return SQL("%s = ANY(ARRAY(%s))", model._field_to_sql(alias, "id", query), found.subselect())

        return Domain.custom(to_sql=to_sql, predicate=lambda partner: bool(partner.filtered_domain(below)))

    def _bank_scope_domain(self, customers=None):
        """Return the domain of what a user's roles open to him, whoever is a customer: colleagues and oneself stay
        reachable, or log-in, chatter, activities and calendar would break."""
        customers = self._bank_readable_domain() if customers is None else customers
        return Domain("partner_share", "=", False) | Domain("id", "=", self.partner_id.id) | customers

    def _bank_related_domain(self, path, writing=False):
        """Return the rule of a model whose ``path`` leads to ``res.partner``."""
        if self._sees_restricted_customers():
            return [(1, "=", 1)]
        domain = self._bank_customer_domain() if writing else self._bank_readable_domain()
        if domain.is_false():
            return [(0, "=", 1)]
        if self._sees_all_bank_customers():
            return list(self._bank_unrestricted_domain(path))
        for name in reversed(path.split(".")):
            domain = Domain(name, "any", domain)
        return list(domain)

    def _bank_unrestricted_domain(self, path):
        """Return the domain of whom all but compliance may see: few customers are restricted, they are looked up.

        A record of several customers (a joint account) stays visible for the sake of the others.
        """
        restricted, free = Domain("is_restricted", "=", True), Domain("is_restricted", "=", False)
        for name in reversed(path.split(".")):
            restricted, free = Domain(name, "any", restricted), Domain(name, "any", free)
        return ~restricted | free if "." in path else ~restricted

    def _bank_handover_domain(self):
        """Return the rule of ``bank.handover``; the reasons of an absence are not for everybody who sees customers."""
        supervisors = ("bank_crm.group_compliance", "bank_crm.group_auditor", "bank_crm.group_operations")
        if any(self.has_group(group) for group in supervisors):
            return [(1, "=", 1)]
        domain = (
            Domain("from_user_id", "=", self.id)
            | Domain("receiver_ids", "in", self.ids)
            | Domain("line_ids.to_user_id", "=", self.id)
        )
        if self.has_group("bank_crm.group_branch_manager"):
            domain |= Domain("create_uid", "=", self.id)
            domain |= Domain("branch_id", "child_of", self.managed_branch_ids.ids)
        return list(domain)

    def _bank_claim_domain(self):
        """Return the rule of ``bank.ownership.claim``: claimants see their own, others those about their customers.

        The customer's column is closed to users, so the rule alone reads it.
        """
        customers = self._bank_customer_domain()
        if customers.is_true():
            return [(1, "=", 1)]
        domain = Domain("claimant_id", "=", self.id) | Domain("decider_id", "=", self.id)
        if not customers.is_false():
            domain |= Domain("partner_id", "any", customers)
        return list(domain)

    def _bank_linked_domain(self, path):
        """Return the rule of a model of other addons whose ``path`` may lead to any contact or to none."""
        if self._sees_restricted_customers():
            return [(1, "=", 1)]
        return list(Domain(path, "=", False) | Domain(path, "any", self._bank_contact_domain(writing=True)))

    def _bank_meeting_domain(self, path=""):
        """Return the rule of meetings: one's own, and those that no hidden customer attends.

        :param path: field that leads to the meeting, with a dot behind it
        """
        if self._sees_restricted_customers():
            return [(1, "=", 1)]
        hidden = ~Domain(self._bank_contact_domain(writing=True))
        return list(
            Domain(f"{path}user_id", "=", self.id)
            | Domain(f"{path}partner_ids", "in", self.partner_id.ids)
            | Domain(f"{path}partner_ids", "not any", hidden)
        )
