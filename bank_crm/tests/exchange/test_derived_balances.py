import datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .test_transactions import TransactionCase, row


@tagged("post_install", "-at_install")
class TestDerivedBalances(TransactionCase):
    def history(self, holding="h1"):
        self.env.invalidate_all()
        return {str(balance.date): balance.amount for balance in self.holding(holding).balance_ids}

    def shown(self, holding="h1"):
        record = self.holding(holding)
        return record.balance, str(record.balance_on), record.balance_source

    def test_a_holding_without_balances_follows_its_postings(self):
        self.push_transactions(
            [row("t1", "2026-01-03", 100), row("t2", "2026-01-03", -30), row("t3", "2026-01-05", 5)]
        )
        self.assertEqual(self.history(), {"2026-01-03": 70, "2026-01-05": 75})
        self.assertEqual(self.shown(), (75, "2026-01-05", "derived"))
        self.assertEqual(self.customer("1").aum, 75)
        self.assertEqual(str(self.customer("1").figures_as_of), "2026-01-05")
        self.push_transactions([row("t4", "2026-01-06", -5)], key="2")
        self.assertEqual(self.history(), {"2026-01-03": 70, "2026-01-05": 75, "2026-01-06": 70})

    def test_a_late_posting_shifts_what_is_later(self):
        self.push_transactions([row("t1", "2026-01-03", 100), row("t2", "2026-01-05", 5)])
        self.push_transactions([row("t3", "2026-01-04", 1000)], key="2")
        self.assertEqual(self.history(), {"2026-01-03": 100, "2026-01-04": 1100, "2026-01-05": 1105})
        self.push_transactions([row("t4", "2025-12-31", 1)], key="3")
        self.assertEqual(self.shown(), (1106, "2026-01-05", "derived"))

    def test_a_correction_shifts_what_is_later(self):
        self.push_transactions([row("t1", "2026-01-03", 100), row("t2", "2026-01-04", 7), row("t3", "2026-01-05", 5)])
        self.push_transactions([row("t2", "2026-01-06", 8)], key="2")
        self.assertEqual(self.history(), {"2026-01-03": 100, "2026-01-05": 105, "2026-01-06": 113})
        self.push_transactions([row("t2", "2026-01-01", 8)], key="3")
        self.assertEqual(self.history(), {"2026-01-01": 8, "2026-01-03": 108, "2026-01-05": 113})
        self.assertEqual(self.shown(), (113, "2026-01-05", "derived"))
        self.assertEqual(self.customer("1").aum, 113)

    def test_words_alone_compute_nothing(self):
        self.push_transactions([row("t1", "2026-01-03", 100)])
        self.env.cr.execute("UPDATE bank_balance SET amount = 42")
        self.push_transactions([row("t1", "2026-01-03", 100, text="Salary")], key="2")
        self.assertEqual(self.history(), {"2026-01-03": 42})

    def test_the_printed_balance_wins(self):
        self.push_transactions(
            [row("t2", "2026-01-03", 50, balance_after=1150), row("t1", "2026-01-03", 100, balance_after=1100)]
        )
        self.assertEqual(self.history(), {"2026-01-03": 1150})
        self.push_transactions([row("t3", "2026-01-04", -1), row("t0", "2026-01-02", 7)], key="2")
        self.assertEqual(self.history(), {"2026-01-02": 1000, "2026-01-03": 1150, "2026-01-04": 1149})

    def test_a_first_printed_balance_tells_the_days_before(self):
        self.push_transactions([row("t1", "2026-01-03", 100), row("t2", "2026-01-04", 10)])
        self.push_transactions([row("t3", "2026-01-05", 50, balance_after=1160)], key="2")
        self.assertEqual(self.history(), {"2026-01-03": 1100, "2026-01-04": 1110, "2026-01-05": 1160})
        self.push_transactions([row("t3", "2026-01-05", 50, balance_after=None)], key="3")
        self.assertEqual(self.history(), {"2026-01-03": 100, "2026-01-04": 110, "2026-01-05": 160})

    def test_of_a_loan_it_is_what_is_owed(self):
        self.push_transactions(
            [
                row("t1", "2026-01-03", -1000, holding="l1", kind="loan_drawing"),
                row("t2", "2026-01-10", 400, holding="l1", kind="loan_repayment"),
            ]
        )
        self.assertEqual(self.history("l1"), {"2026-01-03": 1000, "2026-01-10": 600})
        self.assertEqual(self.customer("1").net_assets, -600)

    def test_payments_for_a_fund_are_not_its_value(self):
        self.push_transactions([row("t1", "2026-01-03", -1000, holding="f1", kind="investment_buy")])
        self.assertEqual(self.history("f1"), {})
        self.push_transactions([row("t2", "2026-01-04", -10, holding="f1", balance_after=1020)], key="2")
        self.assertEqual(self.history("f1"), {"2026-01-04": 1020})

    def test_balances_that_are_sent_count(self):
        self.push_balances([{"holding_external_id": "h1", "date": "2026-01-02", "amount": 5}])
        self.push_transactions([row("t1", "2026-01-03", 100, balance_after=105)])
        self.assertEqual(self.history(), {"2026-01-02": 5})
        self.assertEqual(self.shown(), (5, "2026-01-02", "sent"))

    def test_the_first_balance_that_is_sent_ends_it(self):
        self.push_transactions([row("t1", "2026-01-03", 100)])
        self.push_balances([{"holding_external_id": "h1", "date": "2026-01-03", "amount": 100}])
        self.assertEqual(self.shown()[2], "sent")
        self.push_transactions([row("t2", "2026-01-04", 1)], key="2")
        self.assertEqual(self.history(), {"2026-01-03": 100})

    def test_a_balance_entered_by_hand_ends_it(self):
        self.push_transactions([row("t1", "2026-01-03", 100)])
        self.holding("h1").with_user(self.operator).write({"balance": 7, "balance_on": "2026-01-05"})
        self.assertEqual(self.shown(), (7, "2026-01-05", "sent"))

    def test_a_holding_that_loses_its_only_posting_has_no_balance(self):
        self.push_transactions([row("t1", "2026-01-03", 100)])
        self.push_transactions([row("t1", "2026-01-03", 100, holding="h3")], key="2")
        self.assertEqual(self.history(), {})
        self.assertEqual(self.shown()[:2], (0, "False"))
        self.assertEqual(self.customer("1").aum, 100)

    def test_the_orm_finds_the_same_balance(self):
        self.push_transactions([row("t1", "2026-01-03", 100), row("t2", "2026-01-02", 20)])
        holding = self.holding("h1")
        self.env.add_to_compute(holding._fields["balance"], holding)
        self.assertEqual((holding.balance, str(holding.balance_on)), (120, "2026-01-03"))


@tagged("post_install", "-at_install")
@freeze_time("2026-05-10 08:00:00")
class TestStaleMonths(TransactionCase):
    """Late facts note exactly the closed months that they touch."""

    def setUp(self):
        super().setUp()
        months = self.env["bank.customer.month"]
        customer = self.customer("1")
        for number in range(1, 6):
            months.create(
                {
                    "partner_id": customer.id,
                    "company_id": self.env.company.id,
                    "currency_id": self.env.company.currency_id.id,
                    "month": datetime.date(2026, number, 1),
                    "state": "closed" if number < 5 else "open",
                }
            )

    def stale(self):
        """Return ``{month: reason}`` and forget them."""
        rows = self.env["bank.month.stale"].search([("partner_id", "=", self.customer("1").id)])
        found = {row.month.month: row.reason for row in rows}
        rows.unlink()
        return found

    def balance(self, key, *rows):
        self.push_balances(
            [{"holding_external_id": "h1", "date": date, "amount": amount} for date, amount in rows], key=key
        )

    def test_balances(self):
        self.balance("1", ("2026-05-08", 1))
        self.assertEqual(self.stale(), {})
        self.balance("2", ("2026-03-15", 2))  # counts until the day before the next one
        self.assertEqual(self.stale(), {3: "late_balance", 4: "late_balance"})
        self.balance("3", ("2026-01-15", 2))
        self.assertEqual(self.stale(), dict.fromkeys((1, 2, 3), "late_balance"))
        self.balance("4", ("2026-02-28", 2))
        self.assertEqual(self.stale(), {2: "late_balance", 3: "late_balance"})
        self.balance("5", ("2026-02-27", 2), ("2026-02-28", 2), ("2026-01-15", 2))
        self.assertEqual(self.stale(), {2: "late_balance"})
        self.balance("6", ("2026-01-15", 9), ("2026-02-28", 2))
        self.assertEqual(self.stale(), {1: "changed_balance", 2: "changed_balance"})
        self.balance("7", ("2026-01-15", 9))
        self.assertEqual(self.stale(), {})

    def test_the_day_before_a_balance_of_the_first_is_last_month(self):
        self.balance("1", ("2026-03-01", 1), ("2026-05-01", 1))
        self.stale()
        self.balance("2", ("2026-02-10", 1))
        self.assertEqual(self.stale(), {2: "late_balance"})

    def test_balances_by_hand(self):
        balances = self.env["bank.balance"].with_user(self.operator)
        balance = balances.create({"holding_id": self.holding("h1").id, "date": "2026-03-15", "amount": 1})
        self.assertEqual(self.stale(), {3: "late_balance", 4: "late_balance"})
        balance.amount = 2
        self.assertEqual(self.stale(), {3: "changed_balance", 4: "changed_balance"})
        balance.date = "2026-04-02"
        self.assertEqual(self.stale(), {3: "changed_balance", 4: "changed_balance"})

    def test_postings_of_a_holding_with_sent_balances(self):
        self.balance("1", ("2026-01-01", 1), ("2026-05-01", 1))
        self.stale()
        self.push_transactions([row("t1", "2026-03-15", 5)])
        self.assertEqual(self.stale(), {3: "late_posting"})
        self.push_transactions([row("t1", "2026-02-15", 5)], key="2")
        self.assertEqual(self.stale(), {2: "changed_posting", 3: "changed_posting"})
        self.push_transactions([row("t1", "2026-02-15", 5)], key="3")
        self.assertEqual(self.stale(), {})

    def test_postings_that_shift_balances(self):
        self.push_transactions([row("t1", "2026-01-15", 5), row("t2", "2026-05-02", 5)])
        self.stale()
        self.push_transactions([row("t3", "2026-03-15", 5)], key="2")
        self.assertEqual(self.stale(), {3: "late_posting", 4: "late_posting"})
        self.push_transactions([row("t3", "2026-03-15", 6)], key="3")
        self.assertEqual(self.stale(), {3: "changed_posting", 4: "changed_posting"})
        self.push_transactions([row("t3", "2026-05-04", 6)], key="4")
        self.assertEqual(self.stale(), {3: "changed_posting", 4: "changed_posting"})
        self.push_transactions([row("t4", "2026-05-05", 6)], key="5")
        self.assertEqual(self.stale(), {})
