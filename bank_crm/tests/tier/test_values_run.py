"""The night's run of value classes: one reckoning for all, batches, a kill, nothing to do."""

import datetime
from contextlib import suppress
from unittest.mock import patch

from odoo.tools import SQL

from ..shared.test_bank_run import Killed, RunCase
from .value_common import ValueCase

MARCH = datetime.date(2026, 3, 1)


class TestValuesRun(RunCase, ValueCase):
    def setUp(self):
        super().setUp()
        amounts = (40, 30, 10, 14, 6)
        self.who = self.anna | self.ben | self.carl | self.pia | self.olga
        self.set_months([(partner, MARCH, amount) for partner, amount in zip(self.who, amounts, strict=True)])

    def contents(self):
        self.env.invalidate_all()
        values = self.env["bank.customer.value"].search([], order="partner_id")
        names = ("partner_id", "abc_bank", "abc_branch", "rank_bank", "contribution", "previous_class", "month")
        return [tuple(value[name] for name in names) for value in values]

    def test_classes_of_the_newest_closed_month(self):
        self.set_months([(self.anna, "2026-04-01", 9999)], state="open")
        run = self.run_job("values")
        self.assertEqual((run.state, run.changed), ("done", 5))
        self.assertEqual(self.classes(self.who), "aabac")
        self.assertEqual(self.value(self.anna).month, MARCH)

    def test_it_comes_after_the_tiers(self):
        jobs = self.Run._nightly_jobs()
        self.assertLess(jobs.index("tiers"), jobs.index("values"))

    def test_a_second_run_has_nothing_to_do(self):
        self.run_job("values")
        again = self.run_job("values", again=True)
        self.assertEqual((again.state, again.total, again.processed, again.changed), ("done", 0, 0, 0))

    def test_a_correction_of_a_month_is_a_reason(self):
        self.run_job("values")
        self.set_months([(self.olga, MARCH, 7)])
        again = self.run_job("values", again=True)
        self.assertEqual(again.state, "done")
        self.assertGreaterEqual(again.changed, 1)
        self.assertEqual(self.value(self.olga).contribution, 7)

    def test_the_stage_is_gone_afterwards(self):
        self.run_job("values")
        name = self.env["bank.customer.value"]._stage_name()
        self.assertIsNone(self.env.execute_query(SQL("SELECT to_regclass(%s)", name))[0][0])

    def test_no_months_no_work(self):
        self.env.cr.execute("DELETE FROM bank_customer_month")
        run = self.run_job("values")
        self.assertEqual((run.state, run.processed), ("done", 0))

    def test_killed_at_any_batch_equals_undisturbed(self):
        undisturbed = self.run_and_forget()
        batches = -(-len(self.customers) // 2)
        for deadly in range(1, batches + 1):
            self.assertEqual(self.run_and_forget(deadly), undisturbed, f"killed in batch {deadly}")

    def run_and_forget(self, deadly=None):
        """Run, killed in batch number ``deadly`` and resumed; return what it left, and undo everything."""
        with self.env.cr.savepoint() as savepoint:
            if deadly:
                self.run_until(deadly)
            run = self.run_job("values")
            self.assertEqual((run.state, run.processed), ("done", len(self.customers)))
            contents = self.contents()
            savepoint.rollback()
        self.env.invalidate_all()
        return contents

    def run_until(self, deadly):
        model = self.env.registry["bank.run"]
        original, calls = model._job_values, []

        def job(run, ids):
            calls.append(ids)
            if len(calls) == deadly:
                raise Killed
            return original(run, ids)

        with patch.object(model, "_job_values", job), suppress(Killed):
            self.run_job("values")
        self.assertEqual(self.Run.search([("job", "=", "values")], limit=1).state, "running")

    def test_figures_that_change_meanwhile_wait_for_the_next_run(self):
        """A run that goes on after a pause finishes the reckoning that it began."""
        undisturbed = self.run_and_forget()
        self.run_until(2)
        self.set_months([(self.olga, MARCH, 100000)])
        self.run_job("values")
        self.assertEqual(self.contents(), undisturbed)
        self.run_job("values", again=True)
        self.assertEqual(self.value(self.olga).rank_bank, 1)
