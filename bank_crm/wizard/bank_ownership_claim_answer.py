from odoo import fields, models
from odoo.exceptions import UserError


class BankOwnershipClaimAnswer(models.TransientModel):
    """The words that go with an answer to a claim: the owner's view, or the reason of the decision."""

    _name = "bank.ownership.claim.answer"
    _description = "Answer to a Claim"

    claim_id = fields.Many2one(comodel_name="bank.ownership.claim", required=True, readonly=True)
    answer = fields.Selection(
        selection=[("approve", "Approve"), ("reject", "Reject"), ("contest", "Contest")], required=True
    )
    credit_preview = fields.Char(related="claim_id.credit_preview")
    note = fields.Text(string="Reason")

    def action_answer(self):
        """Give the answer."""
        self.ensure_one()
        if not self.note:
            raise UserError(self.env._("Reason: write why. The other side reads it."))
        getattr(self.claim_id, f"action_{self.answer}")(self.note)
        return {"type": "ir.actions.act_window_close"}
