from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

BATCH = 200


class SurveyUserInput(models.Model):
    """How long answers lead to customers: as long as their programme says; their scores stay."""

    _inherit = "survey.user_input"

    @api.model
    def _cron_bank_forget(self, batch=BATCH):
        """Make answers anonymous that are older than their programme keeps them."""
        # sudo: survey.user_input - the cron's user need not see answers
        answers = self.sudo()
        answers._forget_sources()
        # sudo: bank.survey.program - the cron's user need not see programmes
        programs = self.env["bank.survey.program"].sudo().with_context(active_test=False)
        crons = self.env["ir.cron"]
        for program in programs.search([("retention_months", ">", 0)]):
            today = self.env["bank.run"].with_company(program.company_id)._today()
            domain = (
                Domain("bank_program_id", "=", program.id)
                & Domain("bank_is_anonymous", "=", False)
                & Domain("bank_disposition", "!=", False)
                & Domain("bank_answered_on", "<", today - relativedelta(months=program.retention_months))
            )
            while old := answers.search(domain, limit=batch):
                old._bank_anonymize(keeps_dims=True)
                if not crons._commit_progress(len(old)):
                    return

    @api.model
    def _forget_sources(self):
        """Digests of devices are of use on their day alone; it is the first part of each, whatever the time zone."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """UPDATE survey_user_input SET bank_source_hash = NULL, bank_source_moment = NULL
                    WHERE bank_source_hash IS NOT NULL
                      AND (strpos(bank_source_hash, ' ') = 0 OR bank_source_hash < %s) RETURNING 1""",
                fields.Date.to_string(fields.Date.today() - timedelta(days=1)),
            )
        )
        self.invalidate_model(["bank_source_hash", "bank_source_moment"], flush=False)
