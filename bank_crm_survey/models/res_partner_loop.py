from odoo import fields, models

FOLLOWUP_READERS = (
    "bank_crm.group_relationship_manager,bank_crm.group_service_agent,bank_crm.group_compliance,"
    "bank_crm.group_auditor,bank_crm_survey.group_satisfaction_manager"
)


class ResPartner(models.Model):
    """The follow-ups of a customer's answers; who may not see one is not told how many there are."""

    _inherit = "res.partner"

    survey_followup_count = fields.Integer(
        string="Survey Follow-ups", compute="_compute_survey_followup_count", groups=FOLLOWUP_READERS
    )

    def _compute_survey_followup_count(self):
        counts = dict(
            self.env["bank.survey.followup"]._read_group([("partner_id", "in", self.ids)], ["partner_id"], ["__count"])
        )
        for partner in self:
            partner.survey_followup_count = counts.get(partner._origin, 0)

    def action_view_survey_followups(self):
        """Open the follow-ups of this customer that the user may see."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm_survey.bank_survey_followup_action")
        return {**action, "domain": [("partner_id", "=", self.id)], "context": {}}
