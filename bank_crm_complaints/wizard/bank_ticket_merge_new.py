from odoo import api, fields, models


class BankTicketMergeNew(models.TransientModel):
    """Several tickets of one customer become one."""

    _name = "bank.ticket.merge.new"
    _description = "Merge Tickets"
    _inherit = ["bank.ticket.step.mixin"]

    target_id = fields.Many2one(
        comodel_name="bank.ticket",
        string="Goes On In",
        required=True,
        compute="_compute_target_id",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('partner_id', 'in', partner_ids), ('is_open', '=', True)]",
        help="The earliest one, unless you choose another.",
    )
    partner_ids = fields.Many2many(comodel_name="res.partner", compute="_compute_partner_ids")

    @api.depends("ticket_ids")
    def _compute_partner_ids(self):
        for step in self:
            step.partner_ids = step.ticket_ids.partner_id

    @api.depends("ticket_ids")
    def _compute_target_id(self):
        for step in self:
            several = len(step.ticket_ids) > 1
            step.target_id = step.ticket_ids._origin.sorted("received_at")[:1] if several else step.target_id

    def action_apply(self):
        """Merge, and show the ticket in which it goes on."""
        self.ensure_one()
        (self.ticket_ids - self.target_id)._merge_into(self.target_id, self.reason)
        return self._show(self.target_id)
