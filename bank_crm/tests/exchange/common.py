from odoo.tests import TransactionCase, new_test_user


class ExchangeCase(TransactionCase):
    """A small bank: one branch, one relationship manager, one product, and a member of Operations who pushes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_bank()

    @classmethod
    def set_up_bank(cls):
        cls.env.ref("base.CZK").active = True
        cls.env.ref("base.USD").active = True
        cls.branch = cls.env["bank.branch"].create({"name": "Old Town", "code": "XT1"})
        cls.other_branch = cls.env["bank.branch"].create({"name": "New Town", "code": "XT2"})
        cls.manager = new_test_user(
            cls.env, login="xch.manager", name="Li Na", groups="bank_crm.group_relationship_manager"
        )
        cls.operator = new_test_user(cls.env, login="xch.operator", groups="bank_crm.group_operations")
        cls.product = cls.env["bank.product"].create({"name": "Current Account", "code": "XCUR"})
        cls.exchange = cls.env["bank.exchange"].with_user(cls.operator)

    def push_customers(self, rows, key="customers-1", on_error="reject_batch", source="core"):
        return self.exchange.push_customers(source, key, rows, on_error)

    def push_holdings(self, rows, key="holdings-1", on_error="reject_batch", source="core"):
        return self.exchange.push_holdings(source, key, rows, on_error)

    def push_balances(self, rows, key="balances-1", on_error="reject_batch", source="core"):
        return self.exchange.push_balances(source, key, rows, on_error)

    def push_transactions(self, rows, key="transactions-1", on_error="reject_batch", source="core"):
        return self.exchange.push_transactions(source, key, rows, on_error)

    def customer(self, external_id, source="core"):
        key = self.env["bank.exchange.key"].search([("external_id", "=", external_id), ("source", "=", source)])
        return key.partner_id

    def holding(self, external_id, source="core"):
        return self.env["bank.holding"].search([("external_id", "=", external_id), ("source", "=", source)])

    def events(self, partner, kind):
        return self.env["bank.customer.event"].search([("partner_id", "=", partner.id), ("kind", "=", kind)])

    def assertCounts(self, answer, **counts):
        expected = {"created": 0, "updated": 0, "unchanged": 0, "rejected": 0, **counts}
        self.assertEqual({name: answer[name] for name in expected}, expected, answer["errors"])

    def assertRefused(self, answer, *expected):
        """``expected``: tuples (row, field, code), in the order of the rows."""
        self.assertEqual([(e["row"], e["field"], e["code"]) for e in answer["errors"]], list(expected))
        for error in answer["errors"]:
            self.assertTrue(error["message"].startswith(error["field"]), error["message"])
