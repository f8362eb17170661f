from odoo import api, fields, models

_FIELD_OF_AXIS = {"product": "product_taxon_id", "cause": "cause_taxon_id"}


class BankTicket(models.Model):
    """Proposals for the classification of a ticket, with their reasons; a person decides."""

    _inherit = "bank.ticket"

    taxon_suggestions = fields.Json(
        string="Proposed Classification",
        compute="_compute_taxon_suggestions",
        groups="base.group_user",
        export_string_translation=False,
    )

    @api.depends("subject", "description", "product_taxon_id", "cause_taxon_id", "company_id")
    def _compute_taxon_suggestions(self):
        """``{axis: [{id, name, share, reasons}]}`` for each axis that is still empty; False when there is nothing."""
        evidence = self.env["bank.ticket.taxon.evidence"]
        for ticket in self:
            open_axes = [axis for axis, name in _FIELD_OF_AXIS.items() if not ticket[name]]
            text = f"{ticket.subject or ''}\n{ticket.description or ''}"
            found = evidence._suggest(text, ticket.company_id or self.env.company, open_axes) if open_axes else {}
            ticket.taxon_suggestions = {axis: lines for axis, lines in found.items() if lines} or False
