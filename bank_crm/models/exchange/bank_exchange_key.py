from odoo import fields, models


class BankExchangeKey(models.Model):
    """The id under which another system knows a customer.

    A customer may have several: one from each source, and after a merge all those of the merged ones.
    """

    _name = "bank.exchange.key"
    _description = "Customer Key of Another System"
    _order = "source, external_id"
    _rec_name = "external_id"

    source = fields.Char(required=True, readonly=True)
    external_id = fields.Char(string="External ID", required=True, readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )

    _external_uniq = models.UniqueIndex(
        "(source, external_id, company_id)", "External ID: this source has given the key to another customer."
    )
