from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.errors import SerializationFailure

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged

from ..tools import sampling
from .common import SurveyCase

SIZES = st.lists(st.integers(0, 10_000), min_size=1, max_size=12)


@tagged("post_install", "-at_install")
class TestAllocation(BaseCase):
    @given(SIZES, st.integers(0, 60_000))
    def test_shares_sum_exactly_and_fit(self, sizes, total):
        shares = sampling.share_out(total, sizes)
        self.assertEqual(sum(shares), min(total, sum(sizes)))
        whole = sum(sizes)
        for share, size in zip(shares, sizes, strict=True):
            self.assertLessEqual(share, size)
            if whole:
                self.assertLess(abs(share - min(total, whole) * size / whole), 1)

    @given(SIZES, st.integers(0, 60_000), st.data())
    def test_fixed_numbers_win(self, sizes, total, data):
        fixed = data.draw(st.dictionaries(st.integers(0, len(sizes) - 1), st.integers(1, 12_000)))
        numbers = sampling.allocate(total, sizes, fixed)
        for index, number in fixed.items():
            self.assertEqual(numbers[index], min(number, sizes[index]))
        for number, size in zip(numbers, sizes, strict=True):
            self.assertLessEqual(number, size)
        free = sum(size for index, size in enumerate(sizes) if index not in fixed)
        given_away = sum(min(number, sizes[index]) for index, number in fixed.items())
        self.assertEqual(sum(numbers), given_away + min(max(total - given_away, 0), free))

    def test_largest_remainder_by_hand(self):
        self.assertEqual(sampling.share_out(10, [3, 3, 3]), [3, 3, 3])
        self.assertEqual(sampling.share_out(4, [3, 3, 3]), [2, 1, 1])
        self.assertEqual(sampling.share_out(7, [50, 30, 20]), [4, 2, 1])  # 3.5, 2.1, 1.4
        self.assertEqual(sampling.allocate(7, [50, 30, 20], {2: 5}), [1, 1, 5])
        self.assertEqual(sampling.size_of_sample("percent", 25, percent=10), 3)  # 2.5 is rounded up


class WaveCase(SurveyCase):
    POPULATION = 60

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner"].search([("is_bank_customer", "=", True)]).active = False
        cls.customers = cls.env["res.partner"].create(
            [
                {
                    "name": f"Customer {index}", "is_bank_customer": True, "email": f"c{index}@example.com",
                    "value_class": "a" if index % 3 == 0 else "b",
                }
                for index in range(cls.POPULATION)
            ]
        )  # fmt: skip
        cls.env.flush_all()
        cls.runs = cls.env["bank.run"]
        cls.startClassPatcher(patch.object(type(cls.env["ir.cron"]), "_commit_progress", lambda *_a, **_k: 1000.0))

    def make_wave(self, name="Spring", **values):
        return self.env["bank.survey.wave"].create({"name": name, "program_id": self.program.id, **values})

    def draw(self, wave, batch=None):
        with patch.object(type(wave), "DRAW_BATCH", batch or type(wave).DRAW_BATCH):
            wave.action_draw()
            self.runs._cron_survey_sampling()
        self.env.invalidate_all()
        return wave

    def picture(self, wave):
        """What was drawn, without the rows' own ids and secrets."""
        return sorted(
            (inv.stratum_id.display_name, inv.sample_rank, inv.partner_id.id, inv.state, inv.suppress_reason)
            for inv in wave.invitation_ids
        )

    def answer(self, wave, number, state="completed"):
        waiting = wave.invitation_ids.filtered(lambda invitation: invitation.state in ("queued", "sent"))
        waiting[:number].sudo().write({"state": state})


class TestSampling(WaveCase):
    def test_everybody(self):
        wave = self.draw(self.make_wave())
        self.assertEqual((wave.state, wave.is_drawing), ("frozen", False))
        self.assertEqual((wave.population_size, wave.drawn_count), (60, 60))
        self.assertEqual(wave.survey_id, self.questionnaire)
        self.assertEqual(set(wave.invitation_ids.mapped("state")), {"drawn"})
        self.assertEqual(wave.draw_progress, 100)

    def test_ranks_follow_from_the_seed(self):
        wave = self.draw(self.make_wave(seed="abc", sampling="number", sample_size=7))
        expected = sorted(self.customers.ids, key=lambda id_: sampling.rank_key("abc", id_))[:7]
        drawn = wave.invitation_ids.sorted("sample_rank")
        self.assertEqual(drawn.partner_id.ids, expected)
        self.assertEqual(drawn.mapped("sample_rank"), list(range(1, 8)))

    def test_strata_are_shared_out(self):
        wave = self.draw(self.make_wave(stratify_by="value_class", sampling="percent", sample_percent=25))
        numbers = {
            stratum.value_class: (stratum.population, stratum.target, stratum.drawn) for stratum in wave.stratum_ids
        }
        self.assertEqual(numbers, {"a": (20, 5, 5), "b": (40, 10, 10)})

    def test_fixed_number_of_a_stratum(self):
        wave = self.make_wave(
            stratify_by="value_class", sampling="number", sample_size=12,
            stratum_ids=[
                Command.create({"value_class": code, "target": number}) for code, number in (("a", 10), ("c", 3))
            ],
        )  # fmt: skip
        self.draw(wave)
        numbers = {stratum.value_class: (stratum.target, stratum.drawn) for stratum in wave.stratum_ids}
        self.assertEqual(numbers, {"a": (10, 10), "c": (0, 0), "b": (2, 2)})
        wave.action_back_to_draft()
        self.assertEqual({stratum.value_class: stratum.target for stratum in wave.stratum_ids}, {"a": 10, "c": 0})
        self.assertFalse(wave.invitation_ids)

    def test_the_next_in_rank_takes_the_place(self):
        by_rank = self.env["res.partner"].browse(
            sorted(self.customers.ids, key=lambda id_: sampling.rank_key("s", id_))
        )
        (by_rank[1] + by_rank[3]).lifecycle_stage = "deceased"
        wave = self.draw(self.make_wave(seed="s", sampling="number", sample_size=4))
        drawn = wave.invitation_ids.filtered(lambda invitation: invitation.state == "drawn")
        self.assertEqual(set(drawn.partner_id.ids), {by_rank[index].id for index in (0, 2, 4, 5)})
        self.assertEqual(set(wave.invitation_ids.filtered("suppress_reason").mapped("sample_rank")), {2, 4})
        fixed = self.draw(self.make_wave(name="Other", seed="s", sampling="number", sample_size=4, top_up=False))
        self.assertEqual(fixed.invitation_ids.sorted("sample_rank").partner_id, by_rank[:4])
        self.assertEqual(fixed.drawn_count, 2)

    def test_top_up(self):
        wave = self.draw(self.make_wave(sampling="number", sample_size=10))
        wave.action_release()
        self.assertEqual(wave.state, "sending")
        turned_down = wave.invitation_ids[:3]
        turned_down.write({"state": "suppressed", "suppress_reason": "withdrawn"})
        wave.action_top_up()
        self.runs._cron_survey_sampling()
        self.env.invalidate_all()
        waiting = wave.invitation_ids.filtered(lambda invitation: invitation.state == "queued")
        self.assertEqual((len(waiting), max(waiting.mapped("sample_rank"))), (10, 13))
        self.assertTrue(all(waiting.mapped("send_after")))
        self.assertTrue(wave._check_sample()["follows"])

    def test_killed_run_resumes_equal(self):
        self.customers[:20].lifecycle_stage = "deceased"
        whole = self.picture(self.draw(self.make_wave(seed="k", sampling="number", sample_size=30)))
        self.env["bank.survey.wave"].search([]).action_back_to_draft()
        wave = self.make_wave(name="Killed", seed="k", sampling="number", sample_size=30)
        with (
            patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_a, **_k: 0),  # time is over at once
            patch.object(type(wave), "DRAW_BATCH", 7),
        ):
            wave.action_draw()
            self.runs._cron_survey_sampling()
            self.assertEqual((wave.state, wave.is_drawing), ("sampling", True))
            self.assertTrue(0 < len(wave.invitation_ids) < len(whole))
            self.assertTrue(0 < wave.draw_progress < 100)
            run = self.runs.search([("survey_wave_id", "=", wave.id)])
            self.assertEqual(run.state, "running")
            while wave.is_drawing:
                self.env.invalidate_all()
                self.runs._cron_survey_sampling()
        self.assertEqual(self.runs.search([("survey_wave_id", "=", wave.id)]), run)
        self.assertEqual(self.picture(wave), whole)

    def test_second_run_changes_nothing(self):
        wave = self.draw(self.make_wave(sampling="number", sample_size=10))
        before = self.picture(wave)
        self.runs._cron_survey_sampling()
        wave._unguarded().is_drawing = True
        self.runs._cron_survey_sampling()
        self.env.invalidate_all()
        self.assertEqual(self.picture(wave), before)

    def test_failed_draw_says_so_and_goes_on(self):
        wave = self.make_wave(sampling="number", sample_size=10)

        def broken(*_arguments):
            raise ZeroDivisionError

        with (
            patch.object(type(wave), "_freeze", broken),
            patch.object(self.env.cr, "rollback", lambda: None),
            self.assertLogs("odoo.addons.bank_crm", "ERROR"),
        ):
            self.draw(wave)
        self.assertEqual((wave.state, wave.is_drawing), ("sampling", False))
        self.assertIn("ZeroDivisionError", wave.draw_error)
        self.draw(wave)
        self.assertEqual((wave.state, wave.drawn_count, wave.draw_error), ("frozen", 10, False))

    def test_conflict_is_tried_again(self):
        wave, calls = self.make_wave(sampling="number", sample_size=10), []
        original = type(self.runs)._draw_next

        def conflict(run):
            calls.append(1)
            if len(calls) < 3:
                raise SerializationFailure
            return original(run)

        with (
            patch.object(type(self.runs), "_draw_next", conflict),
            patch.object(self.env.cr, "rollback", lambda: None),
            patch("odoo.addons.bank_crm_survey.models.bank_run_survey.time.sleep") as sleep,
        ):
            self.draw(wave)
        self.assertEqual((wave.state, wave.drawn_count, sleep.call_count), ("frozen", 10, 2))

    def test_check_finds_what_was_changed(self):
        wave = self.draw(self.make_wave(sampling="number", sample_size=10))
        found = wave._check_sample()
        self.assertTrue(found["follows"])
        self.assertEqual((found["gone"], found["added"], found["population"]), ([], 0, 60))
        self.customers[0].active = False
        self.customers[1].copy({"email": "new@example.com", "is_bank_customer": True})
        found = wave._check_sample()
        self.assertTrue(found["follows"], "customers come and go")
        self.assertEqual((found["gone"], found["added"]), (self.customers[0].ids, 1))
        first, second = wave.invitation_ids[:2]
        self.env.cr.execute("UPDATE bank_survey_invitation SET sample_rank = 55 WHERE id = %s", [first.id])
        self.env.invalidate_all()
        self.assertEqual(wave._check_sample()["drawn"], 1)
        self.env.cr.execute("DELETE FROM bank_survey_invitation WHERE id = %s", [second.id])
        self.env.invalidate_all()
        self.assertEqual(wave._check_sample()["gaps"], 1)
        self.env.cr.execute("UPDATE bank_survey_wave SET seed = 'other' WHERE id = %s", [wave.id])
        self.env.invalidate_all()
        found = wave._check_sample()
        self.assertFalse(found["follows"])
        self.assertGreater(found["ranks"], 30)
        notice = self.as_user("auditor", wave).action_check_sample()
        self.assertEqual(notice["params"]["type"], "danger")

    def test_other_companies_are_not_drawn(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.customers[:5].company_id = other
        wave = self.draw(self.make_wave())
        self.assertEqual(wave.population_size, 55)
        self.assertFalse(wave.invitation_ids.partner_id & self.customers[:5])

    def test_domains_of_programme_and_wave(self):
        self.program.partner_domain = "[('value_class', '=', 'a')]"
        wave = self.draw(self.make_wave(partner_domain=f"[('id', 'in', {self.customers[:6].ids})]"))
        self.assertEqual(wave.invitation_ids.partner_id, self.customers[0] + self.customers[3])

    def test_plan_is_fixed_when_drawn(self):
        wave = self.draw(self.make_wave())
        wave = self.as_user("satisfaction", wave)
        for values in ({"seed": "x"}, {"partner_domain": "[('id', '=', 1)]"}, {"sample_size": 3}):
            with self.assertRaises(UserError):
                wave.write(values)
        with self.assertRaises(UserError):
            wave.stratum_ids.target = 5
        wave.stratum_ids.quota = 5
        for name in ("population", "drawn", "weight"):
            with self.assertRaises(AccessError):
                wave.stratum_ids[:1].write({name: 7})
        with self.assertRaises(UserError):
            wave.stratum_ids.unlink()

    def test_questionnaire_is_fixed_when_frozen(self):
        wave = self.draw(self.make_wave(sampling="number", sample_size=3))
        self.program.survey_id = self.make_questionnaire("Another version")
        wave.action_top_up()
        wave.stratum_ids._unguarded().target = 5
        self.runs._cron_survey_sampling()
        self.env.invalidate_all()
        self.assertEqual(wave.invitation_ids.survey_id, self.questionnaire)
        self.assertEqual(len(wave.invitation_ids), 5)

    def test_strata_that_do_not_divide(self):
        wave = self.make_wave(stratum_ids=[Command.create({"value_class": "a", "target": 1})])
        with self.assertRaises(UserError):
            wave.action_draw()

    def test_queries_do_not_grow_with_the_batch(self):
        counts = []
        for size in (4, 5, 50):
            wave = self.make_wave(name=f"W{size}", sampling="number", sample_size=size)
            wave._freeze()
            wave._unguarded().write({"state": "sampling", "is_drawing": True})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            stratum = wave.stratum_ids
            wave._draw(stratum, wave._next_ranks(stratum))
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(stratum.drawn, size)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 30)


class TestWaveLife(WaveCase):
    def test_release_and_close(self):
        wave = self.make_wave(sampling="number", sample_size=10, closes_on="2026-05-31")
        with freeze_time("2026-05-01 08:00:00"):
            self.draw(wave)
            wave.action_release()
        waiting = wave.invitation_ids
        self.assertEqual(set(waiting.mapped("state")), {"queued"})
        states = self.env["bank.survey.contact.state"].search([("partner_id", "in", waiting.partner_id.ids)])
        self.assertEqual(len(states.filtered("last_invited_at")), 10)
        waiting[:4].write({"state": "sent", "sent_at": "2026-05-02 08:00:00"})
        waiting[4].write({"state": "started", "sent_at": "2026-05-02 08:00:00"})
        waiting[5].write(
            {"state": "completed", "sent_at": "2026-05-02 08:00:00", "completed_at": "2026-05-03 08:00:00"}
        )
        with freeze_time("2026-05-31 08:00:00"):
            self.env["bank.survey.wave"]._cron_waves()
            self.assertEqual(wave.state, "sending", "the last day counts")
        with freeze_time("2026-06-01 08:00:00"):
            self.env["bank.survey.wave"]._cron_waves()
        self.assertEqual(wave.state, "closed")
        self.env.invalidate_all()
        self.assertEqual(waiting.mapped("state"), ["expired"] * 4 + ["started", "completed"] + ["suppressed"] * 4)
        self.assertEqual(set(waiting[6:].mapped("suppress_reason")), {"wave_closed"})
        states.invalidate_recordset()
        self.assertEqual(len(states.filtered("last_invited_at")), 6, "who was not asked has not been asked lately")
        self.assertEqual((wave.sent_count, wave.completed_count, wave.suppressed_count), (6, 1, 4))
        self.assertAlmostEqual(wave.response_rate, 1 / 6)

    def test_many_are_settled_by_the_job(self):
        wave = self.draw(self.make_wave())
        module = "odoo.addons.bank_crm_survey.models.bank_survey_wave_life.AT_ONCE"
        with patch(module, 25), patch(module.replace("life", "jobs"), 25):
            wave.action_release()
            self.assertEqual((wave.state, wave.invitation_ids.mapped("state").count("queued")), ("sending", 25))
            self.env["bank.survey.wave"]._cron_waves()
            self.assertEqual(set(wave.invitation_ids.mapped("state")), {"queued"})
            wave.action_close()
            self.assertEqual(wave.invitation_ids.mapped("state").count("suppressed"), 25)
            self.env["bank.survey.wave"]._cron_waves()
            self.assertEqual(set(wave.invitation_ids.mapped("state")), {"suppressed"})

    def test_release_needs_a_running_programme(self):
        wave = self.draw(self.make_wave())
        self.program.action_pause()
        with self.assertRaises(UserError):
            wave.action_release()

    def test_quota_at_the_boundary(self):
        wave = self.draw(self.make_wave(stratify_by="value_class"))
        first, second = wave.stratum_ids
        first.quota = 4
        wave.action_release()
        ours = wave.invitation_ids.filtered(lambda invitation: invitation.stratum_id == first)
        others = wave.invitation_ids - ours
        ours[:2].write({"state": "completed"})
        ours[2].write({"state": "started"})
        self.assertFalse(wave.invitation_ids._over_quota())
        ours[3].write({"state": "partial"})
        self.assertFalse(ours[4:]._over_quota(), "broken off answers do not count here")
        self.program.count_partial = True
        self.assertEqual(ours[4:]._over_quota(), ours[4:])
        self.program.count_partial = False
        ours[4].write({"state": "started"})
        self.assertEqual((ours[5:] + others)._over_quota(), ours[5:])
        self.env.invalidate_all()
        (ours + others).mapped("stratum_id")
        with self.assertQueryCount(1):
            (ours + others)._over_quota()
        wave._suppress_over_quota()
        self.assertEqual(set(ours[5:].mapped("suppress_reason")), {"quota_full"})
        self.assertEqual(set(others.mapped("state")), {"queued"})
        self.assertTrue(second.drawn)

    def test_weights_of_the_spec(self):
        wave = self.make_wave(stratify_by="value_class")
        big, small = self.env["bank.survey.stratum"].create(
            [{"wave_id": wave.id, "value_class": code} for code in ("a", "b")]
        )
        silent = self.env["bank.survey.stratum"].create({"wave_id": wave.id, "value_class": "c"})
        big._unguarded().population, small._unguarded().population, silent._unguarded().population = 900, 100, 500
        partners = self.customers[:50]
        answers = {}
        for stratum in (big, small):
            answers[stratum] = self.answers_of(wave, stratum, partners)
        wave._compute_weights()
        self.assertEqual((big.weight, small.weight, silent.weight), (1.8, 0.2, 1.0))
        for stratum, (invitations, inputs, scores) in answers.items():
            self.assertEqual(set(invitations.mapped("weight")), {stratum.weight})
            self.assertEqual(set(inputs.mapped("bank_weight")), {stratum.weight})
            self.assertEqual(set(scores.mapped("weight")), {stratum.weight})
        scores = answers[big][2] + answers[small][2]
        self.assertAlmostEqual(sum(scores.mapped("weight")), 100)
        # Who does not count has no part in it.
        answers[big][2][10:].write({"is_counted": False})
        wave._compute_weights()
        self.assertAlmostEqual(big.weight, 0.9 / (10 / 60), 5)

    def answers_of(self, wave, stratum, partners):
        invitations = self.env["bank.survey.invitation"].create(
            [
                {
                    "program_id": self.program.id, "wave_id": wave.id, "stratum_id": stratum.id,
                    "company_id": self.company.id, "survey_id": self.questionnaire.id, "partner_id": partner.id,
                    "state": "completed", "touchpoint_ref": stratum.value_class,
                }
                for partner in partners
            ]
        )  # fmt: skip
        answering = self.env["survey.survey"]._bank_answering().env
        inputs = answering["survey.user_input"].create(
            [
                {
                    "survey_id": self.questionnaire.id, "partner_id": invitation.partner_id.id,
                    "bank_invitation_id": invitation.id, "bank_wave_id": wave.id, "bank_stratum_id": stratum.id,
                    "bank_program_id": self.program.id,
                }
                for invitation in invitations
            ]
        )  # fmt: skip
        scores = self.env["bank.survey.score"].create(
            [
                {
                    "user_input_id": answer.id, "question_id": self.nps.id, "program_id": self.program.id,
                    "wave_id": wave.id, "stratum_id": stratum.id, "company_id": self.company.id, "metric": "nps",
                    "score": 9, "is_counted": True, "answered_on": date(2026, 3, 31),
                }
                for answer in inputs
            ]
        )  # fmt: skip
        return invitations, inputs, scores

    def test_roles(self):
        wave = self.make_wave()
        for role in ("rm_north", "manager_north", "agent", "operations"):
            with self.assertRaises(AccessError):
                self.as_user(role, wave).read(["name"])
            with self.assertRaises(AccessError):
                self.env["bank.survey.wave"].with_user(self.users[role]).create(
                    {"name": "Mine", "program_id": self.program.id}
                )
        for role in ("rm_north", "auditor", "compliance", "bank_admin"):
            for button in ("action_draw", "action_release", "action_close", "action_back_to_draft", "action_top_up"):
                with self.assertRaises(AccessError):
                    getattr(self.as_user(role, wave), button)()
        self.assertEqual(self.as_user("auditor", wave).name, "Spring")
        mine = self.env["bank.survey.wave"].with_user(self.users["satisfaction"]).create(
            {"name": "Mine", "program_id": self.program.id, "sampling": "number", "sample_size": 5}
        )  # fmt: skip
        with self.assertRaises(AccessError):
            mine.state = "open"
        mine.action_draw()
        self.runs._cron_survey_sampling()
        self.env.invalidate_all()
        self.assertEqual(mine.state, "frozen")
        self.assertEqual(len(mine.invitation_ids), 5)
        mine.action_back_to_draft()
        self.assertFalse(mine.invitation_ids)
        mine.action_draw()
        self.runs._cron_survey_sampling()
        self.env.invalidate_all()
        mine.action_release()
        mine.action_close()
        self.assertEqual(mine.state, "closed")

    def test_back_to_draft_gives_customers_back(self):
        self.env["bank.survey.contact.rule"].create({"name": "Gap", "min_gap_days": 14})
        first = self.draw(self.make_wave(sampling="number", sample_size=60))
        second = self.draw(self.make_wave(name="Second"))
        self.assertEqual((first.drawn_count, second.drawn_count), (60, 0), "drawn customers are reserved")
        self.assertEqual(set(second.invitation_ids.mapped("suppress_reason")), {"too_soon"})
        first.action_back_to_draft()
        second.action_top_up()
        third = self.draw(self.make_wave(name="Third"))
        self.assertEqual(third.drawn_count, 60)

    def test_delay_waits_within_the_wave(self):
        rule = self.env["bank.survey.contact.rule"].create(
            {"name": "Gap", "min_gap_days": 10, "effect": "delay", "max_delay_days": 30}
        )
        with freeze_time("2026-04-01 08:00:00"):
            self.make_invitation(self.customers[0], sent_at="2026-03-30 08:00:00")
            wave = self.draw(self.make_wave(closes_on="2026-04-30"))
            late = wave.invitation_ids.filtered(lambda inv: inv.partner_id == self.customers[0])
            self.assertEqual((late.state, late.send_after.date()), ("drawn", date(2026, 4, 9)))
            wave.action_release()
            self.env.invalidate_all()
            self.assertEqual(late.send_after.date(), date(2026, 4, 9))
            self.assertLess((wave.invitation_ids - late)[0].send_after, late.send_after - timedelta(days=5))
            rule.min_gap_days = 25
            short = self.draw(self.make_wave(name="Short", closes_on="2026-04-20"))
            self.assertEqual(set(short.invitation_ids.mapped("suppress_reason")), {"too_soon"})


class TestSimulation(WaveCase):
    def test_numbers_and_nothing_written(self):
        self.customers[:4].lifecycle_stage = "deceased"
        self.customers[4:6].email = False
        wave = self.make_wave(stratify_by="value_class", sampling="number", sample_size=30)
        simulation = self.env["bank.survey.simulation"].with_user(self.users["satisfaction"]).create(
            {"program_id": self.program.id, "wave_id": wave.id}
        )  # fmt: skip
        action = simulation.action_simulate()
        self.assertEqual(action["res_id"], simulation.id)
        self.assertEqual((simulation.population, simulation.judged, simulation.asked), (60, 60, 54))
        self.assertEqual(
            {line.code: line.number for line in simulation.reason_ids}, {"asked": 54, "deceased": 4, "no_channel": 2}
        )
        self.assertEqual(
            {line.code: (line.number, line.target) for line in simulation.stratum_ids}, {"a": (20, 10), "b": (40, 20)}
        )
        self.assertFalse(wave.invitation_ids)
        self.assertFalse(self.env["bank.survey.contact.state"].search([]))
        self.assertEqual(wave.state, "draft")
        dead = simulation.reason_ids.filtered(lambda line: line.code == "deceased")
        self.assertEqual(dead.label, "Deceased")
        listed = self.env["res.partner"].search(dead.sudo().action_view_customers()["domain"])
        self.assertEqual(listed, self.customers[:4])
        with self.assertRaises(AccessError):
            simulation.reason_ids.read(["partners"])

    def test_programme_that_is_a_draft(self):
        program = self.make_program("NEW", "New", state="draft")
        simulation = self.env["bank.survey.simulation"].create({"program_id": program.id})
        simulation.action_simulate()
        self.assertEqual((simulation.asked, simulation.wanted), (60, 60))

    def test_many_customers_are_judged_in_part(self):
        with patch("odoo.addons.bank_crm_survey.wizard.bank_survey_simulation.MOST_JUDGED", 10):
            simulation = self.env["bank.survey.simulation"].create({"program_id": self.program.id})
            simulation.action_simulate()
        self.assertTrue(simulation.is_partial)
        self.assertEqual((simulation.population, simulation.judged, simulation.wanted), (60, 10, 60))

    def test_roles(self):
        for role in ("rm_north", "auditor", "agent"):
            with self.assertRaises(AccessError):
                self.env["bank.survey.simulation"].with_user(self.users[role]).create({"program_id": self.program.id})
