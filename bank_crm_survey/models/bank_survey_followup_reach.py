from odoo import api, fields, models


class BankSurveyFollowup(models.Model):
    """How the owner reaches the customer, whom his role may not open to him otherwise."""

    _inherit = "bank.survey.followup"

    reach_name = fields.Char(string="Name", compute="_compute_reach")
    reach_phone = fields.Char(string="Phone", compute="_compute_reach")
    reach_email = fields.Char(string="Email", compute="_compute_reach")

    @api.depends("partner_id", "user_id", "state")
    @api.depends_context("uid")
    def _compute_reach(self):
        """Tell the owner alone, as long as there is something to do."""
        for followup in self:
            mine = followup.user_id == self.env.user and followup.state in ("new", "contacted")
            # sudo: res.partner - name, phone and email of whom the owner has to call
            partner = followup.partner_id.sudo() if mine else self.env["res.partner"]
            followup.reach_name, followup.reach_phone = partner.name, partner.phone
            followup.reach_email = partner.email
