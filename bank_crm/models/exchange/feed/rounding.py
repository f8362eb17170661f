"""Amounts as a monetary field stores them."""


class Rounder:
    """Rounds to currencies; what is round already, nearly all of a feed, costs no call into the ORM."""

    def __init__(self, env):
        currencies = env["res.currency"].with_context(active_test=False).search([])
        self.currencies = {currency.id: currency for currency in currencies}
        self.digits = {
            currency.id: currency.decimal_places
            for currency in currencies
            if currency.rounding == 10.0**-currency.decimal_places  # not where the smallest coin is 0.05
        }

    def round(self, amount, currency_id):
        """Return ``amount`` rounded half up, as ``res.currency.round`` does."""
        digits = self.digits.get(currency_id)
        if digits is not None and round(amount, digits) == amount:
            return amount
        return self.currencies[currency_id].round(amount)

    def name(self, currency_id):
        """Return the currency's code."""
        return self.currencies[currency_id].name
