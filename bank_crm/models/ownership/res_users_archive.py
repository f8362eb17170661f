from odoo import models
from odoo.exceptions import RedirectWarning


class ResUsers(models.Model):
    """Nobody goes and leaves his customers behind.

    Odoo deletes the open activities of a user who is archived; the customers' open promises would be gone with them.
    """

    _inherit = "res.users"

    def action_archive(self):
        self._check_no_customers_left()
        return super().action_archive()

    def write(self, vals):
        if "active" in vals and not vals["active"]:
            self._check_no_customers_left()
        return super().write(vals)

    def _check_no_customers_left(self):
        """Refuse with the way to the hand-over while one of these users owns a customer.

        :raises RedirectWarning: ``[customers_to_hand_over]``
        """
        # sudo: bank.assignment - whoever archives users (an administrator) need not see customers; only the number
        counts = (
            self.env["bank.assignment"]
            .sudo()
            ._read_group(
                [("user_id", "in", self.ids), ("role", "=", "primary"), ("date_to", "=", False)],
                ["user_id"],
                ["__count"],
            )
        )
        if not counts:
            return
        user, count = counts[0]
        raise RedirectWarning(
            self.env._(
                "[customers_to_hand_over] %(name)s still looks after %(count)s customers. Hand them over first; Odoo "
                "would delete the open activities about them.",
                name=user.name,
                count=count,
            ),
            self.env.ref("bank_crm.bank_handover_new_action").id,
            self.env._("Hand Over the Customers"),
            {"default_from_user_id": user.id, "default_kind": "leaver"},
        )
