from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    """Whose scorecards and totals a user sees."""

    _inherit = "res.users"

    def _sees_all_scorecards(self):
        return self.has_group("bank_crm.group_compliance") or self.has_group("bank_crm.group_auditor")

    def _scorecard_users(self):
        """Return the relationship managers whose figures this user sees: himself, those of his branches, or all."""
        self.ensure_one()
        peers = self._scorecard_peers()
        if self._sees_all_scorecards():
            return peers
        mine = peers & self.sudo(False)
        branches = self.managed_branch_ids
        if not self.has_group("bank_crm.group_branch_manager") or not branches:
            return mine
        # sudo: res.users - who works at the branches of their manager
        below = self.sudo().search(Domain("id", "in", peers.ids) & Domain("bank_branch_id", "child_of", branches.ids))
        return (mine | below.sudo(False)).sorted(lambda user: (user.name or "", user.id))

    def _scorecard_peers(self):
        """Return the relationship managers of the company."""
        group = self.env.ref("bank_crm.group_relationship_manager")
        # sudo: res.users - who they are is known to all staff of the bank
        found = self.sudo().search(
            [
                ("all_group_ids", "in", group.ids),
                ("company_ids", "in", self.env.company.ids),
                ("share", "=", False),
            ],
            order="name, id",
        )
        return found.sudo(False)

    def _bank_total_domain(self):
        """Return the rule of the models of ``bank.money.mixin``: totals of all books, of the branches that the user
        manages, of his own book.

        Who stands in for a colleague sees the customers, but not the totals of the colleague's book.
        """
        self.ensure_one()
        if self._sees_all_bank_customers():
            return [(1, "=", 1)]
        domain = Domain.FALSE
        if self.has_group("bank_crm.group_relationship_manager"):
            domain |= Domain("relationship_manager_id", "=", self.id)
        if self.has_group("bank_crm.group_branch_manager") and self.managed_branch_ids:
            domain |= Domain("branch_id", "child_of", self.managed_branch_ids.ids)
        return list(domain)
