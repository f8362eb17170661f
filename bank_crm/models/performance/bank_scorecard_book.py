from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL


class BankScorecardMetric(models.Model):
    """The book of a relationship manager: how many customers, and how much they entrust to the bank."""

    _inherit = "bank.scorecard.metric"

    @api.model
    def _scorecard_customers(self, user_ids, date_from, date_to):
        """Customers whose primary assignment a manager held on the last day."""
        self.env["bank.assignment"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT user_id, COUNT(DISTINCT partner_id) FROM bank_assignment
                    WHERE role = 'primary' AND user_id = ANY(%(users)s) AND date_from <= %(day)s
                      AND (date_to IS NULL OR date_to > %(day)s)
                 GROUP BY user_id""",
                users=list(user_ids),
                day=date_to,
            )
        )
        return {user_id: self._counted(count) for user_id, count in rows}

    @api.model
    def _scorecard_aum(self, user_ids, date_from, date_to):
        """Assets under management of the customers of today, in the currency of the company."""
        self.env["res.partner"].flush_model(["relationship_manager_id"])
        self.env["bank.financial.profile"].flush_model(["aum", "currency_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.relationship_manager_id, profile.currency_id, SUM(profile.aum), COUNT(*)
                     FROM bank_financial_profile profile JOIN res_partner partner ON partner.id = profile.partner_id
                    WHERE partner.relationship_manager_id = ANY(%s) AND partner.is_bank_customer IS TRUE
                 GROUP BY partner.relationship_manager_id, profile.currency_id""",
                list(user_ids),
            )
        )
        company, today = self.env.company, self.env["bank.run"]._today()
        amounts, customers = defaultdict(float), defaultdict(int)
        for user_id, currency_id, amount, count in rows:
            currency = self.env["res.currency"].browse(currency_id)
            amounts[user_id] += currency._convert(float(amount or 0), company.currency_id, company, today)
            customers[user_id] += count
        return {user_id: self._counted(amount, customers[user_id]) for user_id, amount in amounts.items()}

    @api.model
    def _counted(self, value, n=None):
        """Return a figure that is known, not estimated: its interval is the figure itself."""
        return {"value": value, "n": value if n is None else n, "low": value, "high": value}
