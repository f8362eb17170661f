from odoo import fields, models
from odoo.exceptions import ValidationError


class BankTicketTaxon(models.Model):
    """What regulators call the places of the classification."""

    _inherit = "bank.ticket.taxon"

    map_ids = fields.One2many(
        comodel_name="bank.ticket.taxon.map", inverse_name="taxon_id", string="Regulators' Codes"
    )

    def _code_for(self, regime, on_date=None):
        """Return what a regulator calls these places: own code, else that of the nearest place above.

        :param regime: record of ``bank.ticket.regime``
        :param on_date: date whose codes are meant, default today
        :return: dictionary id -> ``(code, label)``, or False for a place without a code
        """
        on_date = fields.Date.to_date(on_date) or fields.Date.context_today(self)
        paths = {taxon.id: [int(part) for part in taxon.parent_path.split("/") if part] for taxon in self}
        maps = self.env["bank.ticket.taxon.map"].search(
            [
                ("taxon_id", "in", list({taxon_id for path in paths.values() for taxon_id in path})),
                ("regime_id", "=", regime.id),
                "|",
                ("valid_from", "=", False),
                ("valid_from", "<=", on_date),
                "|",
                ("valid_to", "=", False),
                ("valid_to", ">=", on_date),
            ]
        )
        own = {line.taxon_id.id: (line.code, line.label or line.code) for line in maps}
        return {
            taxon_id: next((own[above] for above in reversed(path) if above in own), False)
            for taxon_id, path in paths.items()
        }

    def _unmapped(self, regime, on_date=None):
        """Return those of these places that have no code of the regulator, neither own nor from above."""
        codes = self._code_for(regime, on_date)
        return self.filtered(lambda taxon: not codes[taxon.id])

    def _check_mapped(self, regime, on_date=None):
        """Refuse a report that would have to leave tickets out; tickets are taken in whatever the maps say.

        :raises ValidationError: ``[unmapped_taxon]`` naming the places that need a code
        """
        if missing := self._unmapped(regime, on_date):
            raise ValidationError(
                self.env._(
                    "[unmapped_taxon] %(regime)s: %(count)s classifications of these tickets have no code of this"
                    " regulator: %(taxa)s. Add the codes under Configuration, Codes Missing.",
                    regime=regime.display_name,
                    count=len(missing),
                    taxa=", ".join(missing[:10].mapped("display_name")),
                )
            )
