from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ticket_acknowledges = fields.Boolean(related="company_id.ticket_acknowledges", readonly=False)
    ticket_silence_days = fields.Integer(related="company_id.ticket_silence_days", readonly=False)
    ticket_adr_name = fields.Char(related="company_id.ticket_adr_name", readonly=False)
    ticket_adr_contact = fields.Char(related="company_id.ticket_adr_contact", readonly=False)
    ticket_mediation_body = fields.Char(related="company_id.ticket_mediation_body", readonly=False)
    ticket_review_body = fields.Char(related="company_id.ticket_review_body", readonly=False)
