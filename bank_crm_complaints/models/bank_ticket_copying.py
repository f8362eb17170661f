from odoo import fields, models


class BankTicket(models.Model):
    """Copies of tickets: new ones, received now, as secret as those they are made from."""

    _inherit = "bank.ticket"

    def copy_data(self, default=None):
        # Not everybody who copies may read who is complained of; :meth:`copy` takes it over.
        now = fields.Datetime.now()
        values = {"received_at": now, "forwarded_at": False, "complained_user_ids": [], **(default or {})}
        vals_list = super().copy_data(values)
        if "complained_user_ids" not in (default or {}):
            for vals in vals_list:
                vals.pop("complained_user_ids", None)
        return vals_list

    def copy(self, default=None):
        copies = super().copy(default)
        for copied, ticket in zip(copies, self, strict=True):
            copied._inherit_secrecy(ticket)
        return copies
