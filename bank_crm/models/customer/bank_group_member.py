from odoo import fields, models


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
    is_head = fields.Boolean(string="Head")
    is_primary_group = fields.Boolean(string="Primary Group", default=True, help="The one that counts for his tier.")
    include_assets = fields.Boolean(default=True, help="His holdings count in the totals of the group.")
    has_consented = fields.Boolean(
        string="Consents to Sharing", help="He agrees that the managers of other members see his assets."
    )
    objects_to_totals = fields.Boolean(help="He objects: totals of the group are hidden from the other members' side.")
    date_from = fields.Date(required=True, default=fields.Date.context_today)
    date_to = fields.Date()

    _head_uniq = models.UniqueIndex(
        "(group_id) WHERE is_head IS TRUE AND date_to IS NULL", "The group has a head already."
    )
    _primary_uniq = models.UniqueIndex(
        "(partner_id) WHERE is_primary_group IS TRUE AND date_to IS NULL",
        "This customer has another primary group.",
    )
