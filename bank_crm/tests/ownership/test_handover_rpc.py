"""What other programs may not do: archive users with customers, forge decisions."""

import xmlrpc.client

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .handover_common import HandoverWorld


@tagged("post_install", "-at_install")
class TestHandoverRpc(HandoverWorld, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()
        cls.admin = cls.env.ref("base.user_admin")
        cls.admin.password = "administrator of the test"

    def call(self, user, password, model, method, *arguments, **options):
        self.env.flush_all()
        self.env.cr.clear()
        with self.allow_requests(all_requests=True):
            proxy = xmlrpc.client.ServerProxy(f"{self.base_url()}/xmlrpc/2/object", allow_none=True)
            return proxy.execute_kw(self.env.cr.dbname, user.id, password, model, method, list(arguments), options)

    def refused(self, code, user, password, *call, **options):
        with (
            self.assertRaises(xmlrpc.client.Fault) as refusal,
            mute_logger("odoo.http", "odoo.addons.base.models.ir_http"),
        ):
            self.call(user, password, *call, **options)
        self.assertIn(f"[{code}]", refusal.exception.faultString)
        self.env.invalidate_all()

    def as_admin(self, code, *call, **options):
        self.refused(code, self.admin, "administrator of the test", *call, **options)

    def test_an_administrator_does_not_archive_a_user_with_customers(self):
        self.as_admin("customers_to_hand_over", "res.users", "write", [self.rm.id], {"active": False})
        self.as_admin("customers_to_hand_over", "res.users", "action_archive", [self.rm.id])
        self.assertTrue(self.rm.active)

    def test_nobody_forges_a_decision(self):
        handover = self.make_handover()
        claim_id = self.call(
            self.rm, "bank_rm_north", "bank.ownership.claim", "submit_for_number",
            {"customer_number": self.carl.customer_number, "basis": "other", "evidence": "x"},
        )["id"]  # fmt: skip
        for context in ({}, {"bank_guard_key": True}, {"bank_guard_key": "GUARD_KEY"}):
            self.as_admin("guarded_field", "bank.handover", "write", [handover.id], {"state": "done"}, context=context)
            self.as_admin(
                "guarded_field", "bank.ownership.claim", "write", [claim_id], {"state": "approved"}, context=context
            )
            self.as_admin(
                "guarded_field",
                "bank.handover.line",
                "write",
                handover.line_ids.ids,
                {"state": "moved"},
                context=context,
            )
        self.refused("not_your_decision", self.rm, "bank_rm_north", "bank.handover", "action_approve", [handover.id])
        self.refused(
            "not_your_decision", self.rm, "bank_rm_north", "bank.ownership.claim", "action_approve", [claim_id]
        )
        self.assertEqual(handover.state, "draft")

    def test_the_engine_is_not_reachable(self):
        for model, method in (
            ("bank.owner.move", "_move"),
            ("bank.handover", "_cron_work"),
            ("bank.handover", "_begin"),
        ):
            with self.assertRaises(xmlrpc.client.Fault), mute_logger("odoo.http"):
                self.call(self.admin, "administrator of the test", model, method, [])
