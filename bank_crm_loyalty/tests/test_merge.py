from odoo.tests import tagged

from .common import PointsCase


@tagged("post_install", "-at_install")
class TestMerge(PointsCase):
    def merge(self, source, target):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((source | target).ids, target)
        self.env.invalidate_all()

    def test_two_accounts_become_one(self):
        self.call("earn", "anna", 100)
        self.call("redeem", "anna spends", 30)
        self.call("earn", "ben", 50, customer="P-BEN")
        lots = self.entry("anna") | self.entry("ben")
        self.merge(self.ben, self.anna)
        self.assertEqual(self.counters(), (120, 0, 0, 0))
        self.assertEqual(lots.account_id, self.points_account())
        self.assertEqual(lots.mapped("remaining"), [70, 50])
        self.assertFalse(self.points_account(self.ben))
        self.assert_invariants()
        # what was booked before the merge can be reversed, and its key is still known
        self.call("reverse", "back", original_key="ben")
        self.assertEqual(self.counters(), (70, 0, 0, 0))
        self.assert_invariants()

    def test_the_only_account_moves(self):
        self.call("earn", "ben", 50, customer="P-BEN")
        self.merge(self.ben, self.anna)
        self.assertEqual(self.counters(), (50, 0, 0, 0))
        self.assertEqual(self.entry("ben").partner_id, self.anna)
        self.assert_invariants()
