from odoo import fields, models


class BankAssignmentProposalLoad(models.TransientModel):
    """How many customers a relationship manager has, and would have."""

    _name = "bank.assignment.proposal.load"
    _description = "Customers Before and After"
    _order = "after desc, id"

    proposal_id = fields.Many2one(
        comodel_name="bank.assignment.proposal", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(comodel_name="res.users", string="Relationship Manager", ondelete="cascade")
    before = fields.Integer()
    after = fields.Integer()
