"""The engine of the runs over all customers: batches, resuming, idempotence, failure."""

from contextlib import contextmanager, suppress
from unittest.mock import patch

import psycopg2

from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..common import BankCase

ENGINE = "odoo.addons.bank_crm.models.shared.bank_run"


class Killed(BaseException):
    """What a killed process looks like to the code: nothing catches it."""


class RunCase(BankCase):
    def setUp(self):
        super().setUp()
        self.Run = self.env["bank.run"]
        self.startPatcher(patch.object(self.env.registry["bank.run"], "BATCH_SIZE", 2))
        self.customers = (
            self.env["res.partner"].search([("is_bank_customer", "=", True)]).with_context(active_test=False)
        )

    def run_job(self, job="totals", company=None, **kwargs):
        with self.other_cursor(company) as env:
            run_id = env["bank.run"]._run_job(job, **kwargs).id
        return self.Run.browse(run_id)

    @contextmanager
    def other_cursor(self, company=None):
        """The engine commits: it gets a cursor of its own, in which a commit is a savepoint of the test."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            yield self.env(cr=cr, context={"allowed_company_ids": [(company or self.company).id]})

    def patch_job(self, function):
        self.startPatcher(patch.object(self.env.registry["bank.run"], "_job_totals", function))

    def remember_batches(self):
        batches = []
        self.patch_job(lambda run, ids: batches.append(list(ids)) or len(ids))
        return batches


class TestRun(RunCase):
    def test_every_customer_is_handed_over_once_in_order(self):
        batches = self.remember_batches()
        run = self.run_job()
        self.assertEqual([id_ for batch in batches for id_ in batch], sorted(self.customers.ids))
        self.assertTrue(all(len(batch) <= 2 for batch in batches))
        self.assertEqual((run.state, run.total, run.processed), ("done", len(self.customers), len(self.customers)))
        self.assertEqual(run.changed, run.processed)
        self.assertEqual(run.progress, 100)
        self.assertTrue(run.finished_at)

    def test_a_run_that_is_over_is_not_begun_again_on_the_same_day(self):
        first = self.run_job()
        batches = self.remember_batches()
        self.assertEqual(self.run_job(), first)
        self.assertEqual(batches, [])

    def test_again_begins_a_new_run(self):
        first = self.run_job()
        second = self.run_job(again=True)
        self.assertNotEqual(first, second)
        self.assertEqual(second.state, "done")

    def test_the_next_day_has_its_own_run(self):
        with freeze_time("2026-03-30 12:00:00"):
            first = self.run_job()
        with freeze_time("2026-03-31 12:00:00"):
            second = self.run_job()
        self.assertNotEqual(first, second)
        self.assertEqual(str(second.period_on), "2026-03-31")

    def test_a_killed_run_goes_on_behind_its_last_batch(self):
        seen, deadly = [], sorted(self.customers.ids)[2]

        def job(run, ids):
            if deadly in ids and deadly not in seen:
                seen.append(deadly)
                raise Killed
            seen.extend(ids)
            return 0

        self.patch_job(job)
        with suppress(Killed):  # (assertRaises would undo the finished batch)
            self.run_job()
        self.assertEqual(seen.count(deadly), 1)
        interrupted = self.Run.search([], limit=1)
        self.assertEqual((interrupted.state, interrupted.processed), ("running", 2))
        self.assertLess(interrupted.progress, 100)
        resumed = self.run_job()
        self.assertEqual(resumed, interrupted)
        self.assertEqual((resumed.state, resumed.processed), ("done", len(self.customers)))
        self.assertEqual(sorted(set(seen)), sorted(self.customers.ids))
        self.assertEqual(len(seen) - 1, len(self.customers), "nobody is done twice")

    def test_a_run_left_over_from_yesterday_does_not_replace_today_s(self):
        with freeze_time("2026-03-30 12:00:00"):
            left = self.Run.create({"job": "totals", "total": len(self.customers)})
        with freeze_time("2026-03-31 12:00:00"):
            today = self.run_job()
        self.assertEqual(left.state, "done")
        self.assertEqual((str(today.period_on), today.state), ("2026-03-31", "done"))

    def test_when_time_is_over_the_run_stays_running(self):
        batches = self.remember_batches()
        with patch.object(self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 0):
            run = self.Run._run_job("totals")
        self.assertEqual((run.state, len(batches)), ("running", 1))

    def test_customers_of_other_companies_are_left_to_their_own_run(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        theirs = self.make_customer("Theirs", company_id=other.id)
        batches = self.remember_batches()
        self.run_job()
        self.assertNotIn(theirs.id, [id_ for batch in batches for id_ in batch])
        batches.clear()
        self.run_job(company=other)
        self.assertEqual([id_ for batch in batches for id_ in batch], [theirs.id])

    def test_no_customers_is_no_error(self):
        other = self.env["res.company"].create({"name": "Empty Bank"})
        run = self.run_job(company=other)
        self.assertEqual((run.state, run.total, run.processed), ("done", 0, 0))

    def test_only_one_may_run_for_a_company_and_a_job(self):
        self.Run.create({"job": "totals"})
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.Run.create({"job": "totals"})

    def test_another_job_and_another_company_may_run_beside_it(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        runs = self.Run.create([{"job": "totals"}, {"job": "tiers"}, {"job": "totals", "company_id": other.id}])
        self.assertEqual(set(runs.mapped("state")), {"running"})


class TestFailure(RunCase):
    def fail_at(self, position):
        target = sorted(self.customers.ids)[position]

        def job(run, ids):
            if target in ids:
                raise ValueError("Anna, 110101199003070011")
            return 0

        self.patch_job(job)

    def test_the_reason_is_kept_without_personal_data(self):
        self.fail_at(2)
        with mute_logger(ENGINE):
            run = self.run_job()
        self.assertEqual((run.state, run.processed), ("failed", 2))
        self.assertIn("ValueError", run.error)
        self.assertNotIn("110101", run.error)
        self.assertNotIn("Anna", run.error)
        self.assertTrue(run.finished_at)

    def test_the_failed_batch_leaves_nothing_behind(self):
        def job(run, ids):
            run.env["res.partner"].browse(ids).comment = "half done"
            run.env.flush_all()
            raise ValueError

        self.patch_job(job)
        with mute_logger(ENGINE):
            self.run_job()
        self.assertFalse(self.customers.filtered("comment"))

    def refuse(self, times):
        """Let the database refuse a batch so many times; return the batches in the order of the attempts."""
        attempts = []

        def job(run, ids):
            attempts.append(list(ids))
            if len(attempts) <= times:
                raise SerializationFailure
            return 0

        self.patch_job(job)
        return attempts

    def test_a_batch_that_the_database_refuses_begins_anew(self):
        attempts = self.refuse(2)
        self.assertEqual(self.run_job().state, "done")
        self.assertEqual(attempts[0], attempts[2])
        self.assertEqual([id_ for batch in attempts[2:] for id_ in batch], sorted(self.customers.ids))

    def test_a_batch_that_is_refused_for_ever_fails(self):
        self.refuse(1000)
        with mute_logger(ENGINE):
            self.assertEqual(self.run_job().state, "failed")

    def test_a_failed_job_is_begun_anew_on_the_same_day(self):
        self.fail_at(0)
        with mute_logger(ENGINE):
            failed = self.run_job()
        batches = self.remember_batches()
        run = self.run_job()
        self.assertNotEqual(run, failed)
        self.assertEqual(sum(map(len, batches)), len(self.customers))


class TestNight(RunCase):
    def test_the_cron_runs_all_jobs_of_all_companies(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        with self.enter_registry_test_mode():
            self.env.ref("bank_crm.ir_cron_nightly").method_direct_trigger()
        for company in self.company | other:
            runs = self.Run.search([("company_id", "=", company.id)])
            self.assertGreaterEqual(set(runs.mapped("job")), {"documents", "months", "tiers", "totals"})
            self.assertEqual(set(runs.mapped("state")), {"done"})

    def test_tiers_wait_when_the_totals_failed(self):
        self.patch_job(lambda run, ids: 1 / 0)
        with self.other_cursor() as env, mute_logger(ENGINE):
            env["bank.run"]._cron_nightly()
        runs = self.Run.search([("company_id", "=", self.company.id)])
        self.assertEqual({run.job: run.state for run in runs}, {"documents": "done", "totals": "failed"})

    def test_twice_gives_the_same(self):
        def picture():
            self.env.invalidate_all()
            profiles = self.customers.financial_profile_id
            return [
                (profile.aum, profile.net_assets, profile.totals_computed_at, profile.partner_id.tier_id.code)
                for profile in profiles
            ], self.env["bank.tier.history"].search_count([])

        self.run_job("totals")
        self.run_job("tiers")
        before = picture()
        totals, tiers = self.run_job("totals", again=True), self.run_job("tiers", again=True)
        self.assertEqual((totals.changed, tiers.changed), (0, 0))
        self.assertEqual(picture(), before)

    def test_only_administrators_ask_for_a_run(self):
        run = self.run_job()
        for role in ("operations", "auditor"):
            with self.assertRaises(UserError):
                self.as_user(role, run).action_run_again()
        self.as_user("bank_admin", run).action_run_again()
        self.assertEqual(self.Run.search_count([("job", "=", "totals"), ("state", "=", "running")]), 1)
        self.as_user("bank_admin", run).action_run_again()
        self.assertEqual(self.Run.search_count([("job", "=", "totals"), ("state", "=", "running")]), 1)
