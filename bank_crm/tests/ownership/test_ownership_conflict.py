"""Customers served by several branches without a clear owner."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, freeze_time, tagged

from .handover_common import MORNING, HandoverWorld


@tagged("post_install", "-at_install")
class TestConflicts(HandoverWorld, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(MORNING))
        cls.make_world()
        cls.conflicts = cls.env["bank.ownership.conflict"]
        cls.lost = cls.make_customer("Lost")
        cls.at_north = cls.make_holding(
            cls.account, {cls.lost: 100}, 1000, on="2026-01-15", branch_id=cls.north.id, opened_on="2020-01-01"
        )
        cls.at_south = cls.make_holding(
            cls.account, {cls.lost: 100}, 9000, on="2026-03-01", branch_id=cls.south.id, opened_on="2021-01-01"
        )

    def rows(self, partner, role=None):
        self.env.flush_all()
        conflicts = self.as_user(role, self.conflicts) if role else self.conflicts
        return conflicts.search([("partner_id", "=", partner.id)])

    def test_a_row_for_each_branch(self):
        rows = self.rows(self.lost)
        self.assertEqual(rows.branch_id, self.north | self.south)
        self.assertEqual(set(rows.mapped("kind")), {"unowned"})
        self.assertEqual(set(rows.mapped("branch_count")), {2})
        self.assertEqual(rows.mapped("holding_count"), [1, 1])

    def test_one_branch_is_no_conflict_and_closed_holdings_do_not_count(self):
        self.at_south.write({"closed_on": "2026-03-15", "state": "closed"})
        self.assertFalse(self.rows(self.lost))
        self.at_south.write({"closed_on": False, "state": "active", "is_held_away": True})
        self.assertFalse(self.rows(self.lost))

    def test_a_clear_owner_ends_it_and_a_claim_reopens_it(self):
        self.lost.write({"relationship_manager_id": self.users["rm_south"].id, "branch_id": self.south.id})
        self.assertFalse(self.rows(self.lost))
        self.as_user("rm_north", self.env["bank.ownership.claim"]).submit_for_number(
            {"customer_number": self.lost.customer_number, "basis": "opening_branch", "evidence": "2020"}
        )
        rows = self.rows(self.lost)
        self.assertEqual(set(rows.mapped("kind")), {"contested"})
        self.assertEqual(rows.filtered("is_claimed").branch_id, self.north_vip)
        with self.assertRaises(UserError):
            rows.action_propose_owner()

    def test_who_sees_it(self):
        self.assertEqual(len(self.rows(self.lost, "operations")), 2)
        self.assertFalse(self.rows(self.lost, "manager_north"))  # he belongs to no branch yet
        self.assertFalse(self.rows(self.lost, "rm_north"))
        for role in ("agent", "bank_admin", "employee", "portal"):
            with self.assertRaises(AccessError):
                self.rows(self.lost, role)
        self.lost.branch_id = self.north
        self.assertEqual(len(self.rows(self.lost, "manager_north")), 2)
        self.assertFalse(self.rows(self.lost, "manager_south"))

    def test_groups_and_the_heat_map(self):
        self.env.flush_all()
        counts = dict(self.conflicts._read_group([], ["branch_id"], ["__count"]))
        self.assertEqual((counts[self.north], counts[self.south]), (1, 1))
        branches = self.as_user("operations", self.north | self.south | self.head)
        self.assertEqual(branches.mapped("conflict_count"), [1, 1, 0])
        self.assertEqual(branches.mapped("conflict_heat"), [10, 10, 0])
        self.assertEqual(self.as_user("bank_admin", self.north).conflict_count, 0)

    def test_the_order_of_the_rules(self):
        propose = self.conflicts._propose_branches
        self.assertEqual(propose(self.lost.ids), {self.lost.id: (self.north.id, "opening_branch")})
        self.at_south.opened_on = self.at_north.opened_on = "2020-01-01"  # a tie: the balances decide
        self.assertEqual(propose(self.lost.ids), {self.lost.id: (self.south.id, "balance")})
        claims = self.env["bank.ownership.claim"]
        for role, basis, branch in (("rm_south", "household", self.south), ("rm_north", "contract", self.north_vip)):
            self.as_user(role, claims).submit_for_number(
                {"customer_number": self.lost.customer_number, "basis": basis, "evidence": "x"}
            )
            self.assertEqual(propose(self.lost.ids), {self.lost.id: (branch.id, basis)})

    def test_the_average_counts_days(self):
        """9,000 since 1 March are 31 days of 90: 3,100 a day. 4,000 all the time are more."""
        self.at_south.opened_on = self.at_north.opened_on
        self.env["bank.balance"].create({"holding_id": self.at_north.id, "date": "2025-12-01", "amount": 4000})
        self.env["bank.balance"].search(
            [("holding_id", "=", self.at_north.id), ("date", "=", "2026-01-15")]
        ).amount = 4000
        self.assertEqual(self.conflicts._propose_branches(self.lost.ids)[self.lost.id], (self.north.id, "balance"))

    def test_an_unclear_case_gets_no_proposal(self):
        self.at_south.opened_on = self.at_north.opened_on
        self.env["bank.balance"].search([("holding_id", "in", (self.at_north | self.at_south).ids)]).write(
            {"amount": 0}
        )
        self.assertEqual(self.conflicts._propose_branches(self.lost.ids), {})

    def test_a_proposal_is_shown_and_applied(self):
        self.rm.bank_branch_id = self.north
        action = self.rows(self.lost, "operations").action_propose_owner()
        proposal = self.as_user("operations", self.env["bank.assignment.proposal"]).browse(action["res_id"])
        line = proposal.line_ids
        self.assertEqual(
            (line.partner_id.id, line.branch_id.id, line.user_id.id), (self.lost.id, self.north.id, self.rm.id)
        )
        self.assertEqual(line.basis, "Account Opened Here")
        self.assertFalse(self.lost.relationship_manager_id)
        proposal.action_apply()
        self.env.invalidate_all()
        self.assertEqual((self.lost.relationship_manager_id, self.lost.branch_id), (self.rm, self.north))
        self.assertFalse(self.rows(self.lost))

    def test_a_branch_without_people_gets_him_into_its_pool(self):
        action = self.rows(self.lost, "operations").action_propose_owner()
        proposal = self.as_user("operations", self.env["bank.assignment.proposal"]).browse(action["res_id"])
        proposal.action_apply()
        self.env.invalidate_all()
        self.assertEqual((self.lost.relationship_manager_id.id, self.lost.branch_id), (False, self.north))
