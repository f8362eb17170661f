"""The owner on the contact and the active primary assignment say the same, whichever is written."""

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time

from ..common import BankCase


class MirrorCase(BankCase):
    def setUp(self):
        super().setUp()
        self.rm_north, self.rm_south = self.users["rm_north"], self.users["rm_south"]

    def active(self, partner):
        return self.env["bank.assignment"].search(
            [("partner_id", "=", partner.id), ("role", "=", "primary"), ("date_to", "=", False)]
        )

    def assert_owner(self, partner, user, branch):
        """The stored columns, the assignment, and nothing else active."""
        self.env.flush_all()
        self.env.invalidate_all()
        nobody = self.env["res.users"]
        user = user or nobody
        branch = branch or self.env["bank.branch"]
        self.assertEqual((partner.relationship_manager_id, partner.branch_id), (user, branch), "the mirror")
        assignment = self.active(partner)
        self.assertEqual((assignment.user_id, assignment.branch_id), (user, branch), "the assignment")
        self.assertEqual(len(assignment), 1 if user or branch else 0)


class TestWriteOnPartner(MirrorCase):
    def test_create_makes_an_assignment(self):
        self.assert_owner(self.anna, self.rm_north, self.north_vip)
        self.assertEqual(self.anna.assignment_ids.source, "manual")
        self.assert_owner(self.pia, None, self.north)
        self.assert_owner(self.olga, None, None)

    @freeze_time("2026-04-01")
    def test_a_new_owner_ends_the_former_assignment(self):
        former = self.active(self.anna)
        self.anna.write({"relationship_manager_id": self.rm_south.id, "branch_id": self.south.id})
        self.assert_owner(self.anna, self.rm_south, self.south)
        self.assertTrue(former.date_to)
        self.assertEqual(len(self.anna.assignment_ids), 2)

    def test_one_field_after_the_other(self):
        self.anna.relationship_manager_id = self.rm_south
        self.assert_owner(self.anna, self.rm_south, self.north_vip)
        self.anna.branch_id = self.south
        self.assert_owner(self.anna, self.rm_south, self.south)

    def test_without_a_branch_the_user_s_home_branch_is_taken(self):
        self.olga.relationship_manager_id = self.rm_south
        self.assert_owner(self.olga, self.rm_south, self.south)
        new = self.make_customer("New", user=self.rm_south)
        self.assert_owner(new, self.rm_south, self.south)

    def test_taking_the_branch_away_leaves_the_home_branch(self):
        self.anna.branch_id = False
        self.assert_owner(self.anna, self.rm_north, self.north_vip)
        self.anna.branch_id = self.south
        self.anna.branch_id = False
        self.assert_owner(self.anna, self.rm_north, self.north_vip)

    def test_into_the_pool_of_the_branch(self):
        self.anna.relationship_manager_id = False
        self.assert_owner(self.anna, None, self.north_vip)

    def test_to_nobody(self):
        self.anna.write({"relationship_manager_id": False, "branch_id": False})
        self.assert_owner(self.anna, None, None)
        self.assertEqual(len(self.anna.assignment_ids), 1)

    def test_the_same_owner_changes_nothing(self):
        before = self.anna.assignment_ids.ids, len(self.events(self.anna))
        self.anna.write({"relationship_manager_id": self.rm_north.id, "branch_id": self.north_vip.id})
        self.anna.relationship_manager_id = self.rm_north
        self.assertEqual((self.anna.assignment_ids.ids, len(self.events(self.anna))), before)
        self.assert_owner(self.anna, self.rm_north, self.north_vip)

    def test_together_with_other_fields(self):
        self.anna.write({"relationship_manager_id": self.rm_south.id, "city": "Suzhou", "kyc_state": "verified"})
        self.assert_owner(self.anna, self.rm_south, self.north_vip)
        self.assertEqual((self.anna.city, self.anna.kyc_state), ("Suzhou", "verified"))

    def test_many_with_different_owners_before(self):
        partners = self.anna | self.carl | self.pia | self.olga
        partners.write({"relationship_manager_id": self.rm_south.id, "branch_id": self.south.id})
        for partner in partners:
            self.assert_owner(partner, self.rm_south, self.south)
        self.assertEqual(len(self.carl.assignment_ids), 1, "he had this owner already")

    def test_becoming_a_customer_and_getting_an_owner_at_once(self):
        self.contact.write({"is_bank_customer": True, "relationship_manager_id": self.rm_north.id})
        self.assert_owner(self.contact, self.rm_north, self.north_vip)

    def test_only_customers_have_owners(self):
        for vals in ({"relationship_manager_id": self.rm_north.id}, {"branch_id": self.north.id}):
            with self.assertRaises(ValidationError):
                self.contact.write(vals)
            with self.assertRaises(ValidationError):
                self.env["res.partner"].create({"name": "X", **vals})

    def test_by_import(self):
        self.env["ir.model.data"].create(
            {"name": "anna", "module": "__import__", "model": "res.partner", "res_id": self.anna.id}
        )
        result = self.env["res.partner"].load(
            ["id", "relationship_manager_id", "branch_id"], [["__import__.anna", "bank_rm_south", "SOUTH"]]
        )
        self.assertFalse(result["messages"])
        self.assert_owner(self.anna, self.rm_south, self.south)
        self.assertEqual(len(self.anna.assignment_ids), 2)

    def test_the_reason_and_source_of_the_context_are_kept(self):
        self.anna.with_context(bank_assignment_reason="moved", bank_assignment_source="handover").write(
            {"relationship_manager_id": self.rm_south.id}
        )
        assignment = self.active(self.anna)
        self.assertEqual((assignment.reason, assignment.source), ("moved", "handover"))

    def test_the_number_of_queries_does_not_grow_with_the_customers(self):
        def queries(count):
            partners = self.env["res.partner"].create(
                [
                    {"name": f"Q{index}", "is_bank_customer": True, "relationship_manager_id": self.rm_north.id}
                    for index in range(count)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.write({"relationship_manager_id": self.rm_south.id, "branch_id": self.south.id})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(2)
        few, many = queries(2), queries(100)
        self.assertLessEqual(many, few + 3)
        self.assertLess(many, 40)


class TestWriteOnAssignment(MirrorCase):
    def assign(self, partner, **vals):
        return self.env["bank.assignment"].create({"partner_id": partner.id, **vals})

    def test_a_new_primary_is_mirrored(self):
        self.assign(self.olga, user_id=self.rm_south.id, branch_id=self.south.id)
        self.assert_owner(self.olga, self.rm_south, self.south)

    def test_an_ended_one_leaves_nobody(self):
        self.active(self.anna).date_to = "2099-12-31"
        self.assert_owner(self.anna, None, None)

    def test_a_changed_one_is_mirrored(self):
        self.active(self.anna).user_id = self.rm_south
        self.assert_owner(self.anna, self.rm_south, self.north_vip)

    def test_a_deleted_one_leaves_nobody(self):
        self.active(self.anna).unlink()
        self.assert_owner(self.anna, None, None)

    def test_backups_and_specialists_are_not_mirrored(self):
        for role in ("backup", "specialist"):
            self.assign(self.anna, user_id=self.rm_south.id, role=role)
        self.assert_owner(self.anna, self.rm_north, self.north_vip)

    def test_a_backup_sees_the_customer_until_he_is_ended(self):
        backup = self.assign(self.anna, user_id=self.rm_south.id, role="backup")
        self.assertEqual(self.as_user("rm_south", self.anna).name, "Anna")
        backup.date_to = backup.date_from
        self.assertFalse(self.as_user("rm_south", self.env["res.partner"]).search([("id", "=", self.anna.id)]))

    def test_a_role_becoming_primary_is_mirrored(self):
        backup = self.assign(self.olga, user_id=self.rm_south.id, role="backup")
        self.assert_owner(self.olga, None, None)
        backup.role = "primary"
        self.assert_owner(self.olga, self.rm_south, None)
