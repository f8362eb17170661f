from odoo.tests import tagged

from .common import ExchangeCase


def row(date, amount, holding="h1", **values):
    return {"holding_external_id": holding, "date": date, "amount": amount, **values}


@tagged("post_install", "-at_install")
class TestPushBalances(ExchangeCase):
    def setUp(self):
        super().setUp()
        self.push_customers([{"external_id": "1", "name": "Anna"}])
        parties = [{"customer_external_id": "1", "role": "owner"}]
        self.push_holdings(
            [
                {"external_id": "h1", "product_code": "XCUR", "parties": parties, "opened_on": "2020-01-01"},
                {"external_id": "h2", "product_code": "XCUR", "parties": parties, "currency": "CZK"},
            ]
        )

    def test_the_holding_shows_the_newest(self):
        answer = self.push_balances([row("2026-01-02", "20.005"), row("2026-01-03", 30), row("2026-01-01", -10.5)])
        self.assertCounts(answer, created=3)
        holding = self.holding("h1")
        self.assertEqual((holding.balance, str(holding.balance_on)), (30, "2026-01-03"))
        self.assertEqual(sorted(holding.balance_ids.mapped("amount")), [-10.5, 20.01, 30])
        self.assertEqual(self.customer("1").aum, 30)
        self.assertEqual(str(self.customer("1").figures_as_of), "2026-01-03")

    def test_late_and_corrected_balances(self):
        self.push_balances([row("2026-01-03", 30)])
        answer = self.push_balances([row("2026-01-02", 20), row("2026-01-03", 31)], key="2")
        self.assertCounts(answer, created=1, updated=1)
        self.assertEqual(self.holding("h1").balance, 31)
        self.assertCounts(
            self.push_balances([row("2026-01-03", 31.00), row("2026-01-04", 1)], key="3"), created=1, unchanged=1
        )
        self.assertEqual(self.holding("h1").balance, 1)

    def test_stored_balance_is_what_the_orm_computes(self):
        self.push_balances([row("2026-01-03", 30), row("2026-01-02", 20)])
        holding = self.holding("h1")
        self.env.add_to_compute(holding._fields["balance"], holding)
        self.assertEqual((holding.balance, str(holding.balance_on)), (30, "2026-01-03"))

    def test_unchanged_balances_are_not_written(self):
        rows = [row("2026-01-03", 30)]
        self.push_balances(rows)
        self.env.cr.execute("UPDATE bank_holding SET write_date = '2001-01-01' WHERE external_id = 'h1'")
        self.assertCounts(self.push_balances(rows, key="2"), unchanged=1)
        self.env.invalidate_all()
        self.assertEqual(self.holding("h1").write_date.year, 2001)

    def test_wrong_rows_are_told_apart(self):
        rows = [
            row("2026-01-03", 1, holding="nope"),
            row("2026-02-30", 1),
            row("2026-01-03", "12,50"),
            row("2026-01-03", True),
            {"holding_external_id": "h1", "date": "2026-01-03"},
            row("2026-01-03", 1, currency="CZK"),
            row("2026-01-03", 1, holding="h2", currency="CZK"),
            row("2026-01-03", 1, holding="h2"),
            row("2026-01-04", 1e300),
            row("2026-01-05", 1, note="hello"),
            row("2200-01-05", 1),
        ]
        answer = self.push_balances(rows, on_error="skip_row")
        self.assertRefused(
            answer,
            (1, "holding_external_id", "unknown_holding"),
            (2, "date", "invalid_date"),
            (3, "amount", "invalid_amount"),
            (4, "amount", "wrong_type"),
            (5, "amount", "required_field"),
            (6, "currency", "currency_mismatch"),
            (8, "date", "duplicate_key"),
            (9, "amount", "invalid_amount"),
            (10, "note", "unknown_field"),
            (11, "date", "invalid_date"),
        )
        self.assertCounts(answer, created=1, rejected=10)
        self.assertEqual(self.holding("h2").balance, 1)
