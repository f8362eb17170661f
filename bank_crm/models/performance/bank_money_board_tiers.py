from odoo import api, models


class BankMoneyBoard(models.AbstractModel):
    """The Tier Board: tiers as columns, and who went from which tier to which."""

    _inherit = "bank.money.board"

    @api.model
    @api.readonly
    def tiers(self, values=None):
        """Return the Tier Board of a month.

        :param values: as for :meth:`overview`
        :return: the choices of :meth:`overview`; ``tiers``, the highest first, with ``customers``, ``eop_aum``, the
            moves into it (``up``, ``down``, ``new``) and out of it (``left_up``, ``left_down``), ``watch`` and
            ``at_risk``; ``matrix``: list of ``{"from_id", "to_id", "customers", "amount"}``, False standing for no
            tier; ``moves`` as there. ``{"months": []}`` where nothing is computed yet
        :raises: as :meth:`overview`
        """
        scope = self._read_scope(values)
        if not scope["month"]:
            return {"months": []}
        groups, moves = self._read_groups(scope), self._read_moves(scope)
        return {
            **self._board_head(scope),
            "managers": self._manager_choices(scope, groups),
            "tiers": self._tier_rows(groups["tier_id"], moves),
            "moves": self._move_totals(moves),
            "matrix": self._matrix(moves),
        }

    @api.model
    def _matrix(self, moves):
        cells = {}
        for from_id, to_id, _state, customers, amount in moves:
            cell = cells.setdefault((from_id or False, to_id or False), {"customers": 0, "amount": 0})
            cell["customers"] += customers
            cell["amount"] += amount
        return [{"from_id": key[0], "to_id": key[1], **cell} for key, cell in sorted(cells.items())]
