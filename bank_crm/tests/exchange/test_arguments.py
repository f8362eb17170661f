from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ExchangeCase

ROW = {"external_id": "1", "name": "Anna"}


@tagged("post_install", "-at_install")
class TestExchangeArguments(ExchangeCase):
    def assertInvalid(self, name, *args, **kwargs):
        with self.assertRaisesRegex(ValidationError, rf"^\[invalid_argument\] {name}:"):
            self.exchange.push_customers(*args, **kwargs)

    def test_source_and_batch_key_are_short_texts(self):
        for wrong in ("", " ", "core ", "x" * 129, "a\nb", None, False, 7, ["core"]):
            self.assertInvalid("source", wrong, "k", [ROW])
            self.assertInvalid("batch_key", "core", wrong, [ROW])

    def test_on_error_is_one_of_two_words(self):
        for wrong in ("", None, "skip", True):
            self.assertInvalid("on_error", "core", "k", [ROW], on_error=wrong)

    def test_rows_is_a_list(self):
        for wrong in (None, {}, "[]", 5, (ROW,)):
            self.assertInvalid("rows", "core", "k", wrong)

    def test_a_batch_has_a_largest_size_that_can_be_set(self):
        self.env["ir.config_parameter"].set_param("bank_crm.exchange_max_rows", "2")
        rows = [{"external_id": str(i), "name": "Anna"} for i in range(3)]
        self.assertInvalid("rows", "core", "k", rows)
        self.assertCounts(self.push_customers(rows[:2]), created=2)

    def test_a_limit_that_is_no_number_leaves_the_default(self):
        self.env["ir.config_parameter"].set_param("bank_crm.exchange_max_rows", "many")
        self.assertCounts(self.push_customers([ROW]), created=1)

    def test_an_empty_batch_is_done(self):
        answer = self.push_customers([])
        self.assertEqual((answer["state"], answer["received"], answer["errors"]), ("done", 0, []))

    def test_the_answer_has_the_keys_of_the_contract(self):
        self.assertEqual(
            list(self.push_customers([ROW])),
            [
                "batch_id",
                "batch_key",
                "state",
                "replayed",
                "received",
                "created",
                "updated",
                "unchanged",
                "rejected",
                "errors",
            ],
        )
