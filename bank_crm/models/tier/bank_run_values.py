from odoo import api, fields, models
from odoo.tools import SQL


class BankRun(models.Model):
    """The run of the value classes: of all customers when a month was closed or corrected, else of none."""

    _inherit = "bank.run"

    job = fields.Selection(selection_add=[("values", "Value Classes")], ondelete={"values": "cascade"})
    basis = fields.Char(
        readonly=True,
        export_string_translation=False,
        help="What a run over everybody was computed from: with the same basis it is not done again.",
    )

    @api.model
    def _nightly_jobs(self):
        return [*super()._nightly_jobs(), "values"]

    @api.model
    def _rule_version(self, job):
        if job != "values":
            return super()._rule_version(job)
        return self.env["bank.value.policy"]._active_for(self.env.company, self._today()).display_name or "none"

    @api.model
    def _count_for(self, job):
        if job == "values" and not self._new_value_basis():
            return 0
        return super()._count_for(job)

    def _next_batch(self):
        if self.job != "values":
            return super()._next_batch()
        values = self.env["bank.customer.value"]
        if not self.last_id and not self.basis:
            self.basis = self._new_value_basis()
            if not self.basis:
                return []
        mark = f"run {self.id}"
        if not values._has_stage(mark):
            # At the beginning, or after a crash of PostgreSQL: then all customers again, from one reckoning.
            values._stage_values(values._newest_month(), mark)
            self.write({"last_id": 0, "processed": 0})
        batch = super()._next_batch()
        if not batch:
            values._drop_stage()
        return batch

    def _job_values(self, partner_ids):
        """Bring the value classes of these customers up to date from the run's stage."""
        return self.env["bank.customer.value"]._apply_stage(partner_ids)

    @api.model
    def _new_value_basis(self):
        """Return what the value classes would be computed from, or None where the last run had the same or there is
        nothing."""
        values = self.env["bank.customer.value"]
        month = values._newest_month()
        policy = month and self.env["bank.value.policy"]._active_for(self.env.company, values._month_end(month))
        if not policy:
            return None
        last = self.search(
            [
                ("job", "=", "values"),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "done"),
                ("basis", "!=", False),
            ],
            order="id desc",
            limit=1,
        )
        basis = self._value_basis(month, policy, last.basis)
        return None if last.basis == basis else basis

    @api.model
    def _value_basis(self, month, policy, known):
        """Return the mark of what is computed from; its first part is when the newest figure was computed.

        :param known: the mark of the last run, so that only figures since then are looked for
        """
        self.env["bank.rfm.segment"].flush_model()
        policy.flush_recordset()
        before = known.split("|")[0] if known else "-infinity"
        figures, segments = self.env.execute_query(
            SQL(
                """SELECT (SELECT max(computed_at) FROM bank_customer_month
                            WHERE company_id = %s AND state = 'closed' AND month <= %s
                              AND computed_at >= %s::timestamp),
                          (SELECT max(write_date) FROM bank_rfm_segment)""",
                self.env.company.id,
                month,
                before,
            )
        )[0]
        return f"{figures or before}|{month}|policy {policy.id} {policy.write_date}|segments {segments}"
