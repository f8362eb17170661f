from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..tools import sealing, secrets


class BankKeyRotation(models.TransientModel):
    """Shows how many numbers are encrypted under which key, and starts the rotation to the first key."""

    _name = "bank.key.rotation"
    _description = "Key Rotation"

    line_ids = fields.One2many(comodel_name="bank.key.rotation.line", inverse_name="rotation_id", readonly=True)
    key_count = fields.Integer(string="Configured Keys", readonly=True)
    remaining = fields.Integer(string="Under Former Keys", readonly=True)
    unknown = fields.Integer(string="Under Keys that Are Not Configured", readonly=True)
    is_running = fields.Boolean(readonly=True)

    @api.model
    def action_open(self):
        """Count and show the counts.

        :raises UserError: ``[encryption_key_missing]``
        """
        self._check_is_administrator()
        lines = [self._count(job, model) for job, model in self.env["bank.run"]._rotation_jobs().items()]
        rotation = self.create(
            {
                "line_ids": [fields.Command.create(line) for line in lines],
                "key_count": len(sealing.known_marks()),
                "remaining": sum(line["remaining"] for line in lines),
                "unknown": sum(line["unknown"] for line in lines),
                "is_running": any(line["run_id"] for line in lines),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Key Rotation"),
            "res_model": self._name,
            "res_id": rotation.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_rotate(self):
        """Ask the scheduler to encrypt everything under the first key, and show how far it is."""
        self._check_is_administrator()
        # sudo: bank.run, ir.cron - runs are made by the engine, which an administrator may start
        self.env["bank.run"].sudo()._start_rotation()
        return self.action_open()

    @api.model
    def _check_is_administrator(self):
        if not self.env.user.has_group("bank_crm.group_bank_admin"):
            raise AccessError(self.env._("[access_denied] Only a Bank CRM administrator can rotate the keys."))

    @api.model
    def _count(self, job, model_name):
        # sudo: the masked model - its values are counted, none is shown
        model = self.env[model_name].sudo()
        model.flush_model()
        columns = [secrets.columns(name)[0] for name in model._masked_fields]
        marks = sealing.known_marks()
        total, remaining, unknown = self.env.execute_query(
            SQL(
                """SELECT count(*), count(*) FILTER (WHERE mark IS DISTINCT FROM %s),
                          count(*) FILTER (WHERE mark IS NOT NULL AND mark != ALL(%s))
                     FROM (%s) AS stored(mark)""",
                marks[0],
                marks,
                SQL(" UNION ALL ").join(
                    SQL(
                        "SELECT substring(%s FROM '^([0-9a-f]{8}):') FROM %s WHERE %s IS NOT NULL",
                        SQL.identifier(column),
                        SQL.identifier(model._table),
                        SQL.identifier(column),
                    )
                    for column in columns
                ),
            )
        )[0]
        # sudo: bank.run - administrators may read runs of their companies, this one may be of another
        run = self.env["bank.run"].sudo().search([("job", "=", job)], order="id desc", limit=1)
        return {
            "label": model._description,
            "total": total,
            "remaining": remaining,
            "unknown": unknown,
            "run_id": run.id if run.state == "running" else False,
            "error": run.error if run.state == "failed" and remaining else False,
        }


class BankKeyRotationLine(models.TransientModel):
    _name = "bank.key.rotation.line"
    _description = "Numbers by Key"

    rotation_id = fields.Many2one(comodel_name="bank.key.rotation", required=True, ondelete="cascade", index=True)
    label = fields.Char(string="Kind of Record", readonly=True)
    total = fields.Integer(string="Numbers", readonly=True)
    remaining = fields.Integer(string="Under Former Keys", readonly=True)
    unknown = fields.Integer(string="Key Not Configured", readonly=True)
    progress = fields.Float(compute="_compute_progress")
    run_id = fields.Many2one(comodel_name="bank.run", string="Running", readonly=True)
    error = fields.Char(readonly=True)

    @api.depends("total", "remaining")
    def _compute_progress(self):
        for line in self:
            line.progress = 100 * (line.total - line.remaining) / line.total if line.total else 100
