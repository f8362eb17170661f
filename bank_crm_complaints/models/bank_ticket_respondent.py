from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .bank_ticket import STAFF


class BankTicket(models.Model):
    """What the ticket is about: contract, transaction, branch. Employees complained of: ``complained_user_ids``."""

    _inherit = "bank.ticket"

    holding_id = fields.Many2one(
        comodel_name="bank.holding",
        string="Account or Contract",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('party_ids.partner_id', '=', partner_id)]",
        groups=STAFF,
        help="One of the customer's.",
    )
    transaction_ref = fields.Char(string="Transaction", groups=STAFF, help="Reference or text of the transaction.")
    complained_branch_id = fields.Many2one(
        comodel_name="bank.branch",
        string="Branch Complained Of",
        index="btree_not_null",
        check_company=True,
        groups=STAFF,
    )

    @api.constrains("holding_id", "partner_id")
    def _check_holding(self):
        # sudo: bank.holding.party - whether the customer is one of the parties
        for ticket in self.sudo().filtered("holding_id"):
            if ticket.partner_id not in ticket.holding_id.party_ids.partner_id:
                raise ValidationError(
                    self.env._(
                        "Account or Contract: the customer of %(number)s is no party of it. Choose one of his, or "
                        "identify the customer first.",
                        number=ticket.number,
                    )
                )
