from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_ALWAYS_FROM, _ALWAYS_TO = fields.Date.to_date("0001-01-01"), fields.Date.to_date("9999-12-31")


class BankTicketTaxonMap(models.Model):
    """What a regulator calls a place of the bank's classification, and from when to when.

    A place has one code of a regulator at a time; several places may share one. Codes are data with dates, because
    regulators change their lists (FCA PS25/19: a new one from 1 January 2027).
    """

    _name = "bank.ticket.taxon.map"
    _description = "Regulator's Code of a Classification"
    _order = "regime_id, axis, code, id"
    _rec_name = "code"
    _rec_names_search = ["code", "label"]

    taxon_id = fields.Many2one(
        comodel_name="bank.ticket.taxon", string="Classification", required=True, index=True, ondelete="cascade"
    )
    axis = fields.Selection(related="taxon_id.axis", store=True, index=True)
    regime_id = fields.Many2one(
        comodel_name="bank.ticket.regime", required=True, index=True, ondelete="cascade"
    )
    code = fields.Char(required=True, index=True)
    label = fields.Char(help="As the regulator writes it, in the regulator's language.")
    valid_from = fields.Date(help="Empty: from the beginning.")
    valid_to = fields.Date(help="Last day; empty: until further notice.")

    _valid_check = models.Constraint(
        "CHECK(valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to)",
        "Valid To: the last day lies before the first. Correct one of them.",
    )

    @api.depends("regime_id.code", "code")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.regime_id.code}: {line.code}"

    @api.constrains("taxon_id", "regime_id", "valid_from", "valid_to")
    def _check_overlap(self):
        """One code at a time: a report must not have to choose."""
        lines = self.search(
            [("taxon_id", "in", self.taxon_id.ids), ("regime_id", "in", self.regime_id.ids)], order="id"
        )
        for (taxon, regime), group in lines.grouped(lambda line: (line.taxon_id, line.regime_id)).items():
            periods = sorted((line.valid_from or _ALWAYS_FROM, line.valid_to or _ALWAYS_TO) for line in group)
            for earlier, later in pairwise(periods):
                if later[0] <= earlier[1]:
                    raise ValidationError(
                        self.env._(
                            "Valid From: %(taxon)s has two codes of %(regime)s on %(day)s. End the first one before"
                            " the second begins.",
                            taxon=taxon.display_name,
                            regime=regime.display_name,
                            day=max(earlier[0], later[0]),
                        )
                    )
