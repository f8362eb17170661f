from odoo import api, fields, models
from odoo.fields import Domain

TODAY = 2**31 - 1  # the last batch: what belongs to no month


class BankRun(models.Model):
    """The job ``boards``: the totals that dashboards read. Its batches are months, not customers."""

    _inherit = "bank.run"

    job = fields.Selection(selection_add=[("boards", "Totals of Dashboards")], ondelete={"boards": "cascade"})

    @api.model
    def _nightly_jobs(self):
        return [*super()._nightly_jobs(), "boards"]

    @api.model
    def _independent_jobs(self):
        return [*super()._independent_jobs(), "boards"]

    @api.model
    def _count_for(self, job):
        if job != "boards":
            return super()._count_for(job)
        return self.env["bank.money.month"].search_count(self._stale_months()) + 1

    @api.model
    def _stale_months(self):
        return Domain("company_id", "=", self.env.company.id) & Domain("is_stale", "=", True)

    def _next_batch(self):
        if self.job != "boards":
            return super()._next_batch()
        if self.last_id == TODAY:
            return []
        behind = Domain("id", ">", self.last_id or 0)
        months = self.env["bank.money.month"].with_company(self.company_id)
        return months.search(behind & self.with_company(self.company_id)._stale_months(), order="id", limit=1).ids or [
            TODAY
        ]

    def _job_boards(self, ids):
        """Compute the totals of one month anew, or at the end those of today."""
        months = self.env["bank.money.month"].with_company(self.company_id)
        return months._rebuild_today() if ids == [TODAY] else months.browse(ids)._rebuild()
