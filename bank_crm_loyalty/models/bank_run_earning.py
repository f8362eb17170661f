from datetime import timedelta

from odoo import api, fields, models

from ..tools.earning import night

# A fact is written when its transaction begins and seen when it ends: those of a day before are looked at again.
MARGIN = timedelta(days=1)


class BankRun(models.Model):
    """The night in which rules earn: before availability and expiry, so that late facts expire in the same night."""

    _inherit = "bank.run"

    job = fields.Selection(
        selection_add=[("points_earn", "Points: Earning Rules"), ("points_settle",)],
        ondelete={"points_earn": "cascade"},
    )

    @api.model
    def _nightly_jobs(self):
        jobs = super()._nightly_jobs()
        place = jobs.index("points_settle") if "points_settle" in jobs else len(jobs)
        return [*jobs[:place], "points_earn", *jobs[place:]]

    @api.model
    def _independent_jobs(self):
        return [*super()._independent_jobs(), "points_earn"]

    @api.model
    def _rule_version(self, job):
        if job != "points_earn":
            return super()._rule_version(job)
        rules = self.env["bank.points.rule"].search(
            [("company_id", "=", self.env.company.id), ("state", "=", "active")], order="code, version"
        )
        return ", ".join(f"{rule.code}/{rule.version}" for rule in rules)[:250]

    def _job_points_earn(self, partner_ids):
        """Book what the rules give to these customers; return the number of facts booked or corrected."""
        return night.earn(self.env, partner_ids, self._earned_since())

    def _earned_since(self):
        """Return from when on facts have to be judged: the begin of the last run that came to its end."""
        before = self.search(
            [
                ("job", "=", "points_earn"),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "done"),
                ("id", "<", self.id),
            ],
            order="id desc",
            limit=1,
        )
        return before.started_at - MARGIN if before else None
