from odoo import api, fields, models
from odoo.tools import SQL

# What goes over to the other ticket: model, field of the ticket's id, field of its model where there is one.
MOVED = (
    ("mail.message", "res_id", "model"),
    ("mail.activity", "res_id", "res_model"),
    ("ir.attachment", "res_id", "res_model"),
    ("bank.ticket.party", "ticket_id", None),
    ("bank.ticket.letter", "ticket_id", None),
    ("bank.ticket.task", "ticket_id", None),
)


class BankTicketMerge(models.Model):
    """One ticket was made part of another one of the same customer, and what is needed to take it out again.

    ``moved`` is ``{model: [ids]}`` of what went over; ``source_values`` and ``target_values`` are what the two tickets
    had before, of the fields that merging changes.  The row is sealed; undoing the merge writes its second half.
    """

    _name = "bank.ticket.merge"
    _description = "Merge of Tickets"
    _inherit = ["bank.sealed.mixin"]
    _order = "id desc"
    _rec_name = "source_id"

    source_id = fields.Many2one(
        comodel_name="bank.ticket", string="Ticket", required=True, readonly=True, index=True, ondelete="restrict"
    )
    target_id = fields.Many2one(
        comodel_name="bank.ticket", string="Went Into", required=True, readonly=True, index=True, ondelete="restrict"
    )
    merged_at = fields.Datetime(string="When", required=True, readonly=True)
    merged_by_id = fields.Many2one(comodel_name="res.users", string="By", readonly=True, ondelete="restrict")
    reason = fields.Text(readonly=True)
    moved = fields.Json(readonly=True, export_string_translation=False)
    source_values = fields.Json(readonly=True, export_string_translation=False)
    target_values = fields.Json(readonly=True, export_string_translation=False)
    undone_at = fields.Datetime(string="Undone", readonly=True)
    undone_by_id = fields.Many2one(comodel_name="res.users", readonly=True, ondelete="restrict")
    undo_reason = fields.Text(string="Why Undone", readonly=True)

    _one_target_uniq = models.UniqueIndex(
        "(source_id) WHERE undone_at IS NULL", "This ticket was merged into another one already."
    )

    # ------------------------------------------------------------------
    # Moving
    # ------------------------------------------------------------------

    @api.model
    def _move(self, source, target):
        """Let what hangs on ``source`` hang on ``target``.

        :return: ``{model: [ids]}`` of what was moved
        """
        moved = {}
        for model, name, model_name in MOVED:
            if ids := self._link(model, name, model_name, source, target):
                moved[model] = ids
        return moved

    @api.model
    def _move_back(self, moved, source, target):
        """Let what was moved, and still hangs on ``target``, hang on ``source`` again."""
        for model, name, model_name in MOVED:
            if moved.get(model):
                self._link(model, name, model_name, target, source, only=moved[model])

    @api.model
    def _link(self, model, name, model_name, before, after, only=None):
        """Change links in the database: rows that are sealed or guarded move with their ticket, too.

        :return: ids of the rows
        """
        records = self.env[model]
        records.flush_model()
        conditions = [SQL("%s = %s", SQL.identifier(name), before.id)]
        if model_name:
            conditions.append(SQL("%s = 'bank.ticket'", SQL.identifier(model_name)))
        if only is not None:
            conditions.append(SQL("id = ANY(%s)", only))
        rows = self.env.execute_query(
            SQL(
                "UPDATE %s SET %s = %s WHERE %s RETURNING id",
                SQL.identifier(records._table),
                SQL.identifier(name),
                after.id,
                SQL(" AND ").join(conditions),
            )
        )
        records.invalidate_model()
        return sorted(row[0] for row in rows)

    def action_undo(self):
        """Ask why, then take the ticket out of the other one again."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Undo the Merge"),
            "res_model": "bank.ticket.merge.undo",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.source_id.id},
        }
