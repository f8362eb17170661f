from odoo import fields, models

from odoo.addons.bank_crm.models.customer.res_partner_privacy import BANK_STAFF

from .bank_survey_score import BUCKETS


class ResPartner(models.Model):
    """How satisfied a customer was when he was last asked; confidential and anonymous answers leave no trace."""

    _inherit = "res.partner"

    nps_last = fields.Integer(string="Last NPS Answer", readonly=True, copy=False, groups=BANK_STAFF, aggregator="avg")
    nps_bucket = fields.Selection(
        selection=BUCKETS[:3], string="NPS Group", readonly=True, copy=False, groups=BANK_STAFF, index="btree_not_null"
    )
    nps_last_on = fields.Date(string="Last NPS Answer On", readonly=True, copy=False, groups=BANK_STAFF)
    csat_last = fields.Integer(
        string="Last Satisfaction", readonly=True, copy=False, groups=BANK_STAFF, aggregator="avg"
    )
    csat_last_on = fields.Date(string="Last Satisfaction On", readonly=True, copy=False, groups=BANK_STAFF)
    survey_invitation_ids = fields.One2many(
        comodel_name="bank.survey.invitation", inverse_name="partner_id", string="Survey Invitations",
        groups=BANK_STAFF,
    )
