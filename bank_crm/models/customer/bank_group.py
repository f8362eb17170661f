from odoo import api, fields, models


class BankGroup(models.Model):
    """Customers who are looked at together: a household, a group of companies, a family office.

    ``show_totals`` off hides the totals from everybody but the group's own branch manager: a member objects.
    """

    _name = "bank.group"
    _description = "Customer Group"
    _order = "name, id"

    name = fields.Char(required=True)
    kind = fields.Selection(
        selection=[
            ("household", "Household"),
            ("company_group", "Company Group"),
            ("family_office", "Family Office"),
        ],
        required=True,
        default="household",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    member_ids = fields.One2many(comodel_name="bank.group.member", inverse_name="group_id", string="Members")
    head_id = fields.Many2one(
        comodel_name="res.partner", string="Head", compute="_compute_head_id", store=True, index="btree_not_null"
    )
    note = fields.Text()
    active = fields.Boolean(default=True)

    @api.depends("member_ids.is_head", "member_ids.partner_id", "member_ids.date_to")
    def _compute_head_id(self):
        for group in self:
            group.head_id = group.member_ids.filtered("is_head")[:1].partner_id
