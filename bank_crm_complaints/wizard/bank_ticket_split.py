from odoo import api, fields, models


class BankTicketSplit(models.TransientModel):
    """A part of a matter is handled as a ticket of its own."""

    _name = "bank.ticket.split"
    _description = "Split a Ticket"
    _inherit = ["bank.ticket.step.mixin"]

    subject = fields.Char(string="Subject of the Part")
    description = fields.Text(string="What the Part Is About")
    product_taxon_id = fields.Many2one(
        comodel_name="bank.ticket.taxon", string="Product", domain=[("axis", "=", "product")]
    )
    cause_taxon_id = fields.Many2one(comodel_name="bank.ticket.taxon", string="Cause", domain=[("axis", "=", "cause")])

    regime_ids = fields.Many2many(
        comodel_name="bank.ticket.regime",
        string="Regimes of the Part",
        help="Those that hold for the part alone end for the rest. Empty: those of its branch.",
    )

    @api.model
    def _split_fields(self):
        """Return the fields of the part; topics of the addon extend it."""
        return ["subject", "description", "product_taxon_id", "cause_taxon_id"]

    def action_apply(self):
        """Make the part and show it."""
        self.ensure_one()
        values = {
            name: self._fields[name].convert_to_write(self[name], self) for name in self._split_fields() if self[name]
        }
        values["regime_ids"] = self.regime_ids.ids
        return self._show(self.ticket_ids._split(values, self.reason))
