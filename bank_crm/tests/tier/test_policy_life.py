"""Drafts, proposals, versions; households; merges."""

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from .common import PolicyCase, month

K = 1000


@freeze_time("2026-01-05 12:00:00")
class TestLife(PolicyCase):
    def test_two_persons(self):
        admin, colleague = self.users["bank_admin"], self.users["compliance"]
        policy = self.ccb.with_user(admin)
        policy.action_propose("2025-03-17")
        self.assertEqual((policy.state, policy.valid_from, policy.proposed_by_id), ("proposed", month(3), admin))
        with self.assertRaisesRegex(AccessError, "second_person"):
            policy.action_activate()
        for role in ("rm_north", "manager_north", "agent", "auditor", "operations"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_user(role, self.ccb).action_activate()
        self.ccb.with_user(colleague).action_activate()
        self.assertEqual((self.ccb.state, self.ccb.approved_by_id), ("active", colleague))

    def test_only_administrators_propose(self):
        for role in ("compliance", "operations", "manager_north", "auditor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_user(role, self.ccb).action_propose()

    def test_what_is_proposed_or_active_does_not_change(self):
        spare = self.env["bank.tier"].create({"name": "Spare", "code": "spare", "min_amount": 5})
        self.ccb.with_user(self.users["bank_admin"]).action_propose()
        for prepare in (lambda: None, lambda: self.ccb.with_user(self.checker).action_activate()):
            prepare()
            policy = self.as_user("bank_admin", self.ccb)
            level, other = policy.level_ids[0], self.as_user("bank_admin", self.bohai).level_ids[0]
            for change in (
                lambda policy=policy: policy.write({"name": "Other"}),
                lambda policy=policy: policy.write({"valid_from": "2020-01-01"}),
                lambda policy=policy: policy.write({"level_ids": [Command.clear()]}),
                lambda policy=policy: policy.action_fill_levels(),
                lambda policy=policy: policy.unlink(),
                lambda level=level: level.write({"min_amount": 7}),
                lambda level=level: level.unlink(),
                lambda level=level: level.copy({"tier_id": spare.id}),
                lambda other=other: other.write({"policy_id": self.ccb.id}),
                lambda policy=policy: policy.env["bank.tier.policy.weight"].create(
                    {"policy_id": policy.id, "product_class": "fund", "weight": 9}
                ),
            ):
                with mute_logger("odoo.sql_db"), self.assertRaises(UserError):
                    change()

    def test_forgeries(self):
        policy = self.as_user("bank_admin", self.ccb)
        for name, value in {"state": "active", "version": 7, "valid_to": "2030-01-01", "approved_by_id": 1}.items():
            with self.subTest(name=name), self.assertRaisesRegex(AccessError, "guarded_field"):
                policy.write({name: value})
            with self.subTest(created=name), self.assertRaisesRegex(AccessError, "guarded_field"):
                policy.create({"name": "F", "code": "F", name: value})

    def test_the_next_version_retires_the_former_one(self):
        self.activate(self.ccb, month(1))
        action = self.as_user("bank_admin", self.ccb).action_new_version()
        new = self.env["bank.tier.policy"].browse(action["res_id"])
        self.assertEqual((new.code, new.version, new.state, len(new.level_ids)), ("CCB", 2, "draft", 5))
        with self.assertRaisesRegex(UserError, "month_decided"):
            new.with_user(self.users["bank_admin"]).action_propose("2025-01-01")
        self.activate(new, month(6))
        self.assertEqual((self.ccb.state, str(self.ccb.valid_to)), ("retired", "2025-05-31"))
        active = self.env["bank.tier.policy"]._active_for
        self.assertEqual(active(self.company, month(5)), self.ccb)
        self.assertEqual(active(self.company, month(6)), new)
        self.assertFalse(active(self.company, month(12, 2024)))
        self.assertFalse(active(self.env["res.company"].create({"name": "Other"}), month(6)))

    def test_a_month_has_one_policy(self):
        self.activate(self.ccb, month(1))
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.ExclusionViolation):
            self.bohai._unguarded().write({"state": "retired", "valid_from": "2025-02-01", "valid_to": "2025-02-28"})
            self.bohai.flush_recordset()

    def test_a_decided_month_stays_decided(self):
        self.activate(self.ccb, month(1))
        self.walk(self.carl, [60 * K] * 3)
        with self.assertRaisesRegex(UserError, "month_decided"):
            self.bohai.with_user(self.users["bank_admin"]).action_propose("2025-03-01")
        self.bohai.with_user(self.users["bank_admin"]).action_propose("2025-04-01")
        self.bohai.with_user(self.checker).action_withdraw()
        self.assertEqual(self.bohai.state, "draft")

    def test_incomplete_policies_are_refused(self):
        policy = self.as_user("bank_admin", self.bohai)
        policy.level_ids[0].min_amount = 1
        with self.assertRaisesRegex(ValidationError, "policy_incomplete"):
            policy.action_propose()
        policy.level_ids[0].min_amount = 0
        policy.level_ids.filtered(lambda level: level.tier_id.code == "gold").min_amount = 300 * K
        with self.assertRaisesRegex(ValidationError, "policy_incomplete"):
            policy.action_propose()

    def test_a_new_version_mid_way_counts_on(self):
        """The months below go on counting; the new version's months decide from its first month on."""
        self.activate(self.ccb, month(1))
        self.walk(self.carl, [600 * K, 1, 2])
        self.activate(self.bohai, month(4))
        self.set_month(self.carl, month(4), 250 * K)
        self.judge(self.carl, month(4))
        self.assertEqual(self.picture(self.carl)[-2:], [("below", "premier", 2), ("downgraded", "vip", 3)])
        self.assertEqual(self.carl.tier_history_ids.sorted("id")[-1].policy_id, self.bohai)
        # an earlier month is judged by the version of its time
        self.set_month(self.carl, month(3), 700 * K)
        self.Standing._catch_up(self.carl.ids)
        self.assertEqual(self.picture(self.carl)[2:], [("kept", "premier", 0), ("watch", "premier", 1)])
        rows = self.Standing.search([("partner_id", "=", self.carl.id)], order="month")
        self.assertEqual([row.policy_id.code for row in rows], ["CCB"] * 3 + ["BOHAI"])

    def test_a_tier_that_the_new_policy_does_not_know(self):
        self.activate(self.ccb, month(1))
        self.walk(self.carl, [250 * K])
        self.bohai.level_ids.filtered(lambda level: level.tier_id.code == "vip").unlink()
        self.activate(self.bohai, month(2))
        self.set_month(self.carl, month(2), 250 * K)
        self.judge(self.carl, month(2))
        self.assertEqual(self.history(self.carl)[-1][:2], ("policy", "gold"))


@freeze_time("2026-01-05 12:00:00")
class TestSentences(PolicyCase):
    def test_upgrade_and_downgrade(self):
        self.activate(self.ccb, month(1))
        self.walk(self.carl, [60 * K, 612 * K, 400 * K, 1, 2, 3, 4, 5])
        entries = self.carl.tier_history_ids.sorted("id")
        self.assertEqual(
            entries[1].sentence,
            "Your average assets in February 2025 were ¥\N{NO-BREAK SPACE}612,000.00; Premier starts at "
            "¥\N{NO-BREAK SPACE}500,000.00, so you are Premier from February 1, 2025.",
        )
        self.assertIn("For 6 months in a row your average assets were below", entries[2].sentence)
        self.assertIn("March 2025 400,000.00", entries[2].sentence)
        self.assertIn("belongs to VIP, so you are VIP from September 1, 2025", entries[2].sentence)
        self.assertEqual(entries[2].inputs["bad_months"], 6)
        self.assertEqual(len(entries[2].inputs["months_below"]), 6)
        self.assertEqual(entries[2].rule_version, "CCB-1")

    def test_outlook(self):
        self.activate(self.ccb, month(1))
        self.walk(self.carl, [600 * K, 1, 1, 1, 1])
        carl = self.as_user("rm_south", self.carl)
        self.assertEqual((carl.tier_state, carl.tier_months_below), ("watch", 4))
        self.assertEqual(str(carl.tier_downgrade_on), "2025-08-01")
        self.assertTrue(carl.is_tier_watched)
        self.assertFalse(carl.is_tier_at_risk)
        partners = carl.env["res.partner"]
        self.assertIn(carl, partners.search([("is_tier_watched", "=", True)]))
        self.assertNotIn(carl, partners.search([("is_tier_at_risk", "=", True)]))
        self.set_month(self.carl, month(6), 1)
        self.judge(self.carl, month(6))
        self.assertIn(carl, partners.search([("is_tier_at_risk", "=", True)]))
        self.assertIn("downgrade from August 1, 2025", self.as_user("rm_south", self.carl).tier_outlook)
        self.set_month(self.carl, month(7), 900 * K, state="open", days=20)
        self.assertFalse(self.as_user("rm_south", self.carl).tier_downgrade_on)


@freeze_time("2026-01-05 12:00:00")
class TestHouseholds(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ccb.household_scope = "household"
        cls.activate(cls.ccb, month(1))
        cls.group = cls.env["bank.group"].create({"name": "Family", "currency_id": cls.cny.id})
        cls.members = cls.env["bank.group.member"].create(
            [
                {"group_id": cls.group.id, "partner_id": partner.id, "date_from": "2024-01-01", "is_head": not index}
                for index, partner in enumerate(cls.anna | cls.ben)
            ]
        )
        cls.set_month(cls.anna, month(1), 150 * K)
        cls.set_month(cls.ben, month(1), 60 * K)
        cls.env["bank.group.month"].create(
            {
                "group_id": cls.group.id,
                "company_id": cls.company.id,
                "month": month(1),
                "currency_id": cls.cny.id,
                "adb_aum": 210 * K,
                "coverage_days": 31,
            }
        )

    def test_the_better_of_both(self):
        self.judge(self.anna | self.ben, month(1))
        self.assertEqual((self.anna.tier_id.code, self.ben.tier_id.code), ("vip", "vip"))

    def test_what_the_others_have_stays_closed(self):
        self.judge(self.anna | self.ben, month(1))
        standing = self.as_user("rm_north", self.Standing).search([("partner_id", "=", self.ben.id)])
        self.assertEqual((standing.metric_amount, standing.is_household, standing.next_short), (60 * K, True, 0))
        with self.assertRaises(AccessError):
            standing.read(["decisive_amount"])
        entry = self.ben.tier_history_ids
        self.assertNotIn("210", entry.sentence)
        self.assertIn("of your household reached", entry.sentence)

    def test_who_agreed_is_shown(self):
        self.members[0].has_consented = True
        self.judge(self.anna | self.ben, month(1))
        standing = self.Standing.search([("partner_id", "=", self.ben.id)])
        self.assertEqual(standing.metric_amount, 210 * K)

    def test_who_is_no_longer_a_member_or_does_not_bring_in_his_assets(self):
        self.members[0].include_assets = False
        self.members[1].write({"date_to": "2025-01-15"})
        self.judge(self.anna | self.ben, month(1))
        self.assertEqual((self.anna.tier_id.code, self.ben.tier_id.code), ("gold", "gold"))


@freeze_time("2026-01-05 12:00:00")
class TestWeights(PolicyCase):
    def test_weighted_by_class(self):
        self.ccb.write(
            {
                "metric": "weighted",
                "weight_ids": [
                    Command.create({"product_class": "deposit", "weight": 0.5}),
                    Command.create({"product_class": "loan", "weight": -1}),
                ],
            }
        )
        self.activate(self.ccb, month(1))
        self.set_month(self.carl, month(1), 0, adb_deposit=400 * K, adb_fund=20 * K, adb_loan=20 * K)
        self.judge(self.carl, month(1))
        self.assertEqual(self.carl.tier_id.code, "vip")
        self.assertEqual(self.Standing.search([("partner_id", "=", self.carl.id)]).metric_amount, 200 * K)

    def test_end_of_month(self):
        self.ccb.metric = "end_of_month"
        self.activate(self.ccb, month(1))
        self.set_month(self.carl, month(1), 600 * K, eop_aum=60 * K)
        self.judge(self.carl, month(1))
        self.assertEqual(self.carl.tier_id.code, "gold")


@freeze_time("2026-01-05 12:00:00")
class TestMerge(PolicyCase):
    def merge(self, partners, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(partners.ids, dst_partner=target)
        self.env.invalidate_all()

    def test_one_chain_stays_and_is_judged_anew(self):
        self.activate(self.ccb, month(1))
        for partner, amounts in ((self.anna, [60 * K, 1, 1]), (self.ben, [150 * K, 150 * K, 150 * K, 150 * K])):
            self.walk(partner, amounts)
        # the run ``months`` gives the customer that remains the figures of both
        self.env.cr.execute("DELETE FROM bank_customer_month WHERE partner_id = %s", [self.ben.id])
        self.merge(self.anna | self.ben, self.anna)
        self.assertEqual(len(self.picture(self.anna)), 3)
        for number in range(1, 5):
            self.set_month(self.anna, month(number), 210 * K)
        self.Standing._catch_up(self.anna.ids)
        self.assertEqual([row[1] for row in self.picture(self.anna)], ["vip"] * 4)
        self.assertEqual(self.anna.tier_id.code, "vip")

    def test_manual_tiers(self):
        for partner in self.anna | self.ben:
            override = self.env["bank.tier.override"].create(
                {
                    "partner_id": partner.id,
                    "tier_id": self.tier("private").id,
                    "reason": "r",
                    "valid_until": "2026-02-01",
                }
            )
            override.with_user(self.checker).action_approve()
        self.merge(self.anna | self.ben, self.anna)
        self.assertEqual(sorted(self.anna.tier_override_ids.mapped("state")), ["approved", "replaced"])


@freeze_time("2026-01-05 12:00:00")
class TestNight(PolicyCase):
    def test_a_night_and_another(self):
        self.activate(self.ccb, month(11))
        for partner, amount in ((self.anna, 60 * K), (self.carl, 600 * K)):
            for number in (11, 12):
                self.set_month(partner, month(number), amount)
            self.set_month(partner, month(13), amount, state="open", days=4)
        everybody = self.env["res.partner"].search([("is_bank_customer", "=", True)])
        run = self.env["bank.run"]
        self.assertEqual(run._rule_version("tiers"), "CCB-1")
        self.assertGreaterEqual(run._job_tiers(everybody.ids), 4)
        self.env.invalidate_all()
        self.assertEqual((self.anna.tier_id.code, self.carl.tier_id.code), ("gold", "premier"))
        self.assertEqual(run._job_tiers(everybody.ids), 0)

    def test_in_batches_as_at_once(self):
        self.activate(self.bohai, month(1))
        for number, amount in enumerate([600 * K, 1, 1, 1, 60 * K], 1):
            self.set_months((partner, month(number), amount, 31) for partner in (self.anna, self.ben, self.carl))
        run = self.env["bank.run"]
        run._job_tiers(self.anna.ids)
        run._job_tiers((self.ben | self.carl).ids)
        self.env.invalidate_all()
        self.assertEqual(self.picture(self.anna), self.picture(self.carl))
        self.assertEqual(run._job_tiers((self.anna | self.ben | self.carl).ids), 0)
