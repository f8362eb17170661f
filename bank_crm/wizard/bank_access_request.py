from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

SHORTEST_REASON = 10  # letters


class BankAccessRequest(models.TransientModel):
    """Open a customer who is not one's own, in an emergency.

    All one learns before is whether a customer has this number.
    """

    _name = "bank.access.request"
    _description = "Open a Customer in an Emergency"

    customer_number = fields.Char(required=True)
    reason = fields.Text(required=True, help="Compliance reads it. Say who asked for what, and why it cannot wait.")

    def action_grant(self):
        """Open the customer and show him."""
        self.ensure_one()
        self.env["bank.access.grant"]._check_may_request()
        if len((self.reason or "").strip()) < SHORTEST_REASON:
            raise ValidationError(
                self.env._("Reason: say in a few words why it cannot wait (at least %s letters).", SHORTEST_REASON)
            )
        partner = self._find_customer()
        self.env["bank.access.grant"]._grant(partner, self.reason.strip())
        return partner.with_env(self.env).action_open_bank_customer()

    def _find_customer(self):
        # sudo: res.partner - whether the number exists is all that is told; the grant opens the rest
        partner = self.env["res.partner"].sudo().search(
            [
                ("customer_number", "=", self.customer_number.strip()),
                ("is_bank_customer", "=", True),
                ("is_restricted", "=", False),
                ("company_id", "in", [*self.env.companies.ids, False]),
            ],
            limit=1,
        )
        if not partner:
            raise UserError(
                self.env._("[unknown_customer] Customer Number: no customer has this number. Check it.")
            )
        return partner
