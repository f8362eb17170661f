from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BankGroupMember(models.Model):
    """The part that a customer plays in a group, from a date until a date."""

    _name = "bank.group.member"
    _description = "Group Member"
    _order = "is_head desc, id"
    _rec_name = "partner_id"

    group_id = fields.Many2one(comodel_name="bank.group", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="group_id.company_id", store=True)
    role = fields.Selection(
        selection=[
            ("head", "Head"),
            ("spouse", "Spouse"),
            ("child", "Child"),
            ("parent", "Parent"),
            ("relative", "Other Relative"),
            ("parent_company", "Parent Company"),
            ("subsidiary", "Subsidiary"),
            ("shareholder", "Shareholder"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    is_head = fields.Boolean(string="Heads It")
    is_primary_group = fields.Boolean(string="Primary Group", default=True, help="The one that counts for his tier.")
    include_assets = fields.Boolean(default=True, help="His holdings count in the totals of the group.")
    has_consented = fields.Boolean(
        string="Consents to Sharing",
        help="He agrees that who looks after another member sees that he is one, and totals with his assets in them.",
    )
    objects_to_totals = fields.Boolean(
        help="He objects to totals of the group: only compliance and auditors still see them."
    )
    date_from = fields.Date(required=True, default=fields.Date.context_today)
    date_to = fields.Date(help="Last day.")

    _head_uniq = models.UniqueIndex(
        "(group_id) WHERE is_head IS TRUE AND date_to IS NULL",
        "The group has a head already. End his part or clear his mark first.",
    )
    _primary_uniq = models.UniqueIndex(
        "(partner_id) WHERE is_primary_group IS TRUE AND date_to IS NULL",
        "This customer has another primary group. Clear the mark there or here.",
    )
    _member_uniq = models.UniqueIndex(
        "(group_id, partner_id) WHERE date_to IS NULL", "This customer is a member of the group already."
    )
    _dates_check = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "To: a membership cannot end before it begins."
    )

    @api.constrains("partner_id", "group_id")
    def _check_partner_id(self):
        for member in self:
            # sudo: res.partner - only whether he is a customer of the same company
            partner = member.sudo().partner_id
            if not partner.is_bank_customer:
                raise ValidationError(
                    self.env._("Customer: only customers of the bank can be members. Mark the contact as one first.")
                )
            if partner.company_id and partner.company_id != member.group_id.company_id:
                raise ValidationError(
                    self.env._("Customer: he belongs to another company than the group. Choose one of his company.")
                )

    def _is_member_on(self, date):
        return self.date_from <= date and (not self.date_to or self.date_to >= date)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        members.group_id._figures_changed()
        return members

    def write(self, vals):
        if not {"group_id", "partner_id"}.isdisjoint(vals) and not self.env["bank.sealed.mixin"]._is_unsealed():
            self._check_stays(vals)
        result = super().write(vals)
        if not {"include_assets", "date_from", "date_to", "partner_id", "group_id"}.isdisjoint(vals):
            self.group_id._figures_changed()
        return result

    def _check_stays(self, vals):
        moved = self.filtered(
            lambda member: (
                vals.get("group_id", member.group_id.id) != member.group_id.id
                or vals.get("partner_id", member.partner_id.id) != member.partner_id.id
            )
        )
        if moved:
            raise ValidationError(
                self.env._("Customer: a member stays the same person in the same group. End this one and add another.")
            )

    def unlink(self):
        groups = self.group_id
        result = super().unlink()
        groups.exists()._figures_changed()
        return result
