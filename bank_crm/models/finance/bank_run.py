from odoo import api, fields, models


class BankRun(models.Model):
    _inherit = "bank.run"

    job = fields.Selection(
        selection_add=[("totals", "Financial Totals"), ("keys_holdings", "Keys of Holdings")],
        ondelete={"totals": "cascade", "keys_holdings": "cascade"},
    )

    @api.model
    def _nightly_jobs(self):
        return [*super()._nightly_jobs(), "totals"]

    @api.model
    def _rotation_jobs(self):
        return {**super()._rotation_jobs(), "keys_holdings": "bank.holding"}

    def _job_totals(self, partner_ids):
        """Compute the totals of these customers anew, at today's exchange rates where a holding has no date."""
        return self.env["bank.financial.profile"]._refresh_totals(partner_ids)
