from odoo import fields, models

from .bank_ticket_clock_rule import UNITS


class BankTicketClockExtensionRule(models.Model):
    """A longer time that the law allows for a clock, under conditions.

    It replaces the rule's own length and counts from the clock's start, not from the day on which it is granted.  It
    takes effect when the notice to the customer was sent before the deadline; until then the deadline stays.
    """

    _name = "bank.ticket.clock.extension.rule"
    _description = "Rule of an Extension"
    _order = "rule_id, sequence, id"

    rule_id = fields.Many2one(
        comodel_name="bank.ticket.clock.rule", string="Clock", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(string="Condition", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    length = fields.Integer(string="Up To", required=True)  # pylint: disable=attribute-deprecated
    unit = fields.Selection(selection=UNITS, required=True, default="calendar_day")
    previous_id = fields.Many2one(
        comodel_name="bank.ticket.clock.extension.rule",
        string="Only After",
        domain="[('rule_id', '=', rule_id)]",
        help="This extension is possible only when that one has taken effect.",
    )
    approver_group_id = fields.Many2one(
        comodel_name="res.groups", string="Approved By", help="Empty: whoever handles the ticket."
    )
    notice_kind_id = fields.Many2one(
        comodel_name="bank.ticket.letter.kind",
        string="Notice",
        help="The extension takes effect when a letter of this kind was sent before the deadline.",
    )
    source = fields.Char()

    _length_check = models.Constraint("CHECK(length > 0)", "Up To: enter a number of units above 0.")
