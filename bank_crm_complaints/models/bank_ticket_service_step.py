from odoo import fields, models


class BankTicketServiceStep(models.Model):
    """A step of a service, in the words in which the customer follows it."""

    _name = "bank.ticket.service.step"
    _description = "Step of a Service"
    _order = "service_id, sequence, id"

    service_id = fields.Many2one(comodel_name="bank.ticket.service", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    customer_text = fields.Char(string="What the Customer Reads", translate=True, help="Empty: the name of the step.")
    working_hours = fields.Float(
        required=True, default=8, help="Until the step is done, counted from the end of the step before."
    )

    _working_hours_check = models.Constraint("CHECK(working_hours > 0)", "Working Hours: enter more than 0.")
