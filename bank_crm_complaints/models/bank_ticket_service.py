from odoo import fields, models


class BankTicketService(models.Model):
    """A kind of service that customers ask for, and the steps by which it is done."""

    _name = "bank.ticket.service"
    _description = "Service"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True, help="What the customer reads when he chooses it.")
    is_in_portal = fields.Boolean(string="Offered in the Portal", default=True)
    product_taxon_id = fields.Many2one(
        comodel_name="bank.ticket.taxon", string="Product", index="btree_not_null", domain=[("axis", "=", "product")]
    )
    step_ids = fields.One2many(comodel_name="bank.ticket.service.step", inverse_name="service_id", string="Steps")

    _code_uniq = models.UniqueIndex("(code)", "Another service has this code.")
