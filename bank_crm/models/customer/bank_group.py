from odoo import api, fields, models


class BankGroup(models.Model):
    """Customers who are looked at together: a household, a group of companies, a family office.

    Its figures are in ``bank.group.month``. A member who objects hides them from everybody but compliance and
    auditors, his own manager included: that manager would otherwise read the assets of the others out of the
    difference. Without objection they are open to who may see each member, or has that member's consent.
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
        comodel_name="res.partner",
        compute="_compute_head_id",
        store=True,
        compute_sudo=True,
        index="btree_not_null",
    )
    member_count = fields.Integer(string="Members Today", compute="_compute_member_count", compute_sudo=True)
    note = fields.Text()
    active = fields.Boolean(default=True)

    @api.depends("member_ids.is_head", "member_ids.partner_id", "member_ids.date_to")
    def _compute_head_id(self):
        for group in self:
            heads = group.member_ids.filtered(lambda member: member.is_head and not member.date_to)
            group.head_id = heads[:1].partner_id

    @api.depends("member_ids.date_from", "member_ids.date_to")
    def _compute_member_count(self):
        today = fields.Date.context_today(self)
        for group in self:
            group.member_count = len(group.member_ids.filtered(lambda member: member._is_member_on(today)))

    def write(self, vals):
        result = super().write(vals)
        if "currency_id" in vals:
            self._figures_changed()
        return result

    def _figures_changed(self):
        """Have the months of these groups computed anew; the room ``finance`` knows how."""
