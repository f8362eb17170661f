import logging
import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class BankRun(models.Model):
    """One execution of a job over all customers, such as the nightly totals.

    The engine hands the customers to ``_job_<code>(partner_ids)`` in ascending batches of ids.  Each batch is one
    transaction that also moves ``last_id``; so a run that was killed goes on behind its last finished batch, and a
    run that is over is not begun again for the same day and month.  A room or an addon adds a job by extending the
    selection ``job``, :meth:`_nightly_jobs` and defining the method; the method has to give the same result when it is
    run twice.  A job that goes through months has one run for each of them (:meth:`_periods`).  Runs of some customers
    only, and those that somebody asks for, wait until no other run of the job is at work.
    """

    _name = "bank.run"
    _description = "Bank CRM Run"
    _order = "id desc"

    BATCH_SIZE = 10000
    MOST_REFUSALS = 5  # times that the database may refuse one batch

    job = fields.Selection(selection=[], required=True, readonly=True)
    month = fields.Date(readonly=True, help="First day of the month that it computes.")
    period_on = fields.Date(string="For", required=True, readonly=True, default=lambda self: self._today())
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    rule_version = fields.Char(readonly=True)
    state = fields.Selection(
        selection=[("waiting", "Waiting"), ("running", "Running"), ("done", "Done"), ("failed", "Failed")],
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
    is_partial = fields.Boolean(readonly=True, help="It goes through some customers only.")
    is_request = fields.Boolean(string="Asked for by Hand", readonly=True)
    scope_ids = fields.Json(readonly=True, export_string_translation=False)  # ids of these customers

    _one_running_uniq = models.UniqueIndex("(company_id, job) WHERE state = 'running'", "This job is running already.")

    @api.depends("total", "processed", "state")
    def _compute_progress(self):
        for run in self:
            run.progress = 100 if run.state == "done" else 100 * run.processed / run.total if run.total else 0

    @api.depends("job", "period_on", "month")
    def _compute_display_name(self):
        labels = dict(self._fields["job"]._description_selection(self.env))
        for run in self:
            period = f"{run.month:%Y-%m}" if run.month else run.period_on or ""
            run.display_name = f"{labels.get(run.job, run.job)} {period}"

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
    def _periods(self, job):
        """Return the months that ``job`` has to go through tonight, oldest first; ``[False]`` without months."""
        return [False]

    @api.model
    def _cron_nightly(self):
        """Run the night's jobs for every company; called again by the scheduler until nothing remains."""
        for company in self.env["res.company"].search([("active", "=", True)]):
            engine = self.with_company(company)
            for job in self._nightly_jobs():
                state = engine._run_periods(job)
                if state == "running":  # time is over: the scheduler comes back
                    return
                if state == "failed" and job not in self._independent_jobs():
                    break  # later jobs would build on figures of yesterday
            if not engine._run_waiting():
                return

    @api.model
    def _run_periods(self, job):
        """Run ``job`` for each of its months; return the state of the last run that was begun."""
        for month in self._periods(job):
            run = self._run_job(job, month=month)
            if run.state != "done":
                return run.state
        return "done"

    @api.model
    def _run_waiting(self):
        """Work on the runs that wait, one after the other; return whether none is left half done."""
        for run in self.search([("state", "=", "waiting"), ("company_id", "=", self.env.company.id)], order="id"):
            self._run_job(run.job, month=run.month, waiting=run)
            if run.state == "running":
                return False
        return True

    @api.model
    def _run_job(self, job, again=False, month=False, waiting=None):
        """Begin or resume the run of ``job`` for today and work on it until it is over or the time is.

        :param job: a code of the selection ``job``
        :param again: begin anew although today's run is done
        :param month: first day of the month to compute, for jobs that go through months
        :param waiting: the run to begin when no other one of the job is at work
        :return: the run; its state is ``running`` when the scheduler's time was over
        """
        domain = [("job", "=", job), ("company_id", "=", self.env.company.id)]
        if run := self.search([*domain, ("state", "=", "running")], limit=1):
            run._work()
            if run.state != "done" or (not waiting and run._is_of_today(month)):
                return run
            return self._run_job(job, month=month, waiting=waiting)
        if waiting:
            waiting.write({"state": "running", "started_at": fields.Datetime.now()})
            waiting._work()
            return waiting
        if not again and not self._has_news(job):
            today = [("period_on", "=", self._today()), ("month", "=", month), ("is_partial", "=", False)]
            if done := self.search([*domain, *today, ("state", "=", "done")], limit=1):
                return done
        run = self.create(self._prepare_run(job, month))
        run._work()
        return run

    @api.model
    def _has_news(self, job):
        """Return whether something has come in since today's run, so that another one has to be begun today."""
        return False

    def _is_of_today(self, month):
        return self.period_on >= self._today() and self.month == month and not self.is_partial

    @api.model
    def _prepare_run(self, job, month=False, scope_ids=None, **values):
        """Return the values of a run.

        :param scope_ids: ids of the customers to go through; None for all
        :param values: further ones
        """
        return {
            "job": job,
            "month": month,
            "rule_version": self._rule_version(job),
            "is_partial": scope_ids is not None,
            "scope_ids": sorted(scope_ids) if scope_ids is not None else False,
            "total": self._count_for(job) if scope_ids is None else len(scope_ids),
            **values,
        }

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
        refused = 0
        while self._is_free() and (partner_ids := self._next_batch()):
            started = time.monotonic()
            try:
                changed = self._work_on(partner_ids)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                # Somebody has written to these customers meanwhile: the batch begins anew and sees it.
                self.env.cr.rollback()
                refused += 1
                if refused > self.MOST_REFUSALS:
                    self._fail(error)
                    return
                continue
            except Exception as error:  # noqa: BLE001 - whatever a job raises, the run is marked as failed and logged
                self.env.cr.rollback()
                self._fail(error)
                return
            refused = 0
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
        if self._is_free():
            self.write({"state": "done", "finished_at": fields.Datetime.now()})
            commit_progress(remaining=0)

    def _is_free(self):
        """Lock the run until the next commit; return whether no other server is at work on it."""
        return bool(self.try_lock_for_update())

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
                    WHERE is_bank_customer AND id > %s AND (company_id IS NULL OR company_id = %s) AND %s
                    ORDER BY id LIMIT %s""",
                self.last_id or 0,
                self.company_id.id,
                SQL("id = ANY(%s)", list(self.scope_ids or [])) if self.is_partial else SQL("TRUE"),
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
            scope_ids = self.scope_ids if self.is_partial else None
            self.sudo().create(self._prepare_run(self.job, self.month, scope_ids, is_request=True))
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
