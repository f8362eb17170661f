from odoo import api, fields, models


class BankRun(models.Model):
    _inherit = "bank.run"

    job = fields.Selection(
        selection_add=[("documents", "Identity Documents"), ("keys_documents", "Keys of Identity Documents")],
        ondelete={"documents": "cascade", "keys_documents": "cascade"},
    )

    @api.model
    def _nightly_jobs(self):
        return [*super()._nightly_jobs(), "documents"]

    @api.model
    def _independent_jobs(self):
        return [*super()._independent_jobs(), "documents"]

    @api.model
    def _rotation_jobs(self):
        return {**super()._rotation_jobs(), "keys_documents": "bank.identity.document"}

    def _job_documents(self, partner_ids):
        """Move the states of identity documents along with the dates, remind the relationship managers, and restrict
        customers whose documents have expired for longer than the days of grace."""
        return self.env["bank.identity.document"]._age(self._today(), partner_ids)
