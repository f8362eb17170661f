from odoo import models
from odoo.exceptions import AccessError, UserError


class ResPartner(models.Model):
    """The pool: customers without a relationship manager."""

    _inherit = "res.partner"

    _pool_idx = models.Index("(branch_id, id) WHERE is_bank_customer AND relationship_manager_id IS NULL")

    def action_take_on(self):
        """Become the relationship manager of these customers of the pool, as far as one may see them.

        :raises AccessError: the caller is no relationship manager, or may not see one of them
        :raises UserError: ``[has_owner]`` somebody was faster
        """
        user = self.env.user
        if not user.has_group("bank_crm.group_relationship_manager"):
            raise AccessError(self.env._("Only relationship managers take on customers."))
        self.check_access("read")
        # sudo: bank.assignment, res.partner - a customer of a pool that the user sees may be taken on by him
        moved = (
            self.env["bank.owner.move"]
            .sudo()
            ._move(
                [(partner.id, None, user.id, user.bank_branch_id.id or None) for partner in self],
                day=self.env["bank.run"]._today(),
                reason=self.env._("Taken on from the pool"),
                source="manual",
            )
        )
        if len(moved) < len(self):
            raise UserError(
                self.env._(
                    "[has_owner] One of these contacts is no customer without an owner any more. Reload the list."
                )
            )
        return True
