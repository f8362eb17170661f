from odoo import fields, models
from odoo.fields import Domain

from .bank_ticket import STAFF

LINKS = ("duplicate_of_id", "merged_into_id", "split_from_id", "followup_of_id")


class BankTicket(models.Model):
    """The tickets that a ticket leads to, or that lead to it."""

    _inherit = "bank.ticket"

    related_ticket_count = fields.Integer(
        string="Related Tickets", compute="_compute_related_ticket_count", groups=STAFF
    )

    def _domain_related(self):
        """Return the domain of the tickets that are linked with these."""
        ends = Domain.OR([[(name, "in", self.ids)] for name in LINKS])
        starts = Domain("id", "in", [ticket.id for name in LINKS for ticket in self[name]])
        return ends | starts

    def _compute_related_ticket_count(self):
        """Counted under the access rules of the user, one query for any number of tickets."""
        linked = self.search_fetch(self._domain_related(), list(LINKS))
        for ticket in self:
            own = {target.id for name in LINKS for target in ticket[name]}
            ticket.related_ticket_count = len(
                linked.filtered(
                    lambda other, ticket=ticket, own=own: other.id in own
                    or any(other[name] == ticket for name in LINKS)
                )
            )

    def action_open_related(self):
        """Show the tickets that are linked with this one."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Related Tickets"),
            "res_model": self._name,
            "views": [(False, "list"), (False, "form")],
            "domain": list(self._domain_related()),
        }
