from odoo import api, fields, models
from odoo.tools import SQL


class BankBalance(models.Model):
    """The balance of a holding at the end of a day. Days without a row carry the last one forward.

    Whoever writes many of them does so in SQL (``exchange/feed/balance_store.py``). What is written here was entered
    by hand: the holding's balances are no longer computed from its transactions, and closed months that the balance
    touches are computed anew.
    """

    _name = "bank.balance"
    _description = "Balance"
    _order = "date desc, id desc"
    _rec_name = "date"

    holding_id = fields.Many2one(comodel_name="bank.holding", required=True, ondelete="cascade", index=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one(related="holding_id.currency_id")

    _holding_date_uniq = models.UniqueIndex("(holding_id, date)", "The holding has a balance for this day already.")

    @api.model_create_multi
    def create(self, vals_list):
        balances = super().create(vals_list)
        computed = balances.holding_id.filtered(lambda holding: holding.balance_source != "sent")
        if computed:
            computed.balance_source = "sent"
        balances._mark_months("late_balance")
        return balances

    def write(self, vals):
        if {"holding_id", "date", "amount"}.isdisjoint(vals):
            return super().write(vals)
        self._mark_months("changed_balance")  # where it was
        result = super().write(vals)
        self._mark_months("changed_balance")
        return result

    def unlink(self):
        self._mark_months("changed_balance")
        return super().unlink()

    def _mark_months(self, reason):
        """Note the closed months that these balances touch; see ``bank.month.stale``."""
        self.flush_model(["holding_id", "date"])
        if self.ids:
            self._mark_days(reason, [(balance.holding_id.id, balance.date) for balance in self])

    @api.model
    def _mark_days(self, reason, days):
        """Note the closed months in which the balance of these days counts: until the day before the next balance.

        :param reason: see ``bank.month.stale``
        :param days: list of ``(holding id, date)``
        """
        days = self._days_of_closed_months(days)
        if not days:
            return
        touched = SQL(
            """
            SELECT day.holding_id, day.date,
                   (SELECT min(later.date) - 1 FROM bank_balance later
                     WHERE later.holding_id = day.holding_id AND later.date > day.date)
              FROM unnest(%s::int[], %s::date[]) AS day(holding_id, date)
            """,
            [day[0] for day in days],
            [day[1] for day in days],
        )
        self.env["bank.month.stale"]._mark(reason, touched)

    @api.model
    def _days_of_closed_months(self, days):
        """Return those of ``days`` that can touch a closed month: the month that runs is computed anew anyway."""
        this_month = self.env["bank.run"]._today().replace(day=1)
        days = [day for day in days if day[1] < this_month]
        return days if days and self._has_closed_month(min(day[1] for day in days)) else []

    @api.model
    def _has_closed_month(self, since):
        """Tell whether figures of a closed month from ``since`` on exist: in a first load there are none."""
        months = self.env["bank.customer.month"]
        months.flush_model(["company_id", "month", "state"])
        return bool(
            self.env.execute_query(
                SQL(
                    """SELECT 1 FROM bank_customer_month
                        WHERE company_id = %s AND month >= %s AND state = 'closed' LIMIT 1""",
                    self.env.company.id,
                    since.replace(day=1),
                )
            )
        )
