from odoo.tests import tagged

from .common import ExchangeCase


@tagged("post_install", "-at_install")
class TestNewcomerTiers(ExchangeCase):
    """A new customer is put straight on the level of his assets; whoever has a tier waits for the night."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["bank.tier"].search([]).active = False
        company = cls.env.company
        cls.low, cls.high = cls.env["bank.tier"].create(
            [
                {"name": "Low", "code": "xlow", "sequence": 1, "min_amount": 0, "currency_id": company.currency_id.id},
                {
                    "name": "High",
                    "code": "xhi",
                    "sequence": 2,
                    "min_amount": 99,
                    "currency_id": company.currency_id.id,
                },
            ]
        )

    def push_holding(self, key, **values):
        parties = [{"customer_external_id": "1", "role": "owner"}]
        answer = self.push_holdings(
            [{"external_id": "h1", "product_code": "XCUR", "parties": parties, **values}], key=key
        )
        self.assertEqual(answer["errors"], [])

    def test_no_tier_before_the_first_figure(self):
        self.push_customers([{"external_id": "1", "name": "Anna"}])
        self.push_holding("h")
        self.assertFalse(self.customer("1").tier_id)

    def test_first_balance_gives_the_tier_with_history_and_event(self):
        self.push_customers([{"external_id": "1", "name": "Anna"}])
        self.push_holding("h")
        self.push_balances([{"holding_external_id": "h1", "date": "2026-01-02", "amount": 100}])
        customer = self.customer("1")
        self.assertEqual(customer.tier_id, self.high)
        self.assertEqual(customer.tier_history_ids.mapped("reason"), ["initial"])
        self.assertEqual(len(self.events(customer, "tier.changed")), 1)

    def test_a_holding_with_its_balance_gives_the_tier(self):
        self.push_customers([{"external_id": "1", "name": "Anna"}])
        self.push_holding("h", balance=98, balance_on="2026-01-02")
        self.assertEqual(self.customer("1").tier_id, self.low)

    def test_later_balances_leave_the_tier_to_the_night(self):
        self.push_customers([{"external_id": "1", "name": "Anna"}])
        self.push_holding("h", balance=98, balance_on="2026-01-02")
        self.push_balances([{"holding_external_id": "h1", "date": "2026-01-03", "amount": 1000}])
        self.assertEqual(self.customer("1").tier_id, self.low)
        self.env["bank.tier"]._assign_from_aum(self.customer("1").ids)
        self.assertEqual(self.customer("1").tier_id, self.high)
