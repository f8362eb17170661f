from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .figures import store, wanted

ONE_MONTH = relativedelta(months=1)


class BankRun(models.Model):
    """The monthly figures of a night, in three jobs.

    ``months`` goes through the months that are over and were never gone through since, then the running one: a run for
    each. ``late_months`` computes anew exactly the months that late or corrected facts have touched
    (``bank.month.stale``). ``group_months`` adds up households and groups from what has changed.
    """

    _inherit = "bank.run"

    job = fields.Selection(
        selection_add=[
            ("months", "Monthly Figures"),
            ("late_months", "Late Changes of Months"),
            ("group_months", "Households and Groups"),
        ],
        ondelete={"months": "cascade", "late_months": "cascade", "group_months": "cascade"},
    )

    @api.model
    def _nightly_jobs(self):
        jobs = super()._nightly_jobs()
        after_totals = jobs.index("totals") + 1
        return [*jobs[:after_totals], "months", "late_months", "group_months", *jobs[after_totals:]]

    @api.model
    def _rule_version(self, job):
        return store.RULE_VERSION if job.endswith("months") else super()._rule_version(job)

    @api.model
    def _periods(self, job):
        if job != "months":
            return super()._periods(job)
        running = self._today().replace(day=1)
        done = self._months_gone_through(running)
        month, months = self._first_month(done, running), []
        while month < running:
            if month not in done:
                months.append(month)
            month += ONE_MONTH
        return [*months, running]

    @api.model
    def _months_gone_through(self, running):
        """Return the months before ``running`` that a run went through after they were over."""
        runs = self.search(
            [
                ("job", "=", "months"),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "done"),
                ("is_partial", "=", False),
                ("month", "<", running),
            ]
        )
        return {run.month for run in runs if run.period_on >= run.month + ONE_MONTH}

    @api.model
    def _first_month(self, done, running):
        """Return where to begin: behind what was gone through, at first with the oldest balance within the limit."""
        if done:
            return min(done)
        limit = running - relativedelta(months=self.env.company.bank_months_back)
        self.env["bank.balance"].flush_model(["date"])
        oldest = self.env.execute_query(SQL("SELECT min(date) FROM bank_balance"))[0][0]
        return max(limit, oldest.replace(day=1)) if oldest else running

    # ------------------------------------------------------------------
    # Jobs
    # ------------------------------------------------------------------

    def _job_months(self, partner_ids):
        figures = self.env["bank.customer.month"]
        running = self._today().replace(day=1)
        month = self.month or running
        if self.is_partial:  # asked for by hand: anew, by the rules of now
            return figures._compute_months(partner_ids, [month], run=self)
        if month < running:
            query = wanted.ended_month(partner_ids, month, "request" if self.is_request else "late_balance")
        else:
            query = wanted.running_month(partner_ids, month, self.company_id.bank_months_back)
        return figures._compute_wanted(query, run=self)

    def _job_late_months(self, partner_ids):
        return self.env["bank.month.stale"]._empty(partner_ids, run=self)

    def _job_group_months(self, group_ids):
        return self.env["bank.group.month"]._compute_groups(group_ids)

    # ------------------------------------------------------------------
    # What they go through
    # ------------------------------------------------------------------

    @api.model
    def _count_for(self, job):
        if job == "late_months":
            return self.env.execute_query(SQL("SELECT count(*) FROM (%s) AS late", self._late_customers()))[0][0]
        if job == "group_months":
            return self.env["bank.group"].search_count([("company_id", "=", self.env.company.id)])
        return super()._count_for(job)

    @api.model
    def _has_news(self, job):
        if job == "late_months":
            return self._count_for(job) > 0
        if job == "group_months":
            return self.env["bank.group.month"]._are_groups_late()
        return super()._has_news(job)

    def _next_batch(self):
        if self.job == "late_months":
            query = SQL(
                "SELECT id FROM (%s) AS late WHERE id > %s ORDER BY id LIMIT %s",
                self._late_customers(),
                self.last_id or 0,
                self.BATCH_SIZE,
            )
            return [row[0] for row in self.env.execute_query(query)]
        if self.job == "group_months":
            domain = [("company_id", "=", self.company_id.id), ("id", ">", self.last_id or 0)]
            return self.env["bank.group"].search(domain, order="id", limit=self.BATCH_SIZE).ids
        return super()._next_batch()

    @api.model
    def _late_customers(self):
        self.env["bank.month.stale"].flush_model(["partner_id"])
        return SQL(
            """SELECT DISTINCT partner.id FROM bank_month_stale stale
                 JOIN res_partner partner ON partner.id = stale.partner_id
                WHERE partner.company_id IS NULL OR partner.company_id = %s""",
            self.env.company.id,
        )
