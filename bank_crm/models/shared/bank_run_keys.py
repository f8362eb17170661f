from odoo import api, models
from odoo.tools import SQL

from ...tools import sealing, secrets


class BankRun(models.Model):
    """Key rotation: encrypts under the first key what is still encrypted under another one.

    A job for each model with secret numbers. What is left to do can be seen from the values themselves, so a run that
    was killed goes on where it stopped, and one that is run again finds nothing to do. Hashes and masks stay.
    """

    _inherit = "bank.run"

    ROTATION_BATCH = 1000

    @api.model
    def _rotation_jobs(self):
        """Return ``{job: name of the model}``; rooms with masked models extend it."""
        return {}

    @api.model
    def _count_for(self, job):
        model = self._rotation_jobs().get(job)
        return self._count_under_other_keys(model) if model else super()._count_for(job)

    @api.model
    def _cron_of(self, job):
        return "bank_crm.ir_cron_rotate_keys" if job in self._rotation_jobs() else super()._cron_of(job)

    @api.model
    def _independent_jobs(self):
        return [*super()._independent_jobs(), *self._rotation_jobs()]

    @api.model
    def _cron_rotate_keys(self):
        """Work on the rotations that were asked for; called again by the scheduler until nothing remains."""
        for run in self.search([("state", "=", "running"), ("job", "in", list(self._rotation_jobs()))], order="id"):
            run.with_company(run.company_id)._work()
            if run.state == "running":
                return

    @api.model
    def _start_rotation(self):
        """Ask for a rotation of every model with secret numbers; return the runs."""
        jobs = self._rotation_jobs()
        running = self.search([("state", "=", "running"), ("job", "in", list(jobs))])
        wanted = set(jobs) - set(running.mapped("job"))
        new = self.create(
            [
                {"job": job, "rule_version": sealing.key_mark(), "total": self._count_for(job)}
                for job in jobs
                if job in wanted
            ]
        )
        self.env.ref("bank_crm.ir_cron_rotate_keys")._trigger()
        return running | new

    # ------------------------------------------------------------------
    # Values under other keys than the first
    # ------------------------------------------------------------------

    @api.model
    def _under_other_keys(self, model):
        """Return the SQL condition on the table of ``model``: a secret is encrypted under another key."""
        pattern = f"{sealing.key_mark()}:%"
        columns = [secrets.columns(name)[0] for name in self.env[model]._masked_fields]
        return SQL("(%s)", SQL(" OR ").join(SQL("%s NOT LIKE %s", SQL.identifier(name), pattern) for name in columns))

    @api.model
    def _count_under_other_keys(self, model):
        self.env[model].flush_model()
        table = SQL.identifier(self.env[model]._table)
        query = SQL("SELECT count(*) FROM %s WHERE %s", table, self._under_other_keys(model))
        return self.env.execute_query(query)[0][0]

    def _next_batch(self):
        model = self._rotation_jobs().get(self.job)
        if not model:
            return super()._next_batch()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE id > %s AND %s ORDER BY id LIMIT %s",
                SQL.identifier(self.env[model]._table),
                self.last_id or 0,
                self._under_other_keys(model),
                self.ROTATION_BATCH,
            )
        )
        return [row[0] for row in rows]

    def _work_on(self, partner_ids):
        model = self._rotation_jobs().get(self.job)
        return self._rotate(self.env[model], partner_ids) if model else super()._work_on(partner_ids)

    @api.model
    def _rotate(self, model, ids):
        """Encrypt the secrets of these records under the first key.

        :raises UserError: ``[encryption_key_unknown]`` when a key that is still needed is not configured any more
        """
        for name in model._masked_fields:
            column = secrets.columns(name)[0]
            self._rotate_column(model, column, ids)
            model.invalidate_model([column])
        return len(ids)

    @api.model
    def _rotate_column(self, model, column, ids):
        table, column = SQL.identifier(model._table), SQL.identifier(column)
        rows = self.env.execute_query(
            SQL(
                "SELECT id, %s FROM %s WHERE id = ANY(%s) AND %s NOT LIKE %s ORDER BY id FOR NO KEY UPDATE",
                column,
                table,
                list(ids),
                column,
                f"{sealing.key_mark()}:%",
            )
        )
        fresh = [sealing.encrypt(sealing.decrypt(stored)) for _id, stored in rows]
        self.env.execute_query(
            SQL(
                """UPDATE %s AS target SET %s = fresh.stored
                     FROM unnest(%s::int[], %s::text[]) AS fresh(id, stored) WHERE target.id = fresh.id RETURNING 1""",
                table,
                column,
                [row[0] for row in rows],
                fresh,
            )
        )
