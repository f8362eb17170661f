import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError


class BankBenefitUseNew(models.TransientModel):
    """Record that a customer uses a benefit; shows what is left of it."""

    _name = "bank.benefit.use.new"
    _description = "Use a Benefit"

    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer", required=True, ondelete="cascade")
    entitled_ids = fields.Many2many(comodel_name="bank.benefit", compute="_compute_entitled_ids")
    benefit_id = fields.Many2one(
        comodel_name="bank.benefit", domain="[('id', 'in', entitled_ids)]", ondelete="cascade"
    )
    used_on = fields.Date(required=True, default=lambda self: self.env["bank.run"]._today())
    quantity = fields.Integer(default=1, required=True)
    note = fields.Char()
    left = fields.Char(compute="_compute_left")
    reference = fields.Char(
        required=True, readonly=True, default=lambda self: f"screen:{uuid.uuid4()}", export_string_translation=False
    )  # a second press of the button records nothing more

    @api.depends("partner_id", "used_on")
    def _compute_entitled_ids(self):
        for wizard in self:
            wizard.entitled_ids = self.env["bank.benefit"].union(
                *(row["benefit"] for row in wizard._rows() if row["benefit"].is_counted)
            )

    @api.depends("partner_id", "benefit_id", "used_on")
    @api.depends_context("lang")
    def _compute_left(self):
        for wizard in self:
            row = next((row for row in wizard._rows() if row["benefit"] == wizard.benefit_id), None)
            wizard.left = wizard._describe_left(row) if row else ""

    def _rows(self):
        if not self.partner_id or not self.used_on or not self.partner_id._origin.has_access("read"):
            return []
        return self.partner_id._origin._bank_benefits(self.used_on)

    def _describe_left(self, row):
        left = self.env._("no limit")
        if row["remaining"] is not None:
            left = self.env._("%(left)s of %(quota)s", left=row["remaining"], quota=row["quota"])
        if row["until"]:
            return self.env._(
                "%(left)s, by the former tier %(tier)s until %(day)s",
                left=left,
                tier=row["tier"].name,
                day=fields.Date.to_string(row["until"]),
            )
        return left

    def action_confirm(self):
        """Record the use."""
        self.ensure_one()
        if not self.benefit_id:
            raise UserError(self.env._("Benefit: choose the one that is used."))
        self.env["bank.benefit.use"]._record_use(
            self.partner_id, self.benefit_id, self.reference, self.used_on, self.quantity, self.note or None
        )
        return {"type": "ir.actions.act_window_close"}
