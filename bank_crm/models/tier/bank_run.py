from odoo import api, fields, models

from .bank_tier import RULE_VERSION


class BankRun(models.Model):
    """The job ``tiers``: by the policy where the company has one, else by the present assets alone."""

    _inherit = "bank.run"

    job = fields.Selection(selection_add=[("tiers", "Tiers")], ondelete={"tiers": "cascade"})

    @api.model
    def _nightly_jobs(self):
        return [*super()._nightly_jobs(), "tiers"]

    @api.model
    def _rule_version(self, job):
        if job != "tiers":
            return super()._rule_version(job)
        policy = self.env["bank.tier.policy"]._now_for(self.env.company)
        return policy._version_label() if policy else RULE_VERSION

    def _job_tiers(self, partner_ids):
        """Bring tiers up to date; return the number of what changed.

        Manual tiers begin and end with the day. Under a policy, months whose figures are new or were corrected are
        judged, each customer's from the first of them on.
        """
        moved = self.env["bank.tier.override"]._settle(partner_ids)
        if not self.env["bank.tier.policy"]._now_for(self.env.company):
            return moved + self.env["bank.tier"]._assign_from_aum(partner_ids)
        return (
            moved
            + self.env["bank.tier"]._assign_newcomers(partner_ids)
            + self.env["bank.tier.standing"]._catch_up(partner_ids)
        )
