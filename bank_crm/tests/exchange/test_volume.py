from odoo.tests import tagged

from .common import ExchangeCase


def customers(count, **values):
    return [
        {
            "external_id": f"c{number}",
            "name": f"Customer {number}",
            "email": f"c{number}@example.com",
            "phone": f"+420 601 {number // 1000:03d} {number % 1000:03d}",
            "branch_code": "XT1",
            "manager_login": "xch.manager",
            "annual_income": number,
            "identity_documents": [{"type": "passport", "number": f"P{number:08d}", "country_code": "CZ"}],
            **values,
        }
        for number in range(count)
    ]


def holdings(count):
    return [
        {
            "external_id": f"h{number}",
            "product_code": "XCUR",
            "number": f"6222{number:010d}",
            "parties": [{"customer_external_id": f"c{number}", "role": "owner"}],
            "balance": number,
            "balance_on": "2026-01-01",
        }
        for number in range(count)
    ]


def balances(count, date="2026-01-02"):
    return [{"holding_external_id": f"h{number}", "date": date, "amount": number + 0.5} for number in range(count)]


@tagged("post_install", "-at_install")
class TestVolume(ExchangeCase):
    def queries(self, function, *args, **kwargs):
        before = self.env.cr.sql_log_count
        self.assertEqual(function(*args, **kwargs)["state"], "done")
        return self.env.cr.sql_log_count - before

    def test_the_number_of_queries_does_not_grow_with_the_rows(self):
        steps = [
            (self.push_customers, customers),
            (self.push_customers, lambda count: customers(count, city="Brno", manager_login=None)),
            (self.push_customers, lambda count: customers(count, city="Brno", manager_login=None)),
            (self.push_holdings, holdings),
            (self.push_balances, balances),
        ]
        counts = {}
        for count in (5, 10, 200):  # the first round fills Odoo's caches
            for step, (push, rows) in enumerate(steps):
                source = f"core-{count}"
                batch = rows(count)
                for row in batch:  # documents and numbers are unique over all sources
                    for document in row.get("identity_documents", ()):
                        document["number"] += f"S{count}"
                counts[count, step] = self.queries(push, batch, key=f"{count}-{step}", source=source)
        for step in range(len(steps)):
            self.assertEqual(counts[200, step], counts[10, step], f"step {step}")
            self.assertLess(counts[200, step], 80, f"step {step}")

    def test_ten_thousand_rows(self):
        self.assertCounts(self.push_customers(customers(10_000)), created=10_000)
        self.assertCounts(self.push_customers(customers(10_000), key="2"), unchanged=10_000)
        self.assertCounts(self.push_holdings(holdings(10_000)), created=10_000)
        self.assertCounts(self.push_balances(balances(10_000)), created=10_000)
        batch = self.env["bank.exchange.batch"].search([("kind", "=", "balances")], limit=1)
        self.assertEqual((batch.received, batch.created_count), (10_000, 10_000))
        self.assertGreater(batch.rows_per_second, 1000)
        self.assertEqual(self.customer("c9999").aum, 9999.5)

    def test_ten_thousand_wrong_rows(self):
        rows = [{"external_id": f"c{number}", "name": "A", "wrong": 1} for number in range(10_000)]
        answer = self.push_customers(rows, on_error="skip_row")
        self.assertEqual(len(answer["errors"]), 10_000)
        batch = self.env["bank.exchange.batch"].browse(answer["batch_id"])
        self.assertEqual(batch.error_count, 10_000)

    def test_the_planner_is_told_of_a_first_load(self):
        """Planned for tables that it believes to be empty, the joins of the next batch would take minutes."""
        self.env.cr.execute("UPDATE pg_class SET reltuples = 0 WHERE relname = 'bank_exchange_key'")
        self.push_customers([{"external_id": f"c{number}", "name": "A"} for number in range(2000)])
        self.env.cr.execute("SELECT reltuples FROM pg_class WHERE relname = 'bank_exchange_key'")
        self.assertGreaterEqual(self.env.cr.fetchone()[0], 2000)
