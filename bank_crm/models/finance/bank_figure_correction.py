from odoo import api, fields, models


class BankFigureCorrection(models.Model):
    """A figure of a closed month that changed afterwards, with what it was before and why."""

    _name = "bank.figure.correction"
    _description = "Corrected Figure"
    _inherit = ["bank.sealed.mixin"]
    _order = "corrected_at desc, id desc"
    _rec_name = "field_name"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True)
    month = fields.Date(required=True, readonly=True)
    field_name = fields.Char(string="Figure", required=True, readonly=True)
    field_label = fields.Char(string="Name of the Figure", compute="_compute_field_label")
    old_amount = fields.Monetary(string="Before", readonly=True)
    new_amount = fields.Monetary(string="After", readonly=True)
    difference = fields.Monetary(compute="_compute_difference")
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    reason = fields.Selection(
        selection=lambda self: self.env["bank.month.stale"]._fields["reason"]._description_selection(self.env),
        required=True,
        readonly=True,
    )
    corrected_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    run_id = fields.Many2one(comodel_name="bank.run", readonly=True, ondelete="set null", index="btree_not_null")

    @api.depends("field_name")
    @api.depends_context("lang")
    def _compute_field_label(self):
        # sudo: bank.customer.month - labels of its fields only
        labels = self.env["bank.customer.month"].sudo().fields_get(attributes=["string"])
        for correction in self:
            correction.field_label = labels.get(correction.field_name, {}).get("string", correction.field_name)

    @api.depends("old_amount", "new_amount")
    def _compute_difference(self):
        for correction in self:
            correction.difference = correction.new_amount - correction.old_amount
