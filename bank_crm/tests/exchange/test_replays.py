from odoo.tests import tagged

from .common import ExchangeCase

ROWS = [{"external_id": "1", "name": "Anna"}, {"external_id": "2", "name": "Bela"}]
WRONG = [{"external_id": "1", "name": "Anna"}, {"external_id": "2", "name": "Bela", "branch_code": "NOPE"}]


@tagged("post_install", "-at_install")
class TestReplays(ExchangeCase):
    def batches(self, key="customers-1"):
        return self.env["bank.exchange.batch"].search([("source", "=", "core"), ("batch_key", "=", key)])

    def test_the_same_batch_is_answered_from_the_record(self):
        first = self.push_customers(ROWS)
        self.customer("1").name = "Changed by Hand"
        again = self.push_customers([dict(reversed(list(row.items()))) for row in ROWS])
        self.assertEqual(again, {**first, "replayed": True})
        self.assertEqual(self.customer("1").name, "Changed by Hand")
        self.assertEqual(self.batches().replay_count, 1)

    def test_a_replay_gives_the_errors_again(self):
        first = self.push_customers(WRONG, on_error="skip_row")
        self.assertEqual(first["state"], "partial")
        self.assertEqual(self.push_customers(WRONG), {**first, "replayed": True})

    def test_other_rows_under_a_used_key_change_nothing(self):
        first = self.push_customers(ROWS)
        answer = self.push_customers([{"external_id": "1", "name": "Other"}])
        self.assertEqual((answer["state"], answer["replayed"]), ("rejected", False))
        self.assertEqual(answer["batch_id"], first["batch_id"])
        self.assertRefused(answer, (0, "batch_key", "batch_key_conflict"))
        self.assertEqual(self.customer("1").name, "Anna")
        self.assertEqual(len(self.batches()), 1)

    def test_the_order_of_rows_makes_another_batch(self):
        self.push_customers(ROWS)
        self.assertRefused(self.push_customers(ROWS[::-1]), (0, "batch_key", "batch_key_conflict"))

    def test_the_same_key_for_another_kind_is_a_conflict(self):
        self.push_customers([])
        self.assertRefused(self.push_holdings([], key="customers-1"), (0, "batch_key", "batch_key_conflict"))

    def test_the_key_of_another_source_is_another_key(self):
        self.push_customers(ROWS)
        self.assertCounts(self.push_customers(ROWS, source="cards"), created=2)

    def test_a_rejected_batch_leaves_only_its_record(self):
        answer = self.push_customers(WRONG)
        self.assertEqual(answer["state"], "rejected")
        self.assertCounts(answer, rejected=2)
        self.assertRefused(answer, (2, "branch_code", "unknown_branch"))
        self.assertFalse(self.customer("1"))
        batch = self.batches()
        self.assertRecordValues(
            batch,
            [
                {
                    "state": "rejected",
                    "received": 2,
                    "rejected_count": 2,
                    "error_count": 1,
                    "kind": "customers",
                    "on_error": "reject_batch",
                    "user_id": self.operator.id,
                }
            ],
        )
        self.assertEqual(batch.error_ids.row_data, {"external_id": "2", "name": "****", "branch_code": "NOPE"})

    def test_the_key_of_a_rejected_batch_may_be_used_for_corrected_rows(self):
        self.push_customers(WRONG)
        self.assertEqual(self.push_customers(WRONG)["replayed"], True)
        answer = self.push_customers(ROWS)
        self.assertCounts(answer, created=2)
        self.assertEqual(self.batches().mapped("state"), ["done", "rejected"])
        self.assertEqual(self.push_customers(ROWS), {**answer, "replayed": True})
        self.assertRefused(self.push_customers(WRONG), (0, "batch_key", "batch_key_conflict"))
