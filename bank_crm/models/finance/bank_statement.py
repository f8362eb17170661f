import datetime

from odoo import api, models
from odoo.tools import SQL

from .bank_customer_month import DEBT_CLASSES

# Their balance is a market value: what was paid for them explains only a part of how it changes.
VALUED_CLASSES = ("fund", "wealth", "insurance", "metal")
FIRST_PAGE_LINES = 10  # beside address and summary
PAGE_LINES = 17
NOTHING = {"interest_received": 0, "interest_paid": 0, "fees": 0}


class BankStatement(models.AbstractModel):
    """What a statement says, as dictionaries; the wizard prints it, the portal shows it.

    A balance at the end of a day is the last known one up to that day, moved by the transactions booked since. Signs
    are those of the books: what is owed of a loan or a card is positive, and money in makes it smaller.

    The methods read with the rights of their caller and check nothing else.
    """

    _name = "bank.statement"
    _description = "Statement"

    # ------------------------------------------------------------------
    # Account statement
    # ------------------------------------------------------------------

    @api.model
    def _account(self, holding, date_from, date_to):
        """Return the statement of a holding from ``date_from`` to ``date_to``, both included.

        :return: ``{opening, closing, money_in, money_out, movement, difference, compared_on, is_opening_known,
            is_valued, sign, count, pages}``. ``opening + movement + difference = closing`` holds to the cent:
            ``movement`` is what the transactions change the balance by, ``difference`` what the books say beyond it
            (``compared_on``: the last balance in the period; None when there is none to compare with). For ``pages``
            see :meth:`_paginate`
        """
        holding.ensure_one()
        sign = self._sign(holding)
        is_valued = holding.product_class in VALUED_CLASSES
        postings = self.env["bank.transaction"].search(
            [("holding_id", "=", holding.id), ("booked_on", ">=", date_from), ("booked_on", "<=", date_to)],
            order="booked_on, id",
        )
        rounded = holding.currency_id.round
        movement = rounded(sum(sign * posting.amount for posting in postings))
        opening = self._positions(holding, date_from - datetime.timedelta(days=1)).get(holding.id)
        booked = self._last_balance(holding, date_from, date_to)
        booked_on, booked_amount = booked or (None, 0)
        until_booked = sum(sign * posting.amount for posting in postings if booked and posting.booked_on <= booked_on)
        is_opening_known = opening is not None
        if not is_opening_known:
            is_opening_known = bool(holding.opened_on and holding.opened_on >= date_from)
            opening = 0 if is_opening_known or not booked or is_valued else rounded(booked_amount - until_booked)
        difference = rounded(booked_amount - opening - until_booked) if booked else 0
        if is_valued and booked:  # what was paid after the last value is not added to it
            difference = rounded(booked_amount - opening - movement)
        return {
            "opening": opening,
            "closing": rounded(opening + movement + difference),
            "money_in": rounded(sum(posting.amount for posting in postings if posting.amount > 0)),
            "money_out": rounded(-sum(posting.amount for posting in postings if posting.amount < 0)),
            "movement": movement,
            "difference": difference,
            "compared_on": booked_on,
            "is_opening_known": is_opening_known,
            "is_valued": is_valued,
            "sign": sign,
            "count": len(postings),
            "pages": self._paginate(self._lines(postings, opening, sign, rounded)),
        }

    @api.model
    def _sign(self, holding):
        """Return 1 where money in makes the balance larger, -1 where it makes it smaller."""
        return -1 if holding.product_class in (*DEBT_CLASSES, *VALUED_CLASSES) else 1

    @api.model
    def _lines(self, postings, opening, sign, rounded):
        kinds = dict(postings._fields["kind"]._description_selection(self.env))
        lines, balance = [], opening
        for posting in postings:
            balance = rounded(balance + sign * posting.amount)
            lines.append(
                {
                    "booked_on": posting.booked_on,
                    "kind": kinds[posting.kind],
                    "counterparty": posting.counterparty or "",
                    "text": posting.text or "",
                    "amount": posting.amount,
                    "balance": balance,
                }
            )
        return lines

    @api.model
    def _paginate(self, lines):
        """Return ``[{lines, brought, carried}]``: the sums ``{money_in, money_out, balance}`` at the head and the foot
        of each page; None at the head of the first and at the foot of the last one."""
        ends = [*range(FIRST_PAGE_LINES, len(lines), PAGE_LINES), len(lines)]
        pages, start, sums = [], 0, {"money_in": 0.0, "money_out": 0.0}
        brought = None
        for end in ends:
            part = lines[start:end]
            sums = {
                "money_in": sums["money_in"] + sum(line["amount"] for line in part if line["amount"] > 0),
                "money_out": sums["money_out"] - sum(line["amount"] for line in part if line["amount"] < 0),
            }
            carried = {**sums, "balance": part[-1]["balance"]} if end < len(lines) else None
            pages.append({"lines": part, "brought": brought, "carried": carried})
            start, brought = end, carried
        return pages

    @api.model
    def _last_balance(self, holding, date_from, date_to):
        """Return ``(date, amount)`` of the last balance in the period, or None."""
        balance = self.env["bank.balance"].search(
            [("holding_id", "=", holding.id), ("date", ">=", date_from), ("date", "<=", date_to)],
            order="date desc",
            limit=1,
        )
        return (balance.date, balance.amount) if balance else None

    @api.model
    def _positions(self, holdings, day):
        """Return ``{holding id: balance at the end of day}`` of the holdings of which one was known by then."""
        if not holdings:
            return {}
        for model, names in (
            ("bank.balance", ["holding_id", "date", "amount"]),
            ("bank.transaction", ["holding_id", "booked_on", "amount"]),
        ):
            self.env[model].flush_model(names)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT balance.holding_id, balance.amount,
                       (SELECT COALESCE(sum(posting.amount), 0) FROM bank_transaction posting
                         WHERE posting.holding_id = balance.holding_id
                           AND posting.booked_on > balance.date AND posting.booked_on <= %(day)s)
                  FROM unnest(%(ids)s::int[]) AS holding(id)
                 CROSS JOIN LATERAL (
                    SELECT holding_id, date, amount FROM bank_balance
                     WHERE holding_id = holding.id AND date <= %(day)s ORDER BY date DESC LIMIT 1
                 ) AS balance
                """,
                ids=holdings.ids,
                day=day,
            )
        )
        found = {}
        for holding_id, amount, since in rows:
            holding = self.env["bank.holding"].browse(holding_id)
            moved = 0 if holding.product_class in VALUED_CLASSES else self._sign(holding) * float(since)
            found[holding_id] = holding.currency_id.round(float(amount) + moved)
        return found

    # ------------------------------------------------------------------
    # Yearly statement
    # ------------------------------------------------------------------

    @api.model
    def _yearly(self, holdings, year):
        """Return interest and fees of a calendar year: ``{holdings: [{holding, opening, closing, interest_received,
        interest_paid, fees}], totals: [{currency, interest_received, interest_paid, fees}]}``.

        ``opening`` is the balance at the end of the year before, ``closing`` that of the last day; None is unknown.
        """
        first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
        holdings = holdings.filtered(
            lambda holding: (
                (not holding.opened_on or holding.opened_on <= last)
                and (not holding.closed_on or holding.closed_on >= first)
            )
        )
        opening = self._positions(holdings, first - datetime.timedelta(days=1))
        closing = self._positions(holdings, last)
        sums = self._sums_of_year(holdings, first, last)
        rows = []
        for holding in holdings:
            is_new = bool(holding.opened_on and holding.opened_on >= first)
            rows.append(
                {
                    "holding": holding,
                    "opening": opening.get(holding.id, 0 if is_new else None),
                    "closing": closing.get(holding.id),
                    **sums.get(holding, NOTHING),
                }
            )
        return {"holdings": rows, "totals": self._totals_of_year(rows)}

    @api.model
    def _sums_of_year(self, holdings, first, last):
        sums = {}
        period = [("holding_id", "in", holdings.ids), ("booked_on", ">=", first), ("booked_on", "<=", last)]
        for name, domain, factor in (
            ("interest_received", [("kind", "=", "interest"), ("amount", ">", 0)], 1),
            ("interest_paid", [("kind", "=", "interest"), ("amount", "<", 0)], -1),
            ("fees", [("kind", "=", "fee")], -1),
        ):
            groups = self.env["bank.transaction"]._read_group([*period, *domain], ["holding_id"], ["amount:sum"])
            for holding, amount in groups:
                row = sums.setdefault(holding, dict(NOTHING))
                row[name] = holding.currency_id.round(factor * amount)
        return sums

    @api.model
    def _totals_of_year(self, rows):
        totals = {}
        for row in rows:
            total = totals.setdefault(row["holding"].currency_id, dict(NOTHING))
            for name in total:
                total[name] += row[name]
        return [{"currency": currency, **total} for currency, total in totals.items()]
