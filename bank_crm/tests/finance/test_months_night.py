"""The night computes the months: closing, late facts, interruptions, runs that somebody asks for."""

import itertools
from contextlib import contextmanager, suppress
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from ..shared.test_bank_run import Killed
from .test_customer_month import MonthCase, day


class NightCase(MonthCase):
    def setUp(self):
        super().setUp()
        self.Run = self.env["bank.run"]
        self.startPatcher(patch.object(self.env.registry["bank.run"], "BATCH_SIZE", 2))

    @contextmanager
    def engine(self):
        """The engine commits: it gets a cursor of its own, in which a commit is a savepoint of the test."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            yield self.env(cr=cr)["bank.run"]
        self.env.invalidate_all()

    def night(self, *jobs):
        with self.engine() as engine:
            for job in jobs or ("months", "late_months", "group_months"):
                engine._run_periods(job)

    def runs(self, job="months"):
        return self.Run.search([("job", "=", job)], order="id")

    def picture(self):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL("SELECT to_jsonb(m) - 'id' - 'computed_at' - 'create_date' - 'write_date' FROM bank_customer_month m")
        )
        return sorted((row[0] for row in rows), key=lambda row: (row["partner_id"], row["month"]))


class TestPeriods(NightCase):
    def test_the_first_night_begins_with_the_oldest_balance(self):
        self.hold({"2026-03-10": 1000})
        self.night()
        self.assertEqual([str(run.month) for run in self.runs()], ["2026-03-01", "2026-04-01", "2026-05-01"])
        self.assertEqual(set(self.runs().mapped("state")), {"done"})
        self.assertEqual(
            [figures.state for figures in self.Month.search([("partner_id", "=", self.zoe.id)])],
            ["open", "closed", "closed"],
        )

    def test_at_most_so_many_months_back(self):
        self.company.bank_months_back = 2
        self.hold({"2024-03-10": 1000})
        self.night()
        self.assertEqual(len(self.runs()), 3)

    def test_a_month_that_is_over_is_closed_once(self):
        self.hold({"2026-04-01": 1000})
        self.night()
        self.freeze("2026-06-01")
        self.night()
        self.assertEqual(self.figures("2026-05").state, "closed")
        self.assertFalse(self.figures("2026-06"))  # it has no day yet
        before = len(self.runs())
        self.freeze("2026-06-02")
        self.night()
        self.assertEqual([str(run.month) for run in self.runs()[before:]], ["2026-06-01"])

    def test_nights_that_were_missed_are_made_up_for(self):
        self.hold({"2026-04-01": 1000})
        self.night()
        self.freeze("2026-08-03")
        self.night()
        self.assertEqual(
            [str(figures.month) for figures in self.Month.search([("partner_id", "=", self.zoe.id)])],
            [f"2026-0{month}-01" for month in (8, 7, 6, 5, 4)],
        )

    def test_a_customer_who_is_new_gets_his_past(self):
        self.hold({"2026-04-01": 1000})
        self.night()
        self.freeze("2026-05-16")
        self.hold({"2026-02-11": 500}, shares={self.olga: 100})
        self.night()
        months = self.Month.search([("partner_id", "=", self.olga.id)])
        self.assertEqual(
            [str(figures.month) for figures in months], ["2026-05-01", "2026-04-01", "2026-03-01", "2026-02-01"]
        )

    def test_twice_changes_nothing(self):
        self.hold({"2026-03-10": 1000})
        self.night()
        before = self.picture()
        with self.engine() as engine:
            again = engine._run_job("months", again=True, month=day("2026-05-01"))
            self.assertEqual((again.state, again.changed), ("done", 0))
        self.assertEqual(self.picture(), before)

    def test_the_run_tells_how_far_it_is(self):
        self.night()
        run = self.runs()[-1]
        self.assertEqual(run.processed, run.total)
        self.assertEqual(run.display_name, "Monthly Figures 2026-05")


class TestInterruption(NightCase):
    def test_killed_at_any_batch_the_result_is_that_of_an_undisturbed_run(self):
        self.hold({"2026-03-10": 1000, "2026-04-20": 3000}, shares={self.zoe: 50, self.olga: 50})
        self.env.cr.execute("SAVEPOINT undisturbed")
        self.night("months")
        expected = self.picture()
        batches = sum(-(-run.total // 2) for run in self.runs())
        self.env.cr.execute("ROLLBACK TO SAVEPOINT undisturbed")
        self.env.invalidate_all()
        self.assertGreater(batches, 6)
        compute = self.env.registry["bank.customer.month"]._compute_wanted
        for deadly in range(batches):
            self.env.cr.execute("SAVEPOINT attempt")
            attempts = itertools.count()

            def fatal(figures, *args, deadly=deadly, attempts=attempts, **kwargs):
                if next(attempts) == deadly:
                    raise Killed
                return compute(figures, *args, **kwargs)

            with patch.object(self.env.registry["bank.customer.month"], "_compute_wanted", fatal):
                with suppress(Killed):
                    self.night("months")
                self.night("months")
            self.assertEqual(self.picture(), expected, f"killed in batch {deadly}")
            self.assertEqual(set(self.runs().mapped("state")), {"done"})
            self.env.cr.execute("ROLLBACK TO SAVEPOINT attempt")
            self.env.invalidate_all()

    def test_of_two_servers_one_works(self):
        run = self.Run.create({"job": "months", "month": "2026-05-01"})
        with (
            patch.object(self.env.registry["bank.run"], "try_lock_for_update", lambda run: run.browse()),
            self.engine() as engine,
        ):
            engine.browse(run.id)._work()
        self.assertEqual((run.state, run.processed), ("running", 0))


class TestLate(NightCase):
    def setUp(self):
        super().setUp()
        self.holding = self.hold({"2026-02-01": 1000, "2026-03-01": 1000, "2026-04-01": 1000})
        self.night()

    def mark(self, reason, first_on, last_on=None):
        return self.env["bank.month.stale"]._mark(
            reason, SQL("SELECT %s, %s::date, %s::date", self.holding.id, first_on, last_on)
        )

    def notes(self):
        return [str(note.month) for note in self.env["bank.month.stale"].search([], order="month")]

    def test_exactly_the_months_touched_are_noted(self):
        self.env["bank.month.stale"].search([]).unlink()
        self.mark("late_balance", "2026-03-16", "2026-03-31")
        self.assertEqual(self.notes(), ["2026-03-01"])
        self.mark("late_balance", "2026-05-02")  # the month that runs is computed anyway
        self.assertEqual(self.notes(), ["2026-03-01"])

    def test_a_late_balance_corrects_its_months_and_says_so(self):
        before = {str(row["month"]): row for row in self.picture() if row["partner_id"] == self.zoe.id}
        self.balances(self.holding, {"2026-03-17": 4100})
        self.mark("late_balance", "2026-03-17", "2026-03-31")
        self.night()
        after = {str(row["month"]): row for row in self.picture() if row["partner_id"] == self.zoe.id}
        self.assertEqual({month for month in after if after[month] != before[month]}, {"2026-03-01"})
        rows = self.env["bank.figure.correction"].search([("partner_id", "=", self.zoe.id)])
        average = rows.filtered(lambda row: row.field_name == "adb_aum")
        self.assertEqual((average.old_amount, average.new_amount), (1000, 2500))
        self.assertEqual((average.reason, average.run_id.job), ("late_balance", "late_months"))
        self.assertEqual((average.difference, average.field_label), (1500, "Average AUM"))
        self.assertEqual(set(rows.mapped("month")), {day("2026-03-01")})
        self.assertEqual(self.notes(), [])

    def test_a_history_that_comes_late_is_computed(self):
        self.balances(self.holding, {"2026-01-11": 3100})
        self.mark("late_balance", "2026-01-11", "2026-01-31")
        self.night()
        self.assertEqual(self.figures("2026-01").adb_aum, 2100)

    def test_closed_months_keep_their_joint_policy_unless_somebody_asks(self):
        joint = self.hold({"2026-02-01": 500}, shares={self.zoe: 50, self.olga: 50})
        self.compute("2026-03")
        self.assertEqual(self.figures("2026-03").adb_aum, 1250)
        self.company.bank_joint_policy = "full"
        self.balances(joint, {"2026-03-01": 700})
        self.mark("late_balance", "2026-03-01", "2026-03-31")
        self.night()
        self.assertEqual((self.figures("2026-03").adb_aum, self.figures("2026-03").joint_policy), (1350, "share"))
        self.compute("2026-03")
        self.assertEqual((self.figures("2026-03").adb_aum, self.figures("2026-03").joint_policy), (1700, "full"))

    def test_a_balance_written_late_notes_its_months_itself(self):
        self.balances(self.holding, {"2026-02-20": 5})
        self.assertEqual(self.notes(), ["2026-02-01"])

    def test_a_closing_that_is_told_late(self):
        self.holding.closed_on = "2026-03-15"
        self.assertEqual(self.notes(), ["2026-03-01", "2026-04-01"])
        self.night()
        self.assertEqual((self.figures("2026-03").eop_aum, self.figures("2026-04").adb_aum), (0, 0))
        self.holding.closed_on = "2026-04-02"
        self.assertEqual(self.notes(), ["2026-03-01", "2026-04-01"])

    def test_an_opening_that_is_corrected(self):
        self.holding.opened_on = "2026-02-15"
        self.assertEqual(self.notes()[-1], "2026-02-01")
        self.night()
        self.holding.opened_on = "2026-03-02"
        self.assertEqual(self.notes(), ["2026-02-01", "2026-03-01"])

    def test_what_came_to_be_held_elsewhere(self):
        self.holding.is_held_away = True
        self.night()
        self.assertEqual((self.figures("2026-03").adb_aum, self.figures("2026-03").eop_net_assets), (0, 1000))

    def test_what_comes_in_meanwhile_stays_for_later(self):
        self.mark("late_balance", "2026-03-16", "2026-03-31")
        compute = self.env.registry["bank.customer.month"]._compute_wanted

        def slow(figures, *args, **kwargs):
            result = compute(figures, *args, **kwargs)
            self.mark("changed_balance", "2026-03-16", "2026-03-31")
            return result

        with patch.object(self.env.registry["bank.customer.month"], "_compute_wanted", slow):
            self.env["bank.month.stale"]._empty(self.zoe.ids)
        self.assertEqual(self.notes(), ["2026-03-01"])


class TestRequest(NightCase):
    def request(self, role="operations", **values):
        values = {"month_from": "2026-03-05", "month_to": "2026-04-30", **values}
        return self.as_user(role, self.env["bank.run.request"]).create(values)

    def test_named_customers_only(self):
        self.hold({"2026-02-01": 1000})
        self.request(scope="named", partner_ids=[(6, 0, self.zoe.ids)]).action_request()
        runs = self.runs()
        self.assertEqual(
            [(str(run.month), run.state, run.total) for run in runs],
            [("2026-03-01", "waiting", 1), ("2026-04-01", "waiting", 1)],
        )
        with self.engine() as engine:
            engine._run_waiting()
        self.assertEqual(set(runs.mapped("state")), {"done"})
        self.assertEqual(self.Month.search([]).partner_id, self.zoe)
        self.assertEqual(len(self.Month.search([])), 2)

    def test_a_run_for_some_does_not_stand_for_all(self):
        self.request(
            scope="named", partner_ids=[(6, 0, self.zoe.ids)], month_from="2026-05-01", month_to="2026-05-01"
        ).action_request()
        with self.engine() as engine:
            engine._run_waiting()
        self.night("months")
        self.assertTrue(self.figures("2026-05", self.carl))

    def test_who_may_ask(self):
        self.request("bank_admin", scope="all").action_request()
        for role in ("rm_north", "auditor", "compliance"):
            with self.assertRaises(AccessError):
                self.request(role, scope="all").action_request()

    def test_mistakes_are_named(self):
        for values in (
            {"scope": "named"},
            {"scope": "all", "month_from": "2026-05-01", "month_to": "2026-04-01"},
            {"scope": "all", "month_to": "2026-06-01"},
            {"scope": "all", "month_from": "2001-01-01"},
            {"scope": "all", "month_from": False},
        ):
            with self.assertRaises(ValidationError):
                self.request(**values).action_request()

    def test_customers_of_others_are_not_touched(self):
        request = self.request(scope="named", partner_ids=[(6, 0, self.contact.ids)])
        with self.assertRaises(ValidationError):
            request.action_request()
