from odoo import fields, models


class ResCompany(models.Model):
    """What the letters to complainants say about the bank, and when they go out by themselves."""

    _inherit = "res.company"

    ticket_acknowledges = fields.Boolean(
        string="Acknowledge Tickets", default=True, help="The server acknowledges new tickets by email, minutes later."
    )
    ticket_silence_days = fields.Integer(
        string="Days Without News",
        default=14,
        help="An open ticket on which the bank has not written for this many days is silent. 0: never.",
    )
    ticket_adr_name = fields.Char(
        string="ADR Entity", help="Alternative dispute resolution entity for disputes about payment services."
    )
    ticket_adr_contact = fields.Char(string="Contact of the ADR Entity", help="Website, address, telephone.")
    ticket_mediation_body = fields.Char(
        string="Mediation Organisation", help="Organisation for the mediation of financial disputes."
    )
    ticket_review_body = fields.Char(
        string="Reviewing Institution", help="Who reviews decisions on complaints: the institution above."
    )

    _ticket_silence_days_check = models.Constraint(
        "CHECK(ticket_silence_days >= 0)", "Days Without News: a number of days cannot be negative."
    )
