from odoo import fields, models


class BankTierSimulationLine(models.TransientModel):
    """A customer who would be on another tier than now."""

    _name = "bank.tier.simulation.line"
    _description = "Customer Who Would Move"
    _order = "amount desc, id"
    _rec_name = "partner_id"

    simulation_id = fields.Many2one(
        comodel_name="bank.tier.simulation", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )
    from_tier_id = fields.Many2one(comodel_name="bank.tier", string="Now", readonly=True)
    to_tier_id = fields.Many2one(comodel_name="bank.tier", string="Simulated", readonly=True)
    is_up = fields.Boolean(string="Higher", readonly=True)
    currency_id = fields.Many2one(related="simulation_id.currency_id")
    amount = fields.Monetary(string="Metric of the Last Month", readonly=True)
    branch_id = fields.Many2one(comodel_name="bank.branch", readonly=True)
    relationship_manager_id = fields.Many2one(comodel_name="res.users", string="Owner", readonly=True)

    def action_open_customer(self):
        """Open the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(self.env.ref("bank_crm.bank_customer_view_form").id, "form")],
        }
