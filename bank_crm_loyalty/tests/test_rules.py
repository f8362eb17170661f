from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .earning_common import EarningCase


@tagged("post_install", "-at_install")
class TestRules(EarningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "bank_loyalty", groups="bank_crm_loyalty.group_loyalty_manager")

    def test_an_active_version_never_changes(self):
        tier = self.env["bank.tier"].search([], limit=1)
        rule = self.make_wealth_rule(
            multiplier_ids=[Command.create({"tier_id": tier.id, "factor_num": 2})], activate=False
        ).with_user(self.manager)
        rule.name = "Still a draft"
        rule.action_activate()
        forgeries = [
            {"threshold": 0},
            {"name": "x"},
            {"valid_to": "2026-12-31"},
            {"band_ids": [Command.update(rule.band_ids.id, {"rate_num": 99})]},
            {"band_ids": [Command.create({"from_amount": 5, "rate_num": 99})]},
            {"band_ids": [Command.clear()]},
        ]
        for values in forgeries:
            with self.subTest(values=values), self.assertRaisesRegex(UserError, "rule_active"):
                rule.write(values)
        for line in (rule.band_ids, rule.multiplier_ids):
            with self.subTest(line=line._name), self.assertRaisesRegex(UserError, "rule_active"):
                line.write({line._fields.get("rate_num") and "rate_num" or "factor_num": 99})
            with self.subTest(line=line._name), self.assertRaisesRegex(UserError, "rule_active"):
                line.unlink()
        with self.assertRaisesRegex(UserError, "rule_active"):
            rule.band_ids.create({"rule_id": rule.id, "from_amount": 5})
        with self.assertRaisesRegex(UserError, "rule_active"):
            rule.unlink()
        other = self.make_wealth_rule(code="OTHER", activate=False)
        with self.assertRaisesRegex(UserError, "rule_active"):
            other.band_ids.with_user(self.manager).rule_id = rule

    def test_state_cannot_be_forged(self):
        rule = self.make_rule(activate=False).with_user(self.manager)
        for values in ({"state": "active"}, {"version": 7}, {"activated_at": "2026-01-01"}):
            with self.subTest(values=values), self.assertRaisesRegex(AccessError, "guarded_field"):
                rule.write(values)
        with self.assertRaisesRegex(AccessError, "guarded_field"):
            rule.create({"name": "x", "code": "X", "program_id": self.program.id, "state": "active"})
        with self.assertRaisesRegex(AccessError, "guarded_field"):
            rule.with_context(default_state="active").create({"name": "x", "code": "X"})

    def test_versions(self):
        rule = self.make_rule().with_user(self.manager)
        draft = rule.browse(rule.action_new_version()["res_id"])
        self.assertEqual((draft.code, draft.version, draft.state, draft.valid_from), ("SPEND", 2, "draft", False))
        self.assertEqual(rule.action_new_version()["res_id"], draft.id)  # one draft at a time
        draft.valid_from = "2026-03-01"
        with self.assertRaisesRegex(ValidationError, "Valid From"):
            draft.action_activate()
        draft.valid_from = False
        draft.action_activate()
        self.assertEqual(str(draft.valid_from), "2026-03-02")
        self.assertEqual((rule.state, str(rule.valid_to)), ("retired", "2026-03-01"))
        draft.action_retire()
        self.assertEqual((draft.state, str(draft.valid_to)), ("retired", "2026-03-01"))  # it never decided
        with self.assertRaisesRegex(UserError, "rule_not_active"):
            draft.action_retire()
        copy = rule.copy()
        self.assertEqual((copy.code, copy.version, copy.state), ("SPEND copy", 1, "draft"))

    def test_incomplete(self):
        with self.assertRaisesRegex(ValidationError, "Bands"):
            self.make_rule("B", kind="balance")
        with self.assertRaisesRegex(ValidationError, "Points"):
            self.make_rule("T", rate_num=0)
        with self.assertRaisesRegex(ValidationError, "Event"):
            self.make_rule("E", kind="event")
        with self.assertRaisesRegex(ValidationError, "colon"):
            self.make_rule("A:B", activate=False)
        with self.assertRaisesRegex(ValidationError, "Conditions"):
            self.make_rule("C", activate=False, filter_ids=[Command.create({})])
        with self.assertRaisesRegex(ValidationError, "Multipliers"):
            self.make_rule("M", activate=False, multiplier_ids=[Command.create({"factor_num": 2})])

    def test_roles(self):
        rule = self.make_rule(activate=False)
        for role in ("rm_north", "manager_north", "agent", "operations", "compliance", "auditor"):
            own = rule.with_user(self.users[role])
            self.assertTrue(own.read(["name"]))
            for method in ("action_activate", "action_new_version", "action_retire"):
                with self.subTest(role=role, method=method), self.assertRaises(AccessError):
                    getattr(own, method)()
            with self.subTest(role=role), self.assertRaises(AccessError):
                own.write({"rate_num": 1000})
        for role in ("employee", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                rule.with_user(self.users[role]).read(["name"])

    def test_earnings_cannot_be_written(self):
        self.make_rule()
        self.post(-333)
        self.night()
        row = self.env["bank.points.earning"].search([("partner_id", "=", self.anna.id)])
        for user in (self.manager, self.users["operations"], self.env.user):
            own = row.with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                own.write({"points": 1})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                own.unlink()
        with self.assertRaises(AccessError):
            row.with_user(self.manager).create({"key": "x"})
        self.assertTrue(row.with_user(self.users["rm_north"]).read(["points"]))
        with self.assertRaises(AccessError):
            row.with_user(self.users["rm_south"]).read(["points"])
        self.assertFalse(row.with_user(self.users["bank_admin"]).search([]))

    def test_shipped_rules(self):
        shipped = self.env["bank.points.rule"].search(
            [("program_id", "=", self.env.ref("bank_crm_loyalty.bank_points_program_standard").id)]
        )
        self.assertGreaterEqual(set(shipped.mapped("code")), {"WEALTH", "SPEND", "SURVEY", "BIRTHDAY"})
        self.assertEqual(set(shipped.mapped("state")), {"draft"})
        for rule in shipped:
            self.assertTrue(rule.summary)
            rule.action_activate()

    def test_job(self):
        """The night's job earns before availability and expiry, once."""
        runs = self.env["bank.run"]
        jobs = runs._nightly_jobs()
        self.assertLess(jobs.index("points_earn"), jobs.index("points_settle"))
        self.make_rule()
        self.post(-333)
        self.env.flush_all()
        with patch.object(self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 1):
            run = runs._run_job("points_earn")
            self.assertEqual((run.state, run.changed, run.rule_version), ("done", 1, "SPEND/1"))
            again = runs._run_job("points_earn", again=True)
            self.assertEqual((again.state, again.changed), ("done", 0))
        self.assertEqual(again._earned_since(), run.started_at - timedelta(days=1))
        self.assertEqual(self.total(), 16)

    def test_resumed_run(self):
        """A batch that was done before a kill is not booked twice, and the next ones are."""
        self.make_rule()
        self.post(-333)
        self.post(-333, holding=self.ben_card)
        self.env.flush_all()
        runs = self.env["bank.run"]
        run = runs.create({"job": "points_earn", "total": 5})
        first, second = sorted((self.anna.id, self.ben.id))
        self.assertEqual(run._job_points_earn([first]), 1)
        self.assertEqual(run._job_points_earn([first, second]), 1)
        self.assertEqual((self.total(), self.total(self.ben)), (16, 16))
