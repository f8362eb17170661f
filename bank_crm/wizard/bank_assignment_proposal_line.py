from odoo import fields, models


class BankAssignmentProposalLine(models.TransientModel):
    """Who would get one customer."""

    _name = "bank.assignment.proposal.line"
    _description = "Proposed Owner"
    _order = "id"

    proposal_id = fields.Many2one(
        comodel_name="bank.assignment.proposal", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer", required=True, ondelete="cascade")
    user_id = fields.Many2one(comodel_name="res.users", string="Relationship Manager", ondelete="cascade")
    branch_id = fields.Many2one(comodel_name="bank.branch", ondelete="cascade")
    rule_id = fields.Many2one(comodel_name="bank.assignment.rule", ondelete="set null")
    basis = fields.Char(readonly=True)

    def _target_branch(self):
        # sudo: res.users - the home branch of a colleague is no secret within the bank
        return self.branch_id or self.user_id.sudo().bank_branch_id
