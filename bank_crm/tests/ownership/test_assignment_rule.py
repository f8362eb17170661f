"""The unowned pool: who sees it, taking on, rules, preview, distribution."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .handover_common import HandoverWorld


@tagged("post_install", "-at_install")
class PoolCase(HandoverWorld, TransactionCase):
    """pia is in the pool of NORTH, olga in none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()

    def pool(self, role):
        return self.as_user(role, self.env["res.partner"]).search(
            [("is_bank_customer", "=", True), ("relationship_manager_id", "=", False)]
        )


class TestPool(PoolCase):
    def test_who_sees_it(self):
        self.assertEqual(self.pool("manager_north"), self.pia)
        self.assertTrue(self.pool("operations") >= self.pia | self.olga)
        for role in ("rm_north", "rm_south", "employee", "bank_admin", "manager_south"):
            self.assertFalse(self.pool(role) & (self.pia | self.olga), role)

    def test_a_branch_opens_its_pool_to_its_relationship_managers(self):
        self.rm.bank_branch_id = self.north
        self.north.pool_visible_to_managers = True
        self.assertEqual(self.pool("rm_north"), self.pia)
        self.assertFalse(self.pool("rm_south"))
        self.assertEqual(self.as_user("rm_north", self.pia).name, "Pia")
        self.north.pool_visible_to_managers = False
        self.assertFalse(self.pool("rm_north"))
        self.north.pool_visible_to_managers = True
        self.assertTrue(self.pool("rm_north"))
        self.rm.bank_branch_id = self.south
        self.assertFalse(self.pool("rm_north"))

    def test_an_owned_customer_is_no_longer_in_it(self):
        self.rm.bank_branch_id = self.north
        self.north.pool_visible_to_managers = True
        self.pia.relationship_manager_id = self.users["manager_north"]
        self.assertFalse(self.as_user("rm_north", self.env["res.partner"]).search([("id", "=", self.pia.id)]))

    def test_taking_on(self):
        self.rm.bank_branch_id = self.north
        self.north.pool_visible_to_managers = True
        self.as_user("rm_north", self.pia).action_take_on()
        self.env.invalidate_all()
        self.assertEqual((self.pia.relationship_manager_id, self.pia.branch_id), (self.rm, self.north))
        self.assertEqual(self.events(self.pia, "owner.changed")[-1].user_id, self.rm)
        with self.assertRaisesRegex(UserError, "has_owner"):
            self.as_user("manager_north", self.pia).action_take_on()

    def test_nobody_takes_on_what_he_does_not_see_or_what_is_owned(self):
        for role in ("rm_north", "rm_south"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.pia).action_take_on()
        for role in ("agent", "employee", "operations"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.pia).action_take_on()
        with self.assertRaises(UserError):
            self.as_user("manager_north", self.anna).action_take_on()
        self.assertEqual(self.anna.relationship_manager_id, self.rm)


class TestRules(PoolCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.newcomers = cls.env["res.partner"]
        for number in range(6):
            cls.newcomers += cls.make_customer(
                f"Newcomer {number}",
                branch=cls.north,
                customer_type="company" if number < 2 else "individual",
            )
        cls.rm_south, cls.manager = cls.users["rm_south"], cls.users["manager_north"]

    def make_rule(self, **values):
        return self.env["bank.assignment.rule"].create(
            {
                "name": "Rule",
                "branch_id": self.north.id,
                "user_ids": [Command.set((self.rm | self.stand_in).ids)],
                **values,
            }
        )

    def preview(self, role="manager_north"):
        proposal = self.as_user(role, self.env["bank.assignment.proposal"]).create({})
        proposal.action_preview()
        return proposal

    def owners(self):
        self.env.invalidate_all()
        owners = (self.newcomers | self.pia).grouped("relationship_manager_id")
        return {user: len(partners) for user, partners in owners.items()}

    def test_a_preview_changes_nothing(self):
        self.make_rule()
        proposal = self.preview()
        self.assertEqual((proposal.customer_count, proposal.placed_count), (7, 7))
        # rm_north has anna and ben, the stand-in nobody: 7 more make 4 and 5 or 5 and 4
        loads = {load.user_id: (load.before, load.after) for load in proposal.load_ids}
        self.assertEqual(loads[self.rm][0], 2)
        self.assertEqual(loads[self.stand_in][0], 0)
        self.assertEqual(sorted(after for _before, after in loads.values()), [4, 5])
        self.assertEqual(self.owners(), {self.env["res.users"]: 7})

    def test_applying_does_what_was_shown_once(self):
        self.make_rule()
        proposal = self.preview()
        shown = {line.partner_id: line.user_id for line in proposal.line_ids}
        proposal.action_apply()
        self.env.invalidate_all()
        for partner, user in shown.items():
            self.assertEqual(partner.with_env(self.env).relationship_manager_id, user.with_env(self.env))
        self.assertEqual(self.active_owner(self.pia).source, "rule")
        with self.assertRaises(UserError):
            proposal.action_apply()
        with self.assertRaises(UserError):
            self.preview().action_apply()

    def test_who_got_an_owner_meanwhile_is_left_alone(self):
        self.make_rule()
        proposal = self.preview()
        self.pia.relationship_manager_id = self.manager
        self.env.flush_all()
        proposal.action_apply()
        self.env.invalidate_all()
        self.assertEqual(self.pia.relationship_manager_id, self.manager)

    def test_capacity_passes_on_to_the_next_rule(self):
        self.make_rule(capacity=3)
        self.make_rule(name="Rest", sequence=20, strategy="fixed", user_ids=[Command.set(self.manager.ids)])
        self.preview().action_apply()
        self.assertEqual(self.owners(), {self.rm: 1, self.stand_in: 3, self.manager: 3})

    def test_in_turn_goes_on_where_it_stopped(self):
        rule = self.make_rule(strategy="round_robin", customer_type="company")
        users = (self.rm | self.stand_in).sorted("id")
        first = self.make_customer("Third Company", branch=self.north, customer_type="company")
        self.preview().action_apply()
        self.env.invalidate_all()
        self.assertEqual([p.relationship_manager_id for p in (*self.newcomers[:2], first)], [*users, users[0]])
        self.assertEqual(rule.last_user_id, users[0])
        later = self.make_customer("Fourth Company", branch=self.north, customer_type="company")
        self.preview().action_apply()
        self.env.invalidate_all()
        self.assertEqual(later.relationship_manager_id, users[1])

    def test_conditions(self):
        gold = self.env["bank.tier"].search([], limit=1)
        self.newcomers.tier_id = False
        self.newcomers[3].tier_id = gold
        self.newcomers[4].lang = False
        self.newcomers[5].lang = "en_US"
        self.make_rule(tier_ids=[Command.set(gold.ids)])
        proposal = self.preview()
        self.assertEqual(proposal.line_ids.filtered("user_id").partner_id.ids, self.newcomers[3].ids)
        self.make_rule(lang="en_US", customer_type="individual", sequence=20)
        placed = self.preview().line_ids.filtered("user_id").partner_id
        self.assertIn(self.newcomers[5].id, placed.ids)
        self.assertNotIn(self.newcomers[4].id, placed.ids)
        self.assertNotIn(self.newcomers[0].id, placed.ids)

    def test_a_manager_distributes_his_pool_only(self):
        self.make_rule(branch_id=False)
        proposal = self.preview()
        self.assertNotIn(self.olga.id, proposal.line_ids.partner_id.ids)
        self.assertIn(self.olga.id, self.preview("operations").line_ids.partner_id.ids)

    def test_lines_cannot_be_forged(self):
        self.make_rule()
        proposal = self.preview()
        with self.assertRaises(AccessError):
            proposal.line_ids[0].user_id = self.manager
        with self.assertRaises(AccessError):
            proposal.line_ids.create(
                {"proposal_id": proposal.id, "partner_id": self.carl.id, "user_id": self.manager.id}
            )
        with self.assertRaises(AccessError):
            proposal.write({"line_ids": [Command.create({"partner_id": self.carl.id})]})
        with self.assertRaises(AccessError):
            proposal.write({"is_applied": False})
        for role in ("rm_north", "agent", "bank_admin", "auditor"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.env["bank.assignment.proposal"]).create({})

    def test_the_number_of_statements_does_not_grow(self):
        self.make_rule()

        def count():
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.preview().action_apply()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = count()
        for number in range(80):
            self.make_customer(f"Many {number}", branch=self.north)
        self.assertLessEqual(count(), few + 4)
