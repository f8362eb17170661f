from odoo.tests import tagged

from .common import ExchangeCase
from .test_volume import customers, holdings


def transactions(count, day=3, amount=1):
    return [
        {
            "external_id": f"t{day}-{number}",
            "holding_external_id": f"h{number % 50}",
            "booked_on": f"2026-01-{day + number % 5:02d}",
            "amount": amount,
            "kind": "card",
            "text": f"Purchase {number}",
            "counterparty": f"Shop {number % 7}",
        }
        for number in range(count)
    ]


@tagged("post_install", "-at_install")
class TestTransactionVolume(ExchangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exchange.push_customers("core", "c", customers(50))
        rows = holdings(50)
        for row in rows:
            del row["balance"], row["balance_on"]
        cls.exchange.push_holdings("core", "h", rows)

    def queries(self, rows, key):
        before = self.env.cr.sql_log_count
        self.assertEqual(self.push_transactions(rows, key=key)["state"], "done")
        return self.env.cr.sql_log_count - before

    def test_the_number_of_queries_does_not_grow_with_the_rows(self):
        self.queries(transactions(100, day=1), "warm")
        few = self.queries(transactions(10), "few")
        many = self.queries(transactions(1000), "many")
        self.assertEqual(many, few + 0)
        self.assertLess(many, 60)
        corrections = self.queries(transactions(1000, amount=2), "corrections")
        self.assertLess(corrections, 70)
        self.assertLess(self.queries(transactions(1000, amount=2), "again"), 25)

    def test_ten_thousand_rows(self):
        answer = self.push_transactions(transactions(10_000))
        self.assertCounts(answer, created=10_000)
        batch = self.env["bank.exchange.batch"].browse(answer["batch_id"])
        self.assertGreater(batch.rows_per_second, 1000)
        self.assertEqual(self.holding("h0").balance, 200)

    def test_the_list_costs_the_same_for_many(self):
        self.push_transactions(transactions(200))
        postings = self.env["bank.transaction"].with_user(self.manager)
        specification = {
            name: {"fields": {"display_name": {}}} if name.endswith("_id") else {}
            for name in ("booked_on", "owner_id", "holding_id", "kind", "counterparty", "amount", "currency_id")
        }
        counts = []
        for limit in (10, 10, 80):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = postings.web_search_read([], specification, limit=limit)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(found["records"]), limit)
        self.assertEqual(counts[1], counts[2])
        self.assertLess(counts[2], 20)
