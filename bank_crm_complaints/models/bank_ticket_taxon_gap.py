from odoo import api, fields, models
from odoo.tools import SQL, drop_view_if_exists


class BankTicketTaxonGap(models.Model):
    """A leaf of the classification for which a regulator that receives codes of this axis has none today.

    Such a leaf stops the regulator's report, never the registration of a ticket. A code of a place above the leaf
    counts, as in :meth:`bank.ticket.taxon._code_for`. Rows are computed when they are read.
    """

    _name = "bank.ticket.taxon.gap"
    _description = "Classification Without a Regulator's Code"
    _auto = False
    _order = "regime_id, axis, code"
    _rec_name = "taxon_id"

    taxon_id = fields.Many2one(comodel_name="bank.ticket.taxon", string="Classification", readonly=True)
    regime_id = fields.Many2one(comodel_name="bank.ticket.regime", readonly=True)
    axis = fields.Selection(related="taxon_id.axis", store=True, readonly=True)
    code = fields.Char(readonly=True)
    ticket_count = fields.Integer(
        string="Tickets", compute="_compute_ticket_count", help="Tickets that you may see with this classification."
    )

    _depends = {
        "bank.ticket.taxon": ["axis", "code", "parent_id", "parent_path", "active"],
        "bank.ticket.taxon.map": ["taxon_id", "axis", "regime_id", "valid_from", "valid_to"],
    }

    def init(self):
        drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(SQL("CREATE VIEW %s AS (%s)", SQL.identifier(self._table), self._select_gaps()))

    @api.model
    def _select_gaps(self):
        """Return the query; the id is made of both keys so that it stays the same from read to read."""
        return SQL(
            """
            WITH valid AS (
                SELECT DISTINCT map.taxon_id, map.regime_id FROM bank_ticket_taxon_map map
                 WHERE COALESCE(map.valid_from, CURRENT_DATE) <= CURRENT_DATE
                   AND COALESCE(map.valid_to, CURRENT_DATE) >= CURRENT_DATE
            ),
            reporting AS (SELECT DISTINCT axis, regime_id FROM bank_ticket_taxon_map)
            SELECT taxon.id * 1000 + reporting.regime_id AS id, taxon.id AS taxon_id, reporting.regime_id,
                   taxon.axis, taxon.code
              FROM bank_ticket_taxon taxon
              JOIN reporting ON reporting.axis = taxon.axis
             WHERE taxon.active
               AND NOT EXISTS (SELECT 1 FROM bank_ticket_taxon child WHERE child.parent_id = taxon.id AND child.active)
               AND NOT EXISTS (
                    SELECT 1 FROM valid
                     WHERE valid.regime_id = reporting.regime_id
                       AND valid.taxon_id = ANY(string_to_array(trim(BOTH '/' FROM taxon.parent_path), '/')::int[]))
            """
        )

    def _compute_ticket_count(self):
        self.ticket_count = 0
        if not self.env["bank.ticket"].has_access("read"):  # administrators see no tickets, but fill the gaps
            return
        for axis, gaps in self.grouped("axis").items():
            field = "channel_id" if axis == "channel" else f"{axis}_taxon_id"
            counts = dict(
                self.env["bank.ticket"]._read_group([(field, "in", gaps.taxon_id.ids)], [field], ["__count"])
            )
            for gap in gaps:
                gap.ticket_count = counts.get(gap.taxon_id, 0)
