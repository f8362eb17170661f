from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings → Bank CRM → Life of Tickets."""

    _inherit = "res.config.settings"

    bank_ticket_reopen_days = fields.Integer(related="company_id.bank_ticket_reopen_days", readonly=False)
    bank_ticket_reopen_limit = fields.Integer(related="company_id.bank_ticket_reopen_limit", readonly=False)
    bank_ticket_auto_close_days = fields.Integer(related="company_id.bank_ticket_auto_close_days", readonly=False)
    bank_ticket_duplicate_days = fields.Integer(related="company_id.bank_ticket_duplicate_days", readonly=False)
    bank_ticket_representatives = fields.Integer(related="company_id.bank_ticket_representatives", readonly=False)
    bank_ticket_major_persons = fields.Integer(related="company_id.bank_ticket_major_persons", readonly=False)
