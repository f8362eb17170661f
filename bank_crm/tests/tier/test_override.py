"""Tiers by hand: two persons, a reason, a last day."""

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from .common import PolicyCase, month

K = 1000


@freeze_time("2028-02-10 12:00:00")
class OverrideCase(PolicyCase):
    def request(self, partner=None, role="rm_north", **values):
        partner = partner or self.anna
        return self.as_user(role, self.env["bank.tier.override"]).create(
            {
                "partner_id": partner.id,
                "tier_id": self.tier("premier").id,
                "reason": "Brings his firm",
                "valid_from": "2028-02-10",
                "valid_until": "2028-02-29",
                **values,
            }
        )

    def night(self, partners=None):
        self.env.flush_all()
        changed = self.env["bank.run"]._job_tiers((partners or self.anna).ids)
        self.env.invalidate_all()
        return changed


class TestTwoPersons(OverrideCase):
    def test_asked_for_and_approved(self):
        override = self.request()
        self.assertEqual(override.activity_ids.user_id, self.users["manager_north"])
        self.assertFalse(self.anna.tier_id)
        self.as_user("manager_north", override).action_approve("ok")
        self.assertEqual(self.anna.tier_id.code, "premier")
        self.assertFalse(override.activity_ids)
        entry = self.anna.tier_history_ids
        self.assertEqual(
            (entry.reason, entry.approver_id, str(entry.valid_until)),
            ("manual", self.users["manager_north"], "2028-02-29"),
        )
        self.assertEqual(entry.sentence, "We have made you Premier from February 10, 2028 until February 29, 2028.")
        self.assertEqual(self.events(self.anna, "tier.changed").payload["reason"], "manual")

    def test_nobody_decides_on_his_own_request(self):
        override = self.request(role="manager_north")
        with self.assertRaisesRegex(AccessError, "second_person"):
            self.as_user("manager_north", override).action_approve()
        self.as_user("operations", override).action_approve()
        mine = self.request(self.carl, role="operations")
        with self.assertRaisesRegex(AccessError, "second_person"):
            self.as_user("operations", mine).action_approve()
        self.as_user("compliance", mine).action_approve()
        self.assertEqual(self.carl.tier_id.code, "premier")

    def test_other_branches_and_roles_do_not_decide(self):
        override = self.request(self.carl, role="rm_south")
        for role in ("manager_north", "rm_north", "agent", "auditor", "bank_admin"):
            for method in ("action_approve", "action_reject", "action_end"):
                with self.subTest(role=role, method=method), self.assertRaises(AccessError):
                    getattr(self.as_user(role, override), method)()
        self.assertEqual(override.state, "requested")

    def test_forgeries(self):
        override = self.request()
        forged = {
            "state": "approved",
            "approver_id": self.users["compliance"].id,
            "is_in_force": True,
            "requester_id": self.users["rm_south"].id,
            "base_tier_id": self.tier("vip").id,
        }
        for name, value in forged.items():
            with self.subTest(name=name), self.assertRaises(AccessError):
                self.as_user("operations", override).write({name: value})
            with self.subTest(created=name), self.assertRaises(AccessError):
                self.request(self.ben, **{name: value})
        with self.assertRaises(UserError):
            self.as_user("operations", override).valid_until = "2029-01-01"
        with self.assertRaises(UserError):
            self.as_user("rm_north", override).tier_id = self.tier("private")
        with self.assertRaises(UserError):
            self.as_user("operations", override).unlink()
        with self.assertRaises(AccessError):
            self.request(self.carl)

    def test_a_decided_request_is_not_decided_again(self):
        override = self.request()
        self.as_user("manager_north", override).action_reject("no")
        self.assertFalse(self.anna.tier_id)
        with self.assertRaisesRegex(UserError, "already_decided"):
            self.as_user("manager_north", override).action_approve()
        with self.assertRaisesRegex(UserError, "already_decided"):
            self.as_user("rm_north", override).action_cancel()

    def test_taking_back(self):
        override = self.request()
        with self.assertRaisesRegex(AccessError, "not_your_request"):
            self.as_user("operations", override).action_cancel()
        self.as_user("rm_north", override).action_cancel()
        self.assertEqual((override.state, len(override.activity_ids)), ("cancelled", 0))

    def test_how_long(self):
        for until, error in (("2028-02-09", psycopg2.errors.CheckViolation), ("2029-02-11", ValidationError)):
            with self.subTest(until=until), mute_logger("odoo.sql_db"), self.assertRaises(error):
                self.request(valid_until=until)
        self.request(valid_until="2029-02-10")
        self.env["ir.config_parameter"].set_param("bank_crm.tier_override_max_days", "10")
        with self.assertRaisesRegex(ValidationError, "override_too_long"):
            self.request(self.ben, valid_until="2028-02-21")


class TestDays(OverrideCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.activate(cls.ccb, month(1, 2028))
        cls.set_month(cls.anna, month(1, 2028), 60 * K)
        cls.Standing._compute_standings(cls.anna.ids, [month(1, 2028)])
        cls.env.invalidate_all()

    def approve(self, **values):
        override = self.request(**values)
        self.as_user("manager_north", override).action_approve()
        return override

    def test_the_last_day_is_the_29th_of_february(self):
        override = self.approve()
        with freeze_time("2028-02-29 12:00:00"):
            self.assertEqual(self.night(), 0)
            self.assertEqual(self.anna.tier_id.code, "premier")
        with freeze_time("2028-03-01 12:00:00"):
            self.assertEqual(self.night(), 1)
            self.assertEqual((override.state, override.is_in_force), ("expired", False))
            self.assertEqual(self.history(self.anna)[-1], ("expired", "gold", "2028-03-01"))
            self.assertEqual(self.night(), 0)
        self.assertIn("is over", self.anna.tier_history_ids.sorted("id")[-1].sentence)

    def test_it_begins_with_its_day(self):
        override = self.approve(valid_from="2028-02-20")
        self.assertEqual((self.anna.tier_id.code, override.is_in_force), ("gold", False))
        with freeze_time("2028-02-20 12:00:00"):
            self.night()
            self.assertEqual(self.anna.tier_id.code, "premier")

    def test_the_policy_goes_on_beneath(self):
        self.approve(valid_until="2028-12-31")
        self.set_month(self.anna, month(2, 2028), 250 * K)
        self.set_month(self.anna, month(3, 2028), 7_000 * K)
        with freeze_time("2028-03-01 12:00:00"):
            self.judge(self.anna, month(2, 2028))
            self.assertEqual(self.picture(self.anna)[-1], ("upgraded", "vip", 0))
            self.assertEqual(self.anna.tier_id.code, "premier")
        with freeze_time("2028-04-01 12:00:00"):
            self.judge(self.anna, month(3, 2028))
            self.assertEqual(self.anna.tier_id.code, "private", "at least: the policy gives more")

    def test_exactly(self):
        override = self.approve(effect="exactly", tier_id=self.tier("ordinary").id, valid_until="2028-12-31")
        self.assertEqual(self.anna.tier_id.code, "ordinary")
        self.set_month(self.anna, month(2, 2028), 7_000 * K)
        self.judge(self.anna, month(2, 2028))
        self.assertEqual(self.anna.tier_id.code, "ordinary")
        self.as_user("manager_north", override).action_end()
        self.assertEqual((self.anna.tier_id.code, override.state), ("private", "ended"))

    def test_a_second_one_replaces_the_first(self):
        first = self.approve()
        second = self.approve(tier_id=self.tier("private").id, valid_until="2028-03-31")
        self.assertEqual((first.state, second.is_in_force, self.anna.tier_id.code), ("replaced", True, "private"))
        with freeze_time("2028-04-01 12:00:00"):
            self.night()
            self.assertEqual(self.anna.tier_id.code, "gold")

    def test_users_do_not_write_tiers_under_a_policy(self):
        for role in ("manager_north", "operations"):
            with self.subTest(role=role), self.assertRaisesRegex(AccessError, "tier_by_policy"):
                self.as_user(role, self.anna).tier_id = self.tier("private")
        with self.assertRaisesRegex(AccessError, "tier_by_policy"):
            self.as_user("operations", self.env["res.partner"]).create(
                {"name": "New", "is_bank_customer": True, "tier_id": self.tier("private").id}
            )
        self.anna.tier_id = self.tier("private")  # server code, such as an import or the feed
        self.assertEqual(self.anna.tier_id.code, "private")


class TestWithoutPolicy(OverrideCase):
    def test_the_first_assignment_leaves_it(self):
        self.night()
        self.assertEqual(self.anna.tier_id.code, "gold")
        override = self.request()
        self.as_user("manager_north", override).action_approve()
        self.assertEqual(self.night(), 0)
        self.assertEqual(self.anna.tier_id.code, "premier")
        with freeze_time("2028-03-01 12:00:00"):
            self.night()
            self.assertEqual(self.anna.tier_id.code, "gold")
            self.assertEqual(self.night(), 0)
