from odoo import api, fields, models

from ..tools.ledger import bulk, reconcile


class BankRun(models.Model):
    """The nights of the ledger: what becomes available, what expires, whether every account still adds up."""

    _inherit = "bank.run"

    job = fields.Selection(
        selection_add=[
            ("points_settle", "Points: Availability and Expiry"),
            ("points_reconcile", "Points: Reconciliation"),
        ],
        ondelete={"points_settle": "cascade", "points_reconcile": "cascade"},
    )

    @api.model
    def _nightly_jobs(self):
        return [*super()._nightly_jobs(), "points_settle", "points_reconcile"]

    @api.model
    def _independent_jobs(self):
        return [*super()._independent_jobs(), "points_settle", "points_reconcile"]

    def _job_points_settle(self, partner_ids):
        """Book what the day brings for the accounts of these customers; return the number of expiries."""
        return bulk.settle(self.env, partner_ids, self._today())

    def _job_points_reconcile(self, partner_ids):
        """Check every invariant of the accounts of these customers; return the number of new findings."""
        return self.env["bank.points.finding"]._record(reconcile.check(self.env, partner_ids))
