from odoo.tests import HttpCase, tagged

from .handover_common import HandoverWorld


@tagged("post_install", "-at_install")
class TestHandoverTour(HandoverWorld, HttpCase):
    """Ownership in the web client, in Chromium, as those who do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()
        cls.rm.name = "Nora North"
        cls.stand_in.name = "Stella Stand-in"
        cls.carl.customer_number = "CLAIMED-1"

    def test_a_branch_manager_hands_customers_over(self):
        self.make_work(self.anna)
        self.start_tour("/web/login", "bank_handover_tour", timeout=120)
        self.env.invalidate_all()
        self.assertEqual((self.anna | self.ben).relationship_manager_id, self.stand_in)
        handover = self.env["bank.handover"].search([("from_user_id", "=", self.rm.id)])
        self.assertEqual((handover.state, handover.approved_by_id), ("done", self.users["manager_north"]))

    def test_a_relationship_manager_claims_a_customer(self):
        self.start_tour("/web/login", "bank_ownership_claim_tour", timeout=120)
        claim = self.env["bank.ownership.claim"].search([("claimant_id", "=", self.rm.id)])
        self.assertEqual((claim.partner_id, claim.state), (self.carl, "submitted"))
