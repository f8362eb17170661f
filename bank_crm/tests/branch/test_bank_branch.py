"""The tree of branches."""

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ..common import BankCase


class TestTree(BankCase):
    def test_complete_names_follow_the_tree(self):
        self.assertEqual(self.north_vip.complete_name, "Head Office / North Branch / North VIP")
        self.north.name = "Northern Branch"
        self.assertEqual(self.north_vip.complete_name, "Head Office / Northern Branch / North VIP")
        self.north_vip.parent_id = self.south
        self.assertEqual(self.north_vip.complete_name, "Head Office / South Branch / North VIP")

    def test_display_name_has_the_code(self):
        self.assertEqual(self.north.display_name, "[NORTH] North Branch")
        self.assertEqual(self.env["bank.branch"].name_search("NVIP")[0][0], self.north_vip.id)
        self.assertIn(self.north_vip.id, dict(self.env["bank.branch"].name_search("North Branch / North")))

    def test_child_of_goes_down_the_tree(self):
        found = self.env["bank.branch"].search([("id", "child_of", self.north.id)])
        self.assertEqual(found, self.north | self.north_vip)

    def test_a_cycle_is_refused(self):
        for parent in (self.north_vip, self.north):
            with self.assertRaises(UserError):
                self.north.parent_id = parent
        self.assertEqual(self.north.parent_id, self.head)

    def test_codes_are_unique_in_a_company(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.make_branch("NORTH", "Another")

    def test_two_companies_may_use_the_same_code(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        self.assertTrue(self.make_branch("NORTH", "Theirs", company_id=other.id))

    def test_a_parent_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        with self.assertRaises(UserError):
            self.make_branch("X", "Theirs", parent=self.head, company_id=other.id)

    def test_a_branch_with_sub_branches_cannot_be_deleted(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.ForeignKeyViolation):
            self.north.unlink()

    def test_a_copy_needs_a_code_of_its_own(self):
        self.assertEqual(self.north.copy({"code": "COPY"}).code, "COPY")

    def test_only_administrators_change_branches(self):
        for role in ("rm_north", "manager_north", "agent", "operations", "auditor"):
            branch = self.as_user(role, self.north)
            self.assertEqual(branch.code, "NORTH")
            with self.assertRaises(AccessError):
                branch.name = "Mine"
        self.as_user("bank_admin", self.north).name = "Renamed"
        with self.assertRaises(AccessError):
            self.as_user("employee", self.north).read(["name"])


class TestManagerOpensAccess(BankCase):
    def sees(self, role, partner):
        return bool(self.as_user(role, self.env["res.partner"]).search([("id", "=", partner.id)]))

    def test_a_new_manager_sees_at_once_and_the_former_no_more(self):
        manager = self.users["manager_north"]
        self.assertTrue(self.sees("manager_north", self.anna))
        self.assertFalse(self.sees("manager_north", self.carl))
        self.south.manager_id = manager
        self.assertTrue(self.sees("manager_north", self.carl))
        self.north.manager_id = False
        self.assertFalse(self.sees("manager_north", self.anna))
        self.south.manager_id = self.users["rm_north"]
        self.assertFalse(self.sees("manager_north", self.carl))

    def test_moving_a_branch_moves_access(self):
        self.north_vip.parent_id = self.south
        self.assertFalse(self.sees("manager_north", self.anna))
        self.assertTrue(self.sees("manager_north", self.pia))

    def test_writing_from_the_user_s_side_works_too(self):
        self.users["manager_north"].managed_branch_ids = [(6, 0, self.south.ids)]
        self.assertFalse(self.sees("manager_north", self.anna))
        self.assertTrue(self.sees("manager_north", self.carl))

    def test_losing_the_role_closes_access_at_once(self):
        self.assertTrue(self.sees("rm_north", self.anna))
        self.users["rm_north"].group_ids = self.env.ref("base.group_user")
        self.assertFalse(self.sees("rm_north", self.anna))

    def test_a_new_role_opens_access_at_once(self):
        self.assertFalse(self.sees("employee", self.anna))
        self.users["employee"].group_ids |= self.env.ref("bank_crm.group_service_agent")
        self.assertTrue(self.sees("employee", self.anna))

    def test_a_manager_without_a_branch_sees_his_own_customers_only(self):
        self.north.manager_id = False
        self.assertFalse(self.sees("manager_north", self.anna))
        self.carl.relationship_manager_id = self.users["manager_north"]
        self.assertTrue(self.sees("manager_north", self.carl))
