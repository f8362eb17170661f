"""The band of a yearly income, as ``bank.financial.profile`` computes it, for many incomes."""

from odoo import fields


class IncomeBands:
    """The bands of the current company, read once."""

    def __init__(self, env):
        self.company = env.company
        self.currencies = env["res.currency"]
        self.today = fields.Date.context_today(env["bank.financial.profile"])
        bands = env["bank.financial.profile"]._income_bands(env.company)
        self.bands = [(band.min_amount, band.currency_id, band.id) for band in bands]
        self.rates = {}

    def find(self, income, currency_id):
        """Return the id of the highest band that the income reaches, or None."""
        if not income:
            return None
        found = None
        for min_amount, currency, band_id in self.bands:
            if income * self._rate(currency_id, currency) >= min_amount:
                found = band_id
        return found

    def _rate(self, from_id, to_currency):
        key = (from_id, to_currency.id)
        if key not in self.rates:
            self.rates[key] = self.currencies._get_conversion_rate(
                self.currencies.browse(from_id), to_currency, self.company, self.today
            )
        return self.rates[key]
