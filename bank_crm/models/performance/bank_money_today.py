from odoo import api, fields, models
from odoo.tools import SQL, date_utils

from . import bank_money_concentration, bank_money_maturity
from .money_rows import replace_rows


class BankMoneyMonth(models.Model):
    """The totals of no month: what is as of today."""

    _inherit = "bank.money.month"

    @api.model
    def _rebuild_today(self):
        """Compute what falls due and the concentration of the company anew; return the number of changed rows."""
        for model in ("bank.holding", "bank.customer.value", "res.partner"):
            self.env[model].flush_model()
        scope = {"company_id": self.env.company.id}
        return replace_rows(
            self.env,
            "bank.money.maturity",
            bank_money_maturity.KEYS,
            ("product_class", "currency_id", "holdings", "amount", "holding_amount"),
            scope,
            self._select_maturities(),
        ) + replace_rows(
            self.env,
            "bank.money.concentration",
            bank_money_concentration.KEYS,
            ("currency_id", "customers", "amount"),
            scope,
            self._select_concentration(),
        )

    @api.model
    def _select_maturities(self):
        company, today = self.env.company, self.env["bank.run"]._today()
        return SQL(
            """
            SELECT owner.branch_id, owner.relationship_manager_id, holding.product_id, holding.product_class,
                   holding.currency_id AS holding_currency_id, holding.matures_on, %(currency)s AS currency_id,
                   count(*)::int AS holdings, %(amount)s AS amount,
                   COALESCE(sum(holding.balance), 0) AS holding_amount
              FROM bank_holding holding
              JOIN res_partner owner ON owner.id = holding.owner_id AND owner.is_restricted IS NOT TRUE
              JOIN (%(rates)s) AS rate(currency_id, factor) ON rate.currency_id = holding.currency_id
             WHERE holding.company_id = %(company)s AND holding.state != 'closed'
               AND holding.is_held_away IS NOT TRUE AND holding.matures_on BETWEEN %(today)s AND %(last)s
             GROUP BY owner.branch_id, owner.relationship_manager_id, holding.product_id, holding.product_class,
                      holding.currency_id, holding.matures_on
            """,
            currency=company.currency_id.id,
            amount=self.new({"company_id": company.id})._rounded(
                SQL("COALESCE(sum(holding.balance * rate.factor), 0)")
            ),
            rates=self._select_rates(company, today),
            company=company.id,
            today=today,
            last=date_utils.add(today, days=bank_money_maturity.DAYS_AHEAD),
        )

    @api.model
    def _select_concentration(self):
        company = self.env.company
        return SQL(
            """
            SELECT value.branch_id, value.relationship_manager_id,
                   value.abc_bank, value.abc_branch, value.abc_book, %(currency)s AS currency_id,
                   count(*)::int AS customers, %(amount)s AS amount
              FROM bank_customer_value value
              JOIN res_partner partner ON partner.id = value.partner_id AND partner.is_restricted IS NOT TRUE
              JOIN (%(rates)s) AS rate(currency_id, factor) ON rate.currency_id = value.currency_id
             WHERE value.company_id = %(company)s
             GROUP BY value.branch_id, value.relationship_manager_id,
                      value.abc_bank, value.abc_branch, value.abc_book
            """,
            currency=company.currency_id.id,
            amount=self.new({"company_id": company.id})._rounded(
                SQL("COALESCE(sum(value.contribution * rate.factor), 0)")
            ),
            rates=self._select_rates(company, self.env["bank.run"]._today()),
            company=company.id,
        )

    @api.model
    def _computed_at(self, month):
        """Return when the totals of a month of the company were computed, or False."""
        # sudo: bank.money.month - a date and a time
        found = self.sudo().search([("company_id", "=", self.env.company.id), ("month", "=", month)], limit=1)
        return fields.Datetime.to_string(found.computed_at) if found.computed_at else False
