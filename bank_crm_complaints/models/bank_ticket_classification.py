from odoo import api, fields, models
from odoo.exceptions import ValidationError

_FIELDS = {"channel_id": "channel", "product_taxon_id": "product", "cause_taxon_id": "cause"}


class BankTicket(models.Model):
    """The place of a ticket in the three trees of the classification."""

    _inherit = "bank.ticket"

    channel_id = fields.Many2one(
        comodel_name="bank.ticket.taxon",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("axis", "=", "channel")],
        groups="base.group_user",
        help="The channel by which the business was done or the ticket was brought.",
    )
    product_taxon_id = fields.Many2one(
        comodel_name="bank.ticket.taxon",
        string="Product",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("axis", "=", "product")],
    )
    cause_taxon_id = fields.Many2one(
        comodel_name="bank.ticket.taxon",
        string="Cause",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("axis", "=", "cause")],
        groups="base.group_user",
    )

    @api.constrains(*_FIELDS)
    def _check_axes(self):
        for name, axis in _FIELDS.items():
            # sudo: bank.ticket - the axis of a classification is no secret; a customer registers without its fields
            if wrong := self.sudo()[name].filtered(lambda taxon, axis=axis: taxon.axis != axis):
                raise ValidationError(
                    self.env._(
                        "%(field)s: %(taxon)s belongs to another axis. Choose one of the list.",
                        field=self._fields[name]._description_string(self.env),
                        taxon=wrong[0].display_name,
                    )
                )
