"""Who may give customers to whom."""

from odoo.exceptions import AccessError, ValidationError

from ..common import BankCase


class TestAssigningAccess(BankCase):
    def test_a_manager_of_the_branch_assigns_within_it(self):
        anna = self.as_user("manager_north", self.anna)
        anna.write({"relationship_manager_id": self.users["manager_north"].id, "branch_id": self.north.id})
        self.assertEqual(self.anna.relationship_manager_id, self.users["manager_north"])

    def test_a_manager_does_not_reach_other_branches(self):
        with self.assertRaises(AccessError):
            self.as_user("manager_north", self.carl).relationship_manager_id = self.users["manager_north"]

    def test_history_is_not_rewritten(self):
        assignment = self.as_user("manager_north", self.anna.assignment_ids)
        for vals in (
            {"user_id": self.users["manager_north"].id},
            {"branch_id": self.north.id},
            {"role": "backup"},
            {"date_from": "2020-01-01"},
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(ValidationError, r"^\[assignment_fixed\]"):
                assignment.write(vals)
        assignment.reason = "as agreed"

    def test_the_source_of_a_change_is_no_matter_of_the_caller(self):
        anna = self.as_user("manager_north", self.anna).with_context(bank_assignment_source="feed")
        anna.relationship_manager_id = self.users["manager_north"]
        self.assertIn("manual", self.anna.assignment_ids.filtered(lambda a: not a.date_to).mapped("source"))

    def test_operations_assign_anybody(self):
        self.as_user("operations", self.carl).relationship_manager_id = self.users["rm_north"]
        self.assertEqual(self.carl.relationship_manager_id, self.users["rm_north"])

    def test_a_relationship_manager_does_not_give_his_customers_away(self):
        with self.assertRaises(AccessError):
            self.as_user("rm_north", self.anna).relationship_manager_id = self.users["rm_south"]
        with self.assertRaises(AccessError):
            self.as_user("rm_north", self.anna).write({"relationship_manager_id": False, "branch_id": False})

    def test_a_relationship_manager_creates_customers_of_his_own(self):
        partners = self.as_user("rm_north", self.env["res.partner"])
        for vals in ({"is_bank_customer": True}, {"is_bank_customer": True, "type": "contact"}):
            new = partners.create({"name": "New", **vals})
            self.assertEqual(new.relationship_manager_id, self.users["rm_north"])
            self.assertEqual(new.branch_id, self.north_vip)
            self.assertTrue(new.sudo().financial_profile_id)

    def test_a_relationship_manager_makes_a_contact_his_customer(self):
        self.as_user("rm_north", self.contact).is_bank_customer = True
        self.assertEqual(self.contact.relationship_manager_id, self.users["rm_north"])
        self.assertEqual(self.contact.branch_id, self.north_vip)
        self.assertTrue(self.contact.financial_profile_id and self.contact.customer_number)

    def test_a_relationship_manager_does_not_create_for_others(self):
        with self.assertRaises(AccessError):
            self.as_user("rm_north", self.env["res.partner"]).create(
                {"name": "New", "is_bank_customer": True, "relationship_manager_id": self.users["rm_south"].id}
            )

    def test_a_branch_manager_creates_for_his_people(self):
        new = self.as_user("manager_north", self.env["res.partner"]).create(
            {"name": "New", "is_bank_customer": True, "relationship_manager_id": self.users["rm_north"].id}
        )
        self.assertEqual(new.sudo().branch_id, self.north_vip)

    def test_nobody_lets_himself_in_by_an_assignment(self):
        """An assignment opens a customer to its user: one may not be made for a customer whom one does not see."""
        assignments = self.as_user("rm_south", self.env["bank.assignment"])
        for role in ("backup", "specialist"):
            with self.assertRaises(AccessError):
                assignments.create({"partner_id": self.anna.id, "user_id": self.users["rm_south"].id, "role": role})
        with self.assertRaises(AccessError):
            assignments.create({"partner_id": self.olga.id, "user_id": self.users["rm_south"].id})
        with self.assertRaises(AccessError):
            self.as_user("manager_north", self.env["bank.assignment"]).create(
                {"partner_id": self.carl.id, "user_id": self.users["manager_north"].id, "role": "backup"}
            )

    def test_a_relationship_manager_names_no_deputy(self):
        with self.assertRaises(AccessError):
            self.as_user("rm_north", self.env["bank.assignment"]).create(
                {"partner_id": self.anna.id, "user_id": self.users["rm_south"].id, "role": "backup"}
            )

    def test_a_relationship_manager_does_not_credit_himself(self):
        """He may add himself to his own customer, not the results."""
        assignments = self.as_user("rm_north", self.env["bank.assignment"])
        values = {"partner_id": self.anna.id, "user_id": self.users["rm_north"].id, "role": "specialist"}
        with self.assertRaisesRegex(AccessError, "credit_not_yours"):
            assignments.create({**values, "credit_pct": 40})
        own = assignments.create({**values, "credit_pct": 0})
        with self.assertRaises(AccessError):
            own.credit_pct = 40
        self.as_user("manager_north", own).credit_pct = 40
        shares = self.env["bank.assignment"]._credit_shares(self.anna, own.date_from)
        self.assertEqual(shares, {(self.anna.id, self.users["rm_north"].id): 100})

    def test_the_owner_gets_what_the_others_leave(self):
        self.env["bank.assignment"].create(
            [
                {"partner_id": self.anna.id, "user_id": self.users[role].id, "role": "specialist", "credit_pct": share}
                for role, share in (("rm_south", 30), ("manager_north", 90))
            ]
        )
        today = self.env["bank.assignment"].search([], limit=1).date_from
        shares = self.env["bank.assignment"]._credit_shares(self.anna, today)
        anna, south, manager = self.anna.id, self.users["rm_south"].id, self.users["manager_north"].id
        self.assertEqual(shares, {(anna, south): 30, (anna, manager): 70})

    def test_assignments_are_not_deleted(self):
        for role in ("rm_north", "manager_north", "operations", "bank_admin"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.anna.assignment_ids).unlink()
