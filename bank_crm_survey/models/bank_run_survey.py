import time

from psycopg2 import errors

from odoo import api, fields, models

JOB = "survey_sampling"
TRIES = 6
CONFLICTS = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)


class BankRun(models.Model):
    """Drawing the samples of waves: each run is one wave's, goes down its ranks, and goes on where it was killed."""

    _inherit = "bank.run"

    job = fields.Selection(selection_add=[(JOB, "Samples of Survey Waves")], ondelete={JOB: "cascade"})
    survey_wave_id = fields.Many2one(
        comodel_name="bank.survey.wave", string="Wave", readonly=True, index="btree_not_null", ondelete="cascade"
    )

    @api.model
    def _cron_survey_sampling(self):
        """Draw for every wave that asked for it; called again by the scheduler until nothing remains."""
        for run in self.search([("job", "=", JOB), ("state", "=", "running")], order="id"):
            if run.with_company(run.company_id)._work_and_tell():
                return
        for wave in self.env["bank.survey.wave"].search([("is_drawing", "=", True)], order="id"):
            runs = self.with_company(wave.company_id)
            run = runs.create({"job": JOB, "survey_wave_id": wave.id, "rule_version": wave.seed})
            if run._work_and_tell():
                return

    def _work_and_tell(self):
        """Work on this run; return whether the scheduler's time was over before it was done."""
        self._work()
        self.env.flush_all()  # the next run of the job is made after this one has ended
        return self.state == "running"

    @api.model
    def _cron_of(self, job):
        return "bank_crm_survey.ir_cron_survey_sampling" if job == JOB else super()._cron_of(job)

    @api.model
    def _count_for(self, job):
        return 0 if job == JOB else super()._count_for(job)

    def _work(self):
        if self.job == JOB:
            wave = self.survey_wave_id
            try:
                if wave.state == "sampling" and not wave.frozen_at:
                    wave._freeze()
                self.total = self.processed + sum(stratum._left_to_draw() for stratum in wave.stratum_ids)
                self.env.flush_all()
            except Exception as error:  # noqa: BLE001 - whatever freezing raises, the run is marked as failed and logged
                self.env.cr.rollback()
                self._fail(error)
                return None
        return super()._work()

    def _next_batch(self):
        if self.job != JOB:
            return super()._next_batch()
        wave = self.survey_wave_id
        strata = wave._strata_to_draw() if wave.is_drawing else wave.stratum_ids.browse()
        if not strata:  # in the transaction that also ends the run
            wave._finish_drawing()
            return []
        return list(wave._next_ranks(strata[0]))

    def _work_on(self, partner_ids):
        if self.job != JOB:
            return super()._work_on(partner_ids)
        for attempt in range(TRIES):
            try:
                drawn = self._draw_next()
                self.env.flush_all()
                return drawn
            except CONFLICTS:  # somebody else chose one of these customers meanwhile: look again, then draw
                self.env.cr.rollback()
                if attempt == TRIES - 1:
                    raise
                time.sleep(0.1 * 2**attempt)
        return 0

    def _draw_next(self):
        wave = self.survey_wave_id
        strata = wave._strata_to_draw()
        return wave._draw(strata[0], wave._next_ranks(strata[0])) if strata else 0

    def _fail(self, error):
        """A wave whose drawing failed shows why, and can be asked to go on."""
        if self.job == JOB:
            self.survey_wave_id._unguarded().write({"is_drawing": False, "draw_error": self._reason_of(error)})
        return super()._fail(error)
