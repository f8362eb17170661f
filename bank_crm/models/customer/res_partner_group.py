from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    group_member_ids = fields.One2many(
        comodel_name="bank.group.member",
        inverse_name="partner_id",
        string="Groups",
        groups="bank_crm.group_bank_staff",
    )
    primary_group_id = fields.Many2one(
        comodel_name="bank.group",
        string="Household",
        compute="_compute_primary_group_id",
        groups="bank_crm.group_bank_staff",
    )

    @api.depends("group_member_ids.is_primary_group", "group_member_ids.date_from", "group_member_ids.date_to")
    def _compute_primary_group_id(self):
        today = fields.Date.context_today(self)
        for partner in self:
            primary = partner.group_member_ids.filtered(
                lambda member: member.is_primary_group and member._is_member_on(today)
            )
            partner.primary_group_id = primary[:1].group_id

    def action_view_group(self):
        self.ensure_one()
        group = self.primary_group_id or self.group_member_ids[:1].group_id
        if group:
            return group.get_formview_action()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_group_action")
        return {**action, "domain": [("member_ids.partner_id", "=", self.id)]}
