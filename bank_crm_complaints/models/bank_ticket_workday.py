from odoo import api, fields, models


class BankTicketWorkday(models.Model):
    """A day that is worked although the week says otherwise: China's make-up days (调休) before and after holidays."""

    _name = "bank.ticket.workday"
    _description = "Make-up Working Day"
    _order = "date desc, id"

    calendar_id = fields.Many2one(
        comodel_name="resource.calendar", string="Working Hours", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date(required=True)
    name = fields.Char(string="Why", required=True, translate=True)

    _calendar_date_uniq = models.UniqueIndex(
        "(calendar_id, date)", "Date: this calendar has this working day already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        days = super().create(vals_list)
        self.env.registry.clear_cache()
        return days

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
