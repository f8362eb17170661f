"""Two contacts who are one customer, both on a hand-over and both claimed."""

from odoo.tests import TransactionCase, tagged

from .handover_common import HandoverWorld


@tagged("post_install", "-at_install")
class TestMergingOwners(HandoverWorld, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()

    def merge(self, sources, target):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge_bank_rows(sources, target)
        wizard._update_foreign_keys(sources, target)
        wizard._after_bank_merge(target)
        self.env.invalidate_all()

    def claim(self, role, partner):
        answer = self.as_user(role, self.env["bank.ownership.claim"]).submit_for_number(
            {"customer_number": partner.customer_number, "basis": "other", "evidence": "x"}
        )
        return self.env["bank.ownership.claim"].browse(answer["id"])

    def test_one_line_and_one_claim_of_each_are_left(self):
        handover = self.make_handover()
        anna_line = handover.line_ids.filtered(lambda line: line.partner_id == self.anna)
        mine, same = self.claim("rm_south", self.anna), self.claim("rm_south", self.ben)
        other = self.claim("stand_in", self.ben)
        self.merge(self.ben, self.anna)
        self.assertEqual(handover.line_ids, anna_line)
        self.assertEqual((mine | same | other).mapped("state"), ["submitted", "expired", "submitted"])
        self.assertEqual((mine | same | other).partner_id, self.anna)
        self.approve(handover)
        self.assertEqual(self.anna.relationship_manager_id, self.stand_in)
        self.assertEqual(len(self.active_owner(self.anna)), 1)
