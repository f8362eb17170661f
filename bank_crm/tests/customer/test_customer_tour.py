from odoo.tests import HttpCase, tagged

from ..common import BankWorld


@tagged("post_install", "-at_install")
class TestCustomerTour(BankWorld, HttpCase):
    """The way of a branch manager through the web client, in Chromium."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()
        cls.users["rm_south"].name = "Sofia South"

    def test_branch_manager_changes_the_owner(self):
        self.start_tour("/web/login", "bank_customer_tour")
        self.env.invalidate_all()
        self.assertEqual(self.anna.relationship_manager_id, self.users["rm_south"])
        self.assertEqual(self.anna.branch_id, self.north_vip)
        primaries = self.anna.assignment_ids.filtered(lambda assignment: assignment.role == "primary")
        self.assertEqual(primaries.filtered("date_to").user_id, self.users["rm_north"])
        event = self.events(self.anna, "owner.changed")[-1]
        self.assertEqual(event.user_id, self.users["manager_north"])
        self.assertEqual(event.source_id, primaries.filtered(lambda assignment: not assignment.date_to).id)
