from odoo import api, fields, models
from odoo.exceptions import UserError


class BankOwnershipClaimNew(models.TransientModel):
    """Claim a customer by his number; the wizard tells at which branch he is, and not who he is."""

    _name = "bank.ownership.claim.new"
    _description = "Claim a Customer"

    customer_number = fields.Char(required=True, help="The whole number.")
    stub = fields.Char(string="Answer", readonly=True)
    found = fields.Boolean(readonly=True)
    basis = fields.Selection(
        selection=lambda self: self.env["bank.ownership.claim"]._fields["basis"]._description_selection(self.env),
        default="opening_branch",
    )
    evidence = fields.Text()
    attachment_ids = fields.Many2many(comodel_name="ir.attachment", string="Attachments")

    def action_locate(self):
        """Look the number up and show the stub."""
        self.ensure_one()
        answer = self.env["bank.ownership.claim"].locate_number(self.customer_number)
        self.found = answer["found"]
        if not self.found:
            self.stub = self.env._("No customer has this number. Enter the whole number.")
        elif not answer["branch"]:
            self.stub = self.env._("This customer exists and belongs to no branch.")
        elif answer["is_owned"]:
            self.stub = self.env._(
                "This customer exists at branch %(branch)s and has an owner.", branch=answer["branch"]
            )
        else:
            self.stub = self.env._(
                "This customer exists at branch %(branch)s without an owner.", branch=answer["branch"]
            )
        return self._reopen()

    def action_submit(self):
        """Submit the claim and open it."""
        self.ensure_one()
        if not self.evidence:
            raise UserError(self.env._("Evidence: say why the customer should be yours."))
        claims = self.env["bank.ownership.claim"]
        answer = claims.submit_for_number(
            {"customer_number": self.customer_number, "basis": self.basis, "evidence": self.evidence}
        )
        claims.browse(answer["id"])._attach(self.attachment_ids)
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_ownership_claim_action")
        return {**action, "res_id": answer["id"], "views": [(False, "form")], "target": "current"}

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.onchange("customer_number")
    def _onchange_customer_number(self):
        self.found, self.stub = False, False
