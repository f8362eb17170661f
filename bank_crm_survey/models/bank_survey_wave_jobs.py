import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .bank_run_survey import CONFLICTS
from .bank_survey_wave_life import AT_ONCE, RELEASED

_logger = logging.getLogger(__name__)


class BankSurveyWave(models.Model):
    """What waves do by themselves: go on releasing and closing, count answers, close when their last day is over."""

    _inherit = "bank.survey.wave"

    @api.model
    def _cron_waves(self):
        """Settle, count and close; called again by the scheduler until nothing is left."""
        commit_progress = self.env["ir.cron"]._commit_progress
        waves = self._waves_to_settle() | self.search([("state", "in", RELEASED)], order="id")
        commit_progress(remaining=len(waves))
        for wave in waves:
            if not wave._work_off(commit_progress):
                return

    def _work_off(self, commit_progress):
        """Do what is due of one wave; return whether the scheduler has time left."""
        try:
            while self._settle_some() >= AT_ONCE:
                if not commit_progress():
                    return False
            self._count_and_close()
            self.env.flush_all()
        except CONFLICTS:
            # Somebody invites or answers at this moment: look again soon.
            self.env.cr.rollback()
            _logger.info("Wave %s of surveys is busy; it is settled by the next run", self.id)
            in_a_minute = fields.Datetime.now() + timedelta(minutes=1)
            self.env.ref("bank_crm_survey.ir_cron_survey_waves")._trigger(at=in_a_minute)
        return commit_progress(1)

    def _count_and_close(self):
        self.stratum_ids._recount()
        if self.state not in RELEASED:
            return
        self._suppress_over_quota()
        today = self.env["bank.run"].with_company(self.company_id)._today()
        if self.closes_on and self.closes_on < today:
            self.action_close()

    @api.model
    def _waves_to_settle(self):
        """Return the closed waves with invitations that are still open."""
        self.env["bank.survey.invitation"].flush_model(["wave_id", "state"])
        self.flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                """SELECT wave.id FROM bank_survey_wave wave
                    WHERE wave.state = 'closed' AND EXISTS (
                          SELECT 1 FROM bank_survey_invitation invitation
                           WHERE invitation.wave_id = wave.id AND invitation.state IN ('drawn', 'queued', 'sent'))
                    ORDER BY wave.id"""
            )
        )
        return self.browse(row[0] for row in rows)
