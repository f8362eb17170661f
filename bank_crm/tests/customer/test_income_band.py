"""The band of yearly income, in the band's currency."""

from ..common import BankCase


class TestIncomeBand(BankCase):
    def band(self, income, currency=None):
        profile = self.anna.financial_profile_id
        profile.write({"annual_income": income, "currency_id": (currency or self.cny).id})
        return profile.income_band_id

    def test_bands_begin_at_their_amount(self):
        bands = [self.env.ref(f"bank_crm.bank_income_band_{number}") for number in range(1, 6)]
        for income, band in (
            (1, bands[0]),
            (59_999.99, bands[0]),
            (60_000, bands[1]),
            (119_999.99, bands[1]),
            (1_000_000, bands[4]),
            (99_000_000, bands[4]),
        ):
            self.assertEqual(self.band(income), band, income)

    def test_no_income_no_band(self):
        self.assertFalse(self.band(0))

    def test_another_currency_is_converted(self):
        self.env["res.currency.rate"].search([("currency_id", "in", (self.eur | self.cny).ids)]).unlink()
        self.set_rate(self.eur, "2020-01-01", 0.125)  # 1 EUR = 8 CNY
        self.assertEqual(self.band(7_499, self.eur), self.env.ref("bank_crm.bank_income_band_1"))
        self.assertEqual(self.band(7_500, self.eur), self.env.ref("bank_crm.bank_income_band_2"))

    def test_a_company_s_own_bands_count_for_it_alone(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        own = self.env["bank.income.band"].create(
            {"name": "Rich", "min_amount": 70_000, "currency_id": self.cny.id, "company_id": other.id}
        )
        self.assertNotEqual(self.band(80_000), own)
        own.company_id = self.company
        self.anna.financial_profile_id.annual_income = 0
        self.assertEqual(self.band(80_000), own)
