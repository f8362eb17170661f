from odoo import fields, models

from .bank_ticket import KINDS


class BankTicketTeam(models.Model):
    """The team's address: what is written to it becomes a ticket of the team."""

    _name = "bank.ticket.team"
    _inherit = ["bank.ticket.team", "mail.alias.mixin.optional"]

    alias_id = fields.Many2one(
        help="Messages to this address become tickets of the team. Departments and teams without a name here take in "
        "none."
    )
    alias_kind = fields.Selection(
        selection=KINDS,
        string="Kind of Tickets by Mail",
        required=True,
        default="complaint",
        help="Whatever expresses dissatisfaction is a complaint by law: choose another kind only for an address that "
        "is known to receive something else. The kind of a ticket can be changed later; its receipt stays.",
    )

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("bank.ticket")
        # The team stands in the alias itself (its parent record): defaults would be text that anybody may edit.
        values["alias_defaults"] = "{}"
        return values
