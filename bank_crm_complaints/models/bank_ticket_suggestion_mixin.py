from odoo import api, fields, models

_FIELD_OF_AXIS = {"product": "product_taxon_id", "cause": "cause_taxon_id"}


class BankTicketSuggestionMixin(models.AbstractModel):
    """Proposals for the classification of what a customer said, with their reasons; a person decides.

    For models with ``subject``, ``description``, ``company_id``, ``product_taxon_id`` and ``cause_taxon_id``.
    """

    _name = "bank.ticket.suggestion.mixin"
    _description = "Proposed Classification"

    taxon_suggestions = fields.Json(
        string="Proposed Classification",
        compute="_compute_taxon_suggestions",
        groups="base.group_user",
        export_string_translation=False,
    )

    @api.depends("subject", "description", "product_taxon_id", "cause_taxon_id", "company_id")
    def _compute_taxon_suggestions(self):
        """``{axis: [{id, name, short, label, share, reasons}]}`` for each axis that is still empty; False for none."""
        evidence = self.env["bank.ticket.taxon.evidence"]
        for record in self:
            axes = [axis for axis, name in _FIELD_OF_AXIS.items() if not record[name]]
            text = f"{record.subject or ''}\n{record.description or ''}"
            found = evidence._suggest(text, record.company_id or self.env.company, axes) if axes else {}
            record.taxon_suggestions = {axis: lines for axis, lines in found.items() if lines} or False
