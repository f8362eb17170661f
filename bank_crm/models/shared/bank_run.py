import logging
import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class BankRun(models.Model):
    """One execution of a job over all customers, such as the nightly totals.

    The engine hands the customers to ``_job_<code>(partner_ids)`` in ascending batches of ids.  Each batch is one
    transaction that also moves ``last_id``; so a run that was killed goes on behind its last finished batch, and a
    run that is over is not begun again for the same day.  A room or an addon adds a job by extending the selection
    ``job``, :meth:`_nightly_jobs` and defining the method; the method has to give the same result when it is run
    twice.
    """

    _name = "bank.run"
    _description = "Bank CRM Run"
    _order = "id desc"

    BATCH_SIZE = 5000

    job = fields.Selection(selection=[], required=True, readonly=True)
    period_on = fields.Date(string="For", required=True, readonly=True, default=lambda self: self._today())
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    rule_version = fields.Char(readonly=True)
    state = fields.Selection(
        selection=[("running", "Running"), ("done", "Done"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="running",
        index=True,
    )
    started_at = fields.Datetime(string="Started", readonly=True, default=fields.Datetime.now)
    finished_at = fields.Datetime(string="Finished", readonly=True)
    seconds = fields.Float(string="Seconds at Work", digits=(12, 2), readonly=True)
    total = fields.Integer(string="To Do", readonly=True)
    processed = fields.Integer(readonly=True)
    changed = fields.Integer(readonly=True)
    last_id = fields.Integer(string="Last One Done", readonly=True, export_string_translation=False)
    error = fields.Text(readonly=True)
    progress = fields.Float(compute="_compute_progress")

    _one_running_uniq = models.UniqueIndex("(company_id, job) WHERE state = 'running'", "This job is running already.")

    @api.depends("total", "processed", "state")
    def _compute_progress(self):
        for run in self:
            run.progress = 100 if run.state == "done" else 100 * run.processed / run.total if run.total else 0

    @api.depends("job", "period_on")
    def _compute_display_name(self):
        labels = dict(self._fields["job"]._description_selection(self.env))
        for run in self:
            run.display_name = f"{labels.get(run.job, run.job)} {run.period_on or ''}"

    @api.model
    def _today(self):
        """Return the current date in the time zone of the company."""
        tz = self.env.company.partner_id.tz or self.env.tz.zone
        return fields.Date.context_today(self.with_context(tz=tz))

    # ------------------------------------------------------------------
    # Engine
    # ------------------------------------------------------------------

    @api.model
    def _nightly_jobs(self):
        """Return the codes of the jobs of a night, in the order in which they depend on each other."""
        return []

    @api.model
    def _independent_jobs(self):
        """Return the codes of those nightly jobs on which no other one depends."""
        return []

    @api.model
    def _cron_nightly(self):
        """Run the night's jobs for every company; called again by the scheduler until nothing remains."""
        for company in self.env["res.company"].search([("active", "=", True)]):
            for job in self._nightly_jobs():
                run = self.with_company(company)._run_job(job)
                if run.state == "running":  # time is over: the scheduler comes back
                    return
                if run.state == "failed" and job not in self._independent_jobs():
                    break  # later jobs would build on figures of yesterday

    @api.model
    def _run_job(self, job, again=False):
        """Begin or resume the run of ``job`` for today and work on it until it is over or the time is.

        :param job: a code of the selection ``job``
        :param again: begin anew although today's run is done
        :return: the run; its state is ``running`` when the scheduler's time was over
        """
        domain = [("job", "=", job), ("company_id", "=", self.env.company.id)]
        run = self.search([*domain, ("state", "=", "running")], limit=1)
        if not run and not again:
            run = self.search([*domain, ("period_on", "=", self._today()), ("state", "=", "done")], limit=1)
        if not run:
            run = self.create({"job": job, "rule_version": self._rule_version(job), "total": self._count_for(job)})
        if run.state == "running":
            run._work()
            if run.state == "done" and run.period_on < self._today():  # left over from a day before
                return self._run_job(job)
        return run

    @api.model
    def _cron_of(self, job):
        """Return the XML id of the scheduled action that works on ``job``."""
        return "bank_crm.ir_cron_nightly"

    @api.model
    def _rule_version(self, job):
        """Return the version of the rules that ``job`` applies, to be kept with its results."""
        return "1"

    def _work(self):
        """Process batches until none is left or the scheduler's time is over."""
        self.ensure_one()
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=max(self.total - self.processed, 0))
        while partner_ids := self._next_batch():
            started = time.monotonic()
            try:
                changed = self._work_on(partner_ids)
            except Exception as error:  # noqa: BLE001 - whatever a job raises, the run is marked as failed and logged
                self.env.cr.rollback()
                self._fail(error)
                return
            self.write(
                {
                    "processed": self.processed + len(partner_ids),
                    "changed": self.changed + changed,
                    "last_id": partner_ids[-1],
                    "seconds": self.seconds + time.monotonic() - started,
                }
            )
            if not commit_progress(len(partner_ids)):
                return
        self.write({"state": "done", "finished_at": fields.Datetime.now()})
        commit_progress(remaining=0)

    def _work_on(self, partner_ids):
        return getattr(self, f"_job_{self.job}")(partner_ids)

    def _fail(self, error):
        """Keep the reason: it names no customer, since messages of the database may quote personal data."""
        _logger.exception("Run %s of job %s failed after customer id %s", self.id, self.job, self.last_id)
        self.write(
            {
                "state": "failed",
                "finished_at": fields.Datetime.now(),
                "error": self._reason_of(error),
            }
        )
        self.env["ir.cron"]._commit_progress()

    def _reason_of(self, error):
        if isinstance(error, UserError) and str(error).startswith("[encryption_key_"):
            return str(error)  # what is wrong with the keys names nobody
        return self.env._(
            "%(kind)s after %(count)s customers; the server log has the details.",
            kind=type(error).__name__,
            count=self.processed,
        )

    @api.model
    def _count_for(self, job):
        """Return how many records ``job`` will go through: customers, unless the job has records of its own."""
        return self._count_customers()

    @api.model
    def _count_customers(self):
        return self.env.execute_query(
            SQL(
                "SELECT count(*) FROM res_partner WHERE is_bank_customer AND (company_id IS NULL OR company_id = %s)",
                self.env.company.id,
            )
        )[0][0]

    def _next_batch(self):
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM res_partner
                    WHERE is_bank_customer AND id > %s AND (company_id IS NULL OR company_id = %s)
                    ORDER BY id LIMIT %s""",
                self.last_id or 0,
                self.company_id.id,
                self.BATCH_SIZE,
            )
        )
        return [row[0] for row in rows]

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_run_again(self):
        """Ask the scheduler to run this job again now; the list shows how far it is."""
        self.ensure_one()
        if not self.env.user.has_group("bank_crm.group_bank_admin"):
            raise UserError(self.env._("Only a Bank CRM administrator can start a run."))
        running = self.search_count([("job", "=", self.job), ("state", "=", "running")], limit=1)
        if not running:
            # sudo: bank.run - the run is made by the engine, nobody has the right to create one by hand
            self.sudo().create(
                {"job": self.job, "rule_version": self._rule_version(self.job), "total": self._count_for(self.job)}
            )
        # sudo: ir.cron - an administrator of the bank may start this one job
        self.env.ref(self._cron_of(self.job)).sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The run has been asked for. Refresh the list to see its progress."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
