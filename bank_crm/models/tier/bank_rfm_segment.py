import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

CELL = re.compile(r"[1-5*]{3}")
FIFTHS = "12345"


class BankRfmSegment(models.Model):
    """A name for some of the 125 cells of RFM, such as champions for 555, 554 and 545.

    A cell is three digits from 1 to 5: recency, frequency, money; ``*`` stands for any. The first segment in the order
    of ``sequence`` that names a cell has it.
    """

    _name = "bank.rfm.segment"
    _description = "RFM Segment"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    cells = fields.Char(required=True, help="Such as 555 554 54*; digits of recency, frequency and money.")
    color = fields.Integer()
    advice = fields.Text(translate=True, help="What to do with such customers.")
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE(code)", "A segment with this code exists already.")

    @api.constrains("cells")
    def _check_cells(self):
        for segment in self:
            wrong = [cell for cell in segment._cell_words() if not CELL.fullmatch(cell)]
            if wrong or not segment._cell_words():
                raise ValidationError(
                    self.env._(
                        "Cells: %(cells)s is no list of cells. Give three digits from 1 to 5 for each, * for any, "
                        "such as 555 554 54*.",
                        cells=(segment.cells or "")[:64],
                    )
                )

    def _cell_words(self):
        self.ensure_one()
        return re.split(r"[\s,;]+", (self.cells or "").strip()) if (self.cells or "").strip() else []

    @api.model
    def _cell_owners(self):
        """Return ``{"555": segment id}`` of all cells that have a segment."""
        owners = {}
        # sudo: bank.rfm.segment - names of the bank's, read by the night
        for segment in self.sudo().search(Domain.TRUE):
            for word in segment._cell_words():
                for cell in _expand(word):
                    owners.setdefault(cell, segment.id)
        return owners


def _expand(word):
    cells = [""]
    for letter in word:
        cells = [cell + digit for cell in cells for digit in (FIFTHS if letter == "*" else letter)]
    return cells
