import datetime

from odoo import api, models
from odoo.tools import SQL

LIFE_FIELDS = ("opened_on", "closed_on", "is_held_away", "currency_id", "product_id")
EVER = datetime.date(1970, 1, 1)


class BankHolding(models.Model):
    """When the dates of a holding, its product or currency change, the closed months that this touches are computed
    anew. A change of owners touches none: parties have no dates, the new ones count from then on.
    """

    _inherit = "bank.holding"

    def write(self, vals):
        if not set(LIFE_FIELDS) & set(vals):
            return super().write(vals)
        before = {holding.id: holding._life() for holding in self}
        result = super().write(vals)
        self._mark_lives([(holding.id, before[holding.id], holding._life()) for holding in self])
        return result

    def _life(self):
        values = {name: self[name] or None for name in LIFE_FIELDS}
        return {
            **values,
            "is_held_away": self.is_held_away,
            "currency_id": self.currency_id.id,
            "product_id": self.product_id.id,
        }

    @api.model
    def _mark_lives(self, changes):
        """Note the closed months that changes of holdings touch; see ``bank.month.stale``.

        :param changes: list of ``(holding id, before, after)``; dictionaries with :data:`LIFE_FIELDS`
        """
        touched = [
            (holding_id, *days) for holding_id, before, after in changes if (days := self._touched_days(before, after))
        ]
        if not touched:
            return
        query = SQL(
            "SELECT * FROM unnest(%s::int[], %s::date[], %s::date[]) AS change(holding_id, first_on, last_on)",
            *(list(column) for column in zip(*touched, strict=True)),
        )
        # sudo: bank.month.stale - who may change a holding need not have a right to the months
        self.env["bank.month.stale"].sudo()._mark("changed_holding", query)

    @api.model
    def _touched_days(self, before, after):
        """Return the first and the last day (None: until now) on which a holding counts otherwise than before."""
        if any(before[name] != after[name] for name in ("is_held_away", "currency_id", "product_id")):
            return EVER, None
        first, last = [], []
        if before["opened_on"] != after["opened_on"]:
            days = [before["opened_on"] or EVER, after["opened_on"] or EVER]
            first.append(min(days))
            last.append(max(days))
        if before["closed_on"] != after["closed_on"]:
            days = [day for day in (before["closed_on"], after["closed_on"]) if day]
            first.append(min(days))
            last.append(max(days) if len(days) == 2 else None)
        if not first:
            return None
        return min(first), None if None in last else max(last)
