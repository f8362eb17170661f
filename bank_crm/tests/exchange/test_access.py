from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ExchangeCase

ROW = {"external_id": "1", "name": "Anna"}


@tagged("post_install", "-at_install")
class TestExchangeAccess(ExchangeCase):
    def test_only_operations_may_push(self):
        for role in ("relationship_manager", "branch_manager", "service_agent", "compliance", "auditor"):
            user = new_test_user(self.env, login=f"xch.{role}", groups=f"bank_crm.group_{role}")
            exchange = self.env["bank.exchange"].with_user(user)
            for method in (
                exchange.push_customers,
                exchange.push_holdings,
                exchange.push_balances,
                exchange.push_transactions,
            ):
                with (
                    self.subTest(role=role, method=method.__name__),
                    self.assertRaisesRegex(AccessError, r"^\[access_denied\]"),
                ):
                    method("core", "k", [ROW])
        self.assertFalse(self.customer("1"))

    def test_portal_users_are_refused_before_their_arguments_are_looked_at(self):
        user = new_test_user(self.env, login="xch.portal", groups="base.group_portal")
        with self.assertRaisesRegex(AccessError, r"^\[access_denied\]"):
            self.env["bank.exchange"].with_user(user).push_customers("", "", None)

    def test_operations_may_push(self):
        self.assertCounts(self.push_customers([ROW]), created=1)
        self.assertEqual(self.customer("1").create_uid, self.operator)

    def test_nobody_writes_the_records_of_batches(self):
        batch_id = self.push_customers([ROW])["batch_id"]
        batch = self.env["bank.exchange.batch"].browse(batch_id)
        for user in (self.operator, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                batch.with_user(user).write({"state": "failed"})
            with self.assertRaises(AccessError):
                batch.with_user(user).unlink()
        self.assertEqual(batch.with_user(self.operator).read(["created_count"])[0]["created_count"], 1)
        with self.assertRaises(AccessError):
            batch.with_user(self.manager).read(["state"])

    def test_keys_of_customers_are_read_by_operations_and_not_written(self):
        self.push_customers([ROW])
        key = self.env["bank.exchange.key"].with_user(self.operator).search([("external_id", "=", "1")])
        self.assertEqual(key.partner_id, self.customer("1"))
        with self.assertRaises(AccessError):
            key.write({"external_id": "2"})
