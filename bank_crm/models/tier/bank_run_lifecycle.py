from odoo import api, fields, models


class BankRun(models.Model):
    """The run of the stages of life; last of the night, since the rules ask for tiers and assets."""

    _inherit = "bank.run"

    job = fields.Selection(selection_add=[("lifecycle", "Lifecycle")], ondelete={"lifecycle": "cascade"})

    @api.model
    def _nightly_jobs(self):
        return [*super()._nightly_jobs(), "lifecycle"]

    @api.model
    def _rule_version(self, job):
        if job != "lifecycle":
            return super()._rule_version(job)
        rules = self.env["bank.lifecycle.rule"]._valid_rules(self._today())
        return ", ".join(f"{rule.id} v{rule.version}" for rule in rules)[:200] or "none"

    def _job_lifecycle(self, partner_ids):
        """Put these customers into the stages that the rules say on the day of the run."""
        rules = self.env["bank.lifecycle.rule"]
        if not self.basis:  # one look at the postings for all batches, kept for a run that goes on later
            self.basis = str(rules._postings_known_until(self.period_on) or "no postings")
        known = self.basis if self.basis != "no postings" else None
        return rules._apply(partner_ids, self.period_on, as_of=fields.Date.to_date(known))
