"""Stages of a customer's life: rules, facts, overrides, history, effects."""

import datetime

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time
from odoo.tools import SQL, mute_logger

from ..common import BankCase
from ..shared.test_bank_run import RunCase

TODAY = datetime.date(2026, 3, 31)


def days_ago(days):
    return TODAY - datetime.timedelta(days=days)


class LifecycleCase(BankCase):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time("2026-03-31 08:00:00"))
        self.rules = self.env["bank.lifecycle.rule"]

    def apply(self, *partners, on=TODAY):
        ids = [partner.id for partner in partners] or (self.anna | self.ben | self.carl | self.pia | self.olga).ids
        changed = self.rules._apply(ids, on)
        self.env.invalidate_all()
        return changed

    def since(self, partner, days):
        partner.financial_profile_id.relationship_start_on = days_ago(days)

    def post(self, holding, *days, kind="card"):
        """Write postings so many days ago."""
        self.env.flush_all()
        for day in days:
            self.env["bank.transaction"]._unsealed().create(
                {
                    "holding_id": holding.id,
                    "source": "test",
                    "external_id": f"{holding.id}-{day}-{kind}-{self.env.cr.now()}",
                    "booked_on": days_ago(day),
                    "amount": -1,
                    "company_id": self.company.id,
                    "currency_id": self.cny.id,
                    "kind": kind,
                }
            )
        self.env.flush_all()

    def history(self, partner):
        return self.env["bank.lifecycle.history"].search([("partner_id", "=", partner.id)], order="id")


class TestAge(LifecycleCase):
    def test_by_the_days_since_the_beginning(self):
        expected = {0: "new", 30: "new", 31: "growth", 180: "growth", 181: "mature", 541: "mature", 9000: "mature"}
        for days, stage in expected.items():
            self.since(self.anna, days)
            self.apply(self.anna)
            self.assertEqual(self.anna.lifecycle_stage, stage, f"{days} days")

    def test_a_prospect_without_holdings_stays_one(self):
        self.olga.lifecycle_stage = "prospect"
        self.since(self.olga, 400)
        self.apply(self.olga)
        self.assertEqual(self.olga.lifecycle_stage, "prospect")

    def test_the_first_holding_tells_when_the_profile_does_not(self):
        self.anna_account.opened_on = days_ago(40)
        self.apply(self.anna)
        self.assertEqual(self.anna.lifecycle_stage, "growth")

    def test_a_beginning_in_the_future_is_none(self):
        self.since(self.anna, -10)
        self.apply(self.anna)
        self.assertEqual(self.anna.lifecycle_stage, "onboarding")

    def test_a_second_time_changes_nothing(self):
        self.since(self.anna, 40)
        self.assertEqual(self.apply(self.anna), 1)
        self.assertEqual(self.apply(self.anna), 0)
        self.assertEqual(len(self.history(self.anna)), 1)

    def test_history_tells_rule_and_facts(self):
        self.since(self.anna, 40)
        self.apply(self.anna)
        row = self.history(self.anna)
        self.assertEqual((row.from_stage, row.to_stage, row.reason), ("onboarding", "growth", "rule"))
        self.assertEqual(row.rule_id, self.env.ref("bank_crm.bank_lifecycle_rule_growth"))
        self.assertEqual((row.rule_version, row.inputs["age_days"]), ("1", 40))
        self.assertIn("40 days", row.explanation)
        event = self.events(self.anna, "lifecycle.changed")
        self.assertEqual(event.summary, "Onboarding → Growth")
        with self.assertRaises(AccessError):
            row.note = "other"

    def test_time_in_the_stage(self):
        self.since(self.anna, 40)
        self.apply(self.anna, on=days_ago(9))
        self.assertEqual((self.anna.lifecycle_since, self.anna.lifecycle_days), (days_ago(9), 9))
        self.assertIn("Growth", self.anna.lifecycle_reason)

    def test_facts_are_never_overwritten(self):
        for stage in ("closed", "deceased"):
            self.since(self.anna, 40)
            self.anna.lifecycle_stage = stage
            self.assertEqual(self.apply(self.anna), 0)
            self.assertEqual(self.anna.lifecycle_stage, stage)

    def test_assets_and_tiers_in_conditions(self):
        self.since(self.anna, 400)
        rule = self.rules.create(
            {"name": "Small", "sequence": 1, "stage": "declining", "has_aum_bounds": True, "aum_max": 66000}
        )
        self.apply(self.anna)
        self.assertEqual(self.anna.lifecycle_stage, "mature", "66,000 are not below 66,000")
        rule.aum_max = 66001
        self.assertEqual(rule.version, 2)
        rule.tier_ids = [Command.link(self.env.ref("bank_crm.bank_tier_gold").id)]
        self.apply(self.anna)
        self.assertEqual(self.anna.lifecycle_stage, "mature", "she has no tier")
        self.anna.tier_id = self.env.ref("bank_crm.bank_tier_gold")
        self.apply(self.anna)
        self.assertEqual(self.anna.lifecycle_stage, "declining")

    def test_by_age_alone_nobody_comes_back_to_life(self):
        self.since(self.anna, 400)
        for stage in ("declining", "dormant", "lost"):
            self.anna.lifecycle_stage = stage
            self.assertEqual(self.apply(self.anna), 0)
            self.assertEqual(self.anna.lifecycle_stage, stage)

    def test_rules_have_a_time(self):
        self.since(self.anna, 40)
        self.env.ref("bank_crm.bank_lifecycle_rule_growth").valid_to = days_ago(1)
        self.assertEqual(self.apply(self.anna), 0)
        self.assertEqual(self.apply(self.anna, on=days_ago(1)), 1)

    def test_rules_without_a_condition_are_refused(self):
        with self.assertRaises(UserError):
            self.rules.create({"name": "Everybody", "stage": "lost"})

    def test_other_companies_rules_do_not_count(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        self.rules.search([("stage", "=", "growth")]).company_id = other
        self.since(self.anna, 40)
        self.assertEqual(self.apply(self.anna), 0)


class TestPostings(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.since(self.anna, 2000)
        self.since(self.carl, 2000)

    def test_nobody_is_lost_where_no_postings_are_sent(self):
        self.apply(self.anna)
        self.assertEqual(self.anna.lifecycle_stage, "mature")
        self.post(self.carl_account, 1)
        self.apply(self.anna)
        self.assertEqual(self.anna.lifecycle_stage, "mature", "her holdings have no feed of postings")

    def test_lost_and_dormant(self):
        self.post(self.carl_account, 0)
        for days, stage in ((89, "mature"), (90, "dormant"), (179, "dormant"), (180, "lost"), (900, "lost")):
            self.env["bank.transaction"].search([("holding_id", "=", self.anna_account.id)])._unsealed().unlink()
            self.post(self.anna_account, days)
            self.apply(self.anna)
            self.assertEqual(self.anna.lifecycle_stage, stage, f"{days} days")

    def test_interest_is_no_sign_of_life(self):
        self.post(self.carl_account, 0)
        self.post(self.anna_account, 200)
        self.post(self.anna_account, 1, 30, kind="interest")
        self.apply(self.anna)
        self.assertEqual(self.anna.lifecycle_stage, "lost")

    def test_a_feed_that_stops_makes_nobody_lost(self):
        self.post(self.anna_account, 400, 390, 380, 370, 360, 300)
        self.apply(self.anna)
        self.assertNotIn(self.anna.lifecycle_stage, ("lost", "dormant"))

    def test_declining(self):
        before = range(91, 101)  # ten postings in the 90 days before
        self.post(self.carl_account, 0)
        self.post(self.anna_account, 400, *before, *range(1, 9))
        self.apply(self.anna)
        self.assertEqual(self.anna.lifecycle_stage, "mature", "8 of 10: down by 20 %")
        self.env["bank.transaction"].search(
            [("holding_id", "=", self.anna_account.id), ("booked_on", "=", days_ago(8))]
        )._unsealed().unlink()
        self.apply(self.anna)
        self.assertEqual(self.anna.lifecycle_stage, "declining", "7 of 10: down by 30 %")
        inputs = self.history(self.anna)[-1].inputs
        self.assertEqual((inputs["recent_90"], inputs["before_90"]), (7, 10))

    def test_who_is_observed_for_too_short_is_not_judged(self):
        self.post(self.carl_account, 0)
        self.post(self.anna_account, *range(91, 101), 1)
        self.apply(self.anna)
        self.assertEqual(self.anna.lifecycle_stage, "mature")


class TestByHand(LifecycleCase):
    def test_who_looks_after_a_customer_states_facts(self):
        anna = self.as_user("rm_north", self.anna)
        anna.lifecycle_stage = "closed"
        row = self.history(self.anna)
        self.assertEqual((row.reason, row.to_stage, row.user_id), ("manual", "closed", self.users["rm_north"]))

    def test_but_does_not_decide_for_the_rules(self):
        anna = self.as_user("rm_north", self.anna)
        for stage in ("mature", "lost", False):
            with self.assertRaisesRegex(AccessError, r"^\[lifecycle_by_rule\]"):
                anna.write({"lifecycle_stage": stage})
        with self.assertRaisesRegex(AccessError, r"^\[lifecycle_by_rule\]"):
            self.env["res.partner"].with_user(self.users["rm_north"]).create(
                {"name": "X", "is_bank_customer": True, "lifecycle_stage": "mature"}
            )

    def test_a_fact_is_taken_back_by_the_branch_manager(self):
        self.anna.lifecycle_stage = "deceased"
        with self.assertRaisesRegex(AccessError, r"^\[lifecycle_fact\]"):
            self.as_user("rm_north", self.anna).lifecycle_stage = "onboarding"
        self.as_user("manager_north", self.anna).lifecycle_stage = "onboarding"
        self.assertEqual(self.anna.lifecycle_stage, "onboarding")

    def test_the_same_stage_is_no_change(self):
        self.as_user("rm_north", self.anna).write({"lifecycle_stage": "onboarding"})
        self.assertFalse(self.history(self.anna))

    def test_the_dead_are_left_in_peace(self):
        self.anna.write({"phone": "+86 10 5555 0000"})
        self.env["bank.lifecycle.override"].create(self.override_values())
        self.anna.lifecycle_stage = "deceased"
        for purpose in ("service", "marketing", "survey"):
            for channel in ("email", "phone", "sms"):
                self.assertEqual(self.anna._bank_may_contact(purpose, channel)[self.anna.id], (False, "deceased"))
        self.assertEqual(self.anna._bank_may_greet("email")[self.anna.id], (False, "deceased"))
        self.assertEqual((self.anna | self.ben)._bank_alert_subjects(), self.ben)
        self.assertEqual(self.anna.lifecycle_override_ids.state, "ended")
        activity = self.anna.activity_ids
        self.assertEqual(activity.user_id, self.users["rm_north"])
        self.assertIn("has died", activity.summary)
        self.assertEqual(self.apply(self.anna), 0)

    def test_the_dormant_get_no_marketing(self):
        self.anna.lifecycle_stage = "dormant"
        self.assertEqual(self.anna._bank_may_contact("marketing", "email")[self.anna.id], (False, "dormant"))
        self.assertEqual(self.anna._bank_may_greet("email")[self.anna.id], (False, "dormant"))
        self.assertNotEqual(self.anna._bank_may_contact("service", "email")[self.anna.id][1], "dormant")

    def override_values(self, **values):
        return {
            "partner_id": self.anna.id,
            "stage": "declining",
            "reason": "moves abroad",
            "valid_until": "2026-04-30",
            **values,
        }

    def override(self, role="manager_north", **values):
        return self.env["bank.lifecycle.override"].with_user(self.users[role]).create(self.override_values(**values))

    def test_an_override_holds_until_its_last_day(self):
        self.since(self.anna, 400)
        self.override()
        self.assertEqual(self.anna.lifecycle_stage, "declining")
        row = self.history(self.anna)
        self.assertEqual((row.reason, row.note), ("override", "moves abroad"))
        self.assertEqual(self.apply(self.anna, on=datetime.date(2026, 4, 30)), 0)
        self.assertEqual(self.apply(self.anna, on=datetime.date(2026, 5, 1)), 1)
        self.assertEqual(self.anna.lifecycle_stage, "mature")
        self.assertEqual(self.anna.lifecycle_override_ids.state, "expired")

    def test_an_override_is_ended(self):
        self.since(self.anna, 400)
        override = self.override()
        override.action_end()
        self.assertEqual((override.state, override.ended_by_id), ("ended", self.users["manager_north"]))
        self.assertEqual(self.anna.lifecycle_stage, "onboarding", "the stage from before")
        self.apply(self.anna)
        self.assertEqual(self.anna.lifecycle_stage, "mature")

    def test_who_may_set_an_override(self):
        for role in ("rm_north", "rm_south", "agent", "compliance", "auditor", "bank_admin", "employee"):
            with self.assertRaises(AccessError):
                self.override(role)
        self.override("operations")

    def test_of_which_customers(self):
        with self.assertRaises(AccessError):
            self.override(partner_id=self.carl.id)

    def test_no_forged_override(self):
        for values in ({"state": "ended"}, {"user_id": self.users["rm_north"].id}):
            with self.assertRaises(AccessError):
                self.override(**values)
        override = self.override()
        for values in ({"valid_until": "2036-01-01"}, {"partner_id": self.ben.id}, {"stage": "lost"}):
            with self.assertRaises(AccessError):
                override.write(values)
        with self.assertRaises(ValueError), self.env.cr.savepoint():
            self.override("operations", partner_id=self.ben.id, stage="closed")

    def test_limits(self):
        with self.assertRaises(ValidationError):
            self.override(valid_until="2026-03-30")
        with self.assertRaises(ValidationError):
            self.override(valid_until="2026-12-31")
        self.override()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            self.override()

    def test_no_override_of_a_fact(self):
        self.anna.lifecycle_stage = "deceased"
        with self.assertRaisesRegex(ValidationError, r"^\[lifecycle_fact\]"):
            self.override()

    def test_history_cannot_be_forged(self):
        for role in ("manager_north", "operations", "bank_admin"):
            with self.assertRaises(AccessError):
                self.env["bank.lifecycle.history"].with_user(self.users[role]).create(
                    {"partner_id": self.anna.id, "changed_on": TODAY, "reason": "rule"}
                )


class TestPlans(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.plan = self.env["mail.activity.plan"].create(
            {
                "name": "Win back",
                "res_model": "res.partner",
                "template_ids": [
                    Command.create({"summary": "Call", "delay_count": 3, "delay_from": "after_plan_date"}),
                    Command.create(
                        {"summary": "Visit", "delay_count": 2, "delay_unit": "weeks", "delay_from": "after_plan_date"}
                    ),
                ],
            }
        )
        self.env.ref("bank_crm.bank_lifecycle_rule_growth").plan_id = self.plan
        for partner in (self.anna, self.ben, self.carl, self.pia):
            self.since(partner, 40)

    def test_the_manager_gets_the_steps(self):
        self.apply()
        activities = self.anna.activity_ids.sorted("date_deadline")
        self.assertEqual(activities.mapped("summary"), ["Call", "Visit"])
        self.assertEqual(activities.mapped("date_deadline"), [datetime.date(2026, 4, 3), datetime.date(2026, 4, 14)])
        self.assertEqual(activities.user_id, self.users["rm_north"])
        self.apply()
        self.assertEqual(len(self.anna.activity_ids), 2)

    def test_queries_do_not_grow_with_customers(self):
        more = self.env["res.partner"].browse()
        for number in range(4):  # of one manager: followers are added for each manager
            more |= self.make_customer(f"More {number}", user=self.users["rm_north"], branch=self.north_vip)
            self.since(more[number], 40)
            self.make_holding(self.account, {more[number]: 100}, 1)
        self.apply(*more)  # what is read once is at hand
        counts = []
        for partners in (more[:2], more):
            self.env.cr.execute("UPDATE res_partner SET lifecycle_stage = 'onboarding' WHERE id = ANY(%s)", [more.ids])
            counts.append(self.count_queries(*partners))
        self.assertEqual(counts[0], counts[1])

    def count_queries(self, *partners):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(self.apply(*partners), len(partners))
        return self.env.cr.sql_log_count - before


class TestLifecycleRun(RunCase):
    def test_in_batches_and_twice(self):
        with freeze_time("2026-03-31 08:00:00"):
            for partner in self.anna | self.ben | self.carl:
                partner.financial_profile_id.relationship_start_on = "2026-01-01"
            self.env.flush_all()
            run = self.run_job("lifecycle")
            self.assertEqual((run.state, run.changed), ("done", 3))
            self.assertEqual((self.anna | self.ben | self.carl).mapped("lifecycle_stage"), ["growth"] * 3)
            again = self.run_job("lifecycle", again=True)
            self.assertEqual((again.state, again.changed), ("done", 0))

    def test_it_is_the_last_of_these(self):
        jobs = self.Run._nightly_jobs()
        self.assertLess(jobs.index("values"), jobs.index("lifecycle"))


class TestMerging(LifecycleCase):
    def test_overrides_values_and_histories(self):
        self.since(self.anna, 40)
        self.since(self.carl, 400)
        self.apply(self.anna, self.carl)
        for partner in (self.anna, self.carl):
            self.env["bank.lifecycle.override"].create(
                {"partner_id": partner.id, "stage": "lost", "reason": "x", "valid_until": "2026-04-30"}
            )
            self.env.flush_all()
            self.plant_value(partner)
        rows = len(self.history(self.anna)) + len(self.history(self.carl))
        self.env["base.partner.merge.automatic.wizard"]._merge((self.anna | self.carl).ids, dst_partner=self.anna)
        self.env.invalidate_all()
        self.assertEqual(sorted(self.anna.lifecycle_override_ids.mapped("state")), ["active", "ended"])
        self.assertEqual(len(self.anna.value_ids), 1)
        self.assertEqual(len(self.anna.value_history_ids), 2)
        self.assertEqual(len(self.history(self.anna)), rows)

    def plant_value(self, partner):
        for table in ("bank_customer_value", "bank_customer_value_history"):
            self.env.cr.execute(
                SQL(
                    "INSERT INTO %s (partner_id, company_id, month, currency_id) VALUES (%s, %s, '2026-03-01', %s)",
                    SQL.identifier(table),
                    partner.id,
                    self.company.id,
                    self.cny.id,
                )
            )
