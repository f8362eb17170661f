"""Sealed records: nobody changes or deletes them, over RPC neither."""

import xmlrpc.client

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import BankCase, BankWorld


class TestSealedRecords(BankCase):
    def setUp(self):
        super().setUp()
        self.event = self.events(self.anna)[:1]
        self.anna.tier_id = self.env.ref("bank_crm.bank_tier_gold")
        self.history = self.anna.tier_history_ids

    def sealed(self):
        return (self.event, {"kind": "forged"}), (self.history, {"reason": "feed"})

    def test_the_superuser_is_refused(self):
        for record, vals in self.sealed():
            with self.assertRaisesRegex(AccessError, r"^\[sealed_record\]"):
                record.sudo().write(vals)
            with self.assertRaisesRegex(AccessError, r"^\[sealed_record\]"):
                record.sudo().unlink()

    def test_assignment_is_a_write(self):
        with self.assertRaisesRegex(AccessError, r"^\[sealed_record\]"):
            self.event.kind = "forged"

    def test_users_are_refused(self):
        for role in ("rm_north", "operations", "compliance", "auditor", "bank_admin"):
            for record, vals in self.sealed():
                record = self.as_user(role, record)
                with self.assertRaises(AccessError):
                    record.write(vals)
                with self.assertRaises(AccessError):
                    record.unlink()
                with self.assertRaises(AccessError):
                    record.browse().create({"partner_id": self.anna.id, **vals})

    def test_a_forged_context_opens_nothing(self):
        for forged in (True, 1, "SEAL_KEY", object(), {"key": 1}, "<object object at 0x7f>"):
            with self.assertRaisesRegex(AccessError, r"^\[sealed_record\]"):
                self.event.with_context(bank_seal_key=forged).write({"kind": "forged"})
            with self.assertRaisesRegex(AccessError, r"^\[sealed_record\]"):
                self.event.with_context(bank_seal_key=forged).unlink()

    def test_server_code_with_the_key_may(self):
        self.event._unsealed().write({"kind": "corrected"})
        self.assertEqual(self.event.kind, "corrected")
        self.event._unsealed().unlink()
        self.assertFalse(self.event.exists())

    def test_writing_nothing_is_allowed(self):
        self.assertTrue(self.event.write({}))


@tagged("post_install", "-at_install")
class TestSealedOverRpc(BankWorld, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()
        groups = "base.group_system,bank_crm.group_operations"
        new_test_user(cls.env, "sealed_system", groups=groups, password="sealed")
        cls.event = cls.env["bank.customer.event"].search([("partner_id", "=", cls.anna.id)], limit=1)

    def call(self, method, *args, context=None):
        proxy = xmlrpc.client.ServerProxy(f"{self.base_url()}/xmlrpc/2/object", allow_none=True)
        uid = self.env["res.users"].search([("login", "=", "sealed_system")]).id
        with self.allow_requests(all_requests=True), mute_logger("odoo.addons.rpc.controllers.xmlrpc", "odoo.http"):
            return proxy.execute_kw(
                self.env.cr.dbname, uid, "sealed", "bank.customer.event", method, args, {"context": context or {}}
            )

    def assert_refused(self, method, *args, context=None):
        with self.assertRaises(xmlrpc.client.Fault) as caught:
            self.call(method, *args, context=context)
        self.assertEqual(caught.exception.faultCode, 4, "an AccessError")

    def test_an_administrator_over_rpc_is_refused(self):
        for context in ({}, {"bank_seal_key": True}, {"bank_seal_key": "SEAL_KEY"}, {"bank_seal_key": {"a": 1}}):
            self.assert_refused("write", [self.event.id], {"kind": "forged"}, context=context)
            self.assert_refused("unlink", [self.event.id], context=context)
            self.assert_refused("create", {"partner_id": self.anna.id, "kind": "forged"}, context=context)
        self.assertNotEqual(self.event.kind, "forged")
        self.assertTrue(self.call("read", [self.event.id], ["kind"]))

    def test_private_methods_stay_private(self):
        for method in ("_unsealed", "_record", "_write"):
            with self.assertRaises(xmlrpc.client.Fault):
                self.call(method, [self.event.id])
