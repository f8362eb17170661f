"""A user with customers is not archived: Odoo would delete his activities."""

from odoo.exceptions import RedirectWarning
from odoo.tests import TransactionCase, freeze_time, tagged

from .handover_common import MORNING, HandoverWorld


@tagged("post_install", "-at_install")
class TestArchivingUsers(HandoverWorld, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(MORNING))
        cls.make_world()

    def test_refused_with_the_way_to_the_handover(self):
        task = self.make_work(self.anna)[0]
        for archive in (lambda: self.rm.action_archive(), lambda: self.rm.write({"active": False})):
            with self.assertRaises(RedirectWarning) as refusal:
                archive()
            message, action, _button, context = refusal.exception.args
            self.assertIn("[customers_to_hand_over]", message)
            self.assertIn("2 customers", message)
            self.assertEqual(self.env["ir.actions.act_window"].browse(action).res_model, "bank.handover")
            self.assertEqual(context["default_from_user_id"], self.rm.id)
        self.assertTrue(self.rm.active)
        self.assertTrue(task.exists().active)

    def test_an_administrator_who_sees_no_customers_is_refused_too(self):
        admin = self.users["bank_admin"]
        admin.group_ids += self.env.ref("base.group_erp_manager")
        self.env.flush_all()
        with self.assertRaises(RedirectWarning):
            self.rm.with_user(admin).write({"active": False})

    def test_one_of_many_is_enough(self):
        with self.assertRaises(RedirectWarning):
            (self.users["employee"] | self.rm).action_archive()
        self.assertTrue(self.users["employee"].active)

    def test_after_the_handover_it_works_and_nothing_is_lost(self):
        task = self.make_work(self.anna)[0]
        handover = self.make_handover("leaver")
        self.approve(handover)
        self.rm.action_archive()
        self.assertFalse(self.rm.active)
        self.assertEqual(task.exists().user_id, self.stand_in)

    def test_others_are_archived_as_ever(self):
        for role in ("employee", "portal", "agent"):
            self.users[role].action_archive()
            self.assertFalse(self.users[role].active)
