from odoo import fields, models


class ResPartner(models.Model):
    """Customers whose data may only be kept: hidden from all roles but compliance (see ``res.users``)."""

    _inherit = "res.partner"

    is_restricted = fields.Boolean(
        string="Processing Restricted",
        readonly=True,
        copy=False,
        groups="bank_crm.group_bank_staff",  # the domains of every role ask for it
        help="At the customer's request his data are only kept: nobody but compliance sees them.",
    )
    is_anonymized = fields.Boolean(string="Anonymised", readonly=True, copy=False, groups="bank_crm.group_compliance")
    privacy_request_ids = fields.One2many(
        comodel_name="bank.privacy.request",
        inverse_name="partner_id",
        string="Privacy Requests",
        groups="bank_crm.group_bank_staff",
    )

    # Few: the rules of access exclude them by this index.
    _restricted_idx = models.Index("(id) WHERE is_restricted IS TRUE")
