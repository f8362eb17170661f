from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Whole numbers of the trade that a bank may change, with the least that makes sense.
MINIMA = {
    "bank_ticket_reopen_days": 0,
    "bank_ticket_reopen_limit": 0,
    "bank_ticket_auto_close_days": 1,
    "bank_ticket_duplicate_days": 1,
    "bank_ticket_representatives": 1,
    "bank_ticket_major_persons": 2,
}


class ResCompany(models.Model):
    """The numbers by which tickets are opened again, closed, and taken for the same or for a major one."""

    _inherit = "res.company"

    bank_ticket_reopen_days = fields.Integer(
        string="Days to Reopen",
        default=30,
        help="So many days after closing the same matter opens the ticket again; later it becomes a new ticket that "
        "refers to it.",
    )
    bank_ticket_reopen_limit = fields.Integer(
        string="Reopened at Most",
        default=3,
        help="How often one ticket may be opened again; after that the matter becomes a new ticket.",
    )
    bank_ticket_auto_close_days = fields.Integer(
        string="Days until Closed",
        default=14,
        help="So many days after the answer a ticket that is no complaint is closed by itself if the customer is "
        "silent.",
    )
    bank_ticket_duplicate_days = fields.Integer(
        string="Days to Look Back for Duplicates",
        default=90,
        help="Tickets of one customer that were received within so many days may be the same matter.",
    )
    bank_ticket_representatives = fields.Integer(
        string="Representatives of a Group", default=5, help="At most so many (China: Order 2020 No. 3, art. 12)."
    )
    bank_ticket_major_persons = fields.Integer(
        string="Persons of a Major Complaint",
        default=20,
        help="A complaint of so many persons is major (China: Order 2020 No. 3).",
    )

    @api.constrains(*MINIMA)
    def _check_ticket_numbers(self):
        for name, least in MINIMA.items():
            if any(company[name] < least for company in self):
                raise ValidationError(
                    self.env._(
                        "%(field)s: the least is %(least)s.",
                        field=self._fields[name]._description_string(self.env),
                        least=least,
                    )
                )
