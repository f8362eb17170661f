from odoo import api, fields, models

from .bank_tier import RULE_VERSION


class BankRun(models.Model):
    _inherit = "bank.run"

    job = fields.Selection(selection_add=[("tiers", "Tiers")], ondelete={"tiers": "cascade"})

    @api.model
    def _nightly_jobs(self):
        return [*super()._nightly_jobs(), "tiers"]

    @api.model
    def _rule_version(self, job):
        return RULE_VERSION if job == "tiers" else super()._rule_version(job)

    def _job_tiers(self, partner_ids):
        return self.env["bank.tier"]._assign_from_aum(partner_ids)
