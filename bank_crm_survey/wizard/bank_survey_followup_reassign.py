from odoo import fields, models


class BankSurveyFollowupReassign(models.TransientModel):
    """Somebody else takes the follow-up on."""

    _name = "bank.survey.followup.reassign"
    _description = "Hand On a Follow-up"
    _inherit = ["bank.survey.followup.step.mixin"]

    user_id = fields.Many2one(
        comodel_name="res.users", string="New Owner", required=True, domain=[("share", "=", False)]
    )

    def action_apply(self):
        """Hand the follow-up on; whoever does so may lose sight of it himself."""
        self.ensure_one()
        self.followup_id._reassign(self.user_id)
        if self.followup_id.has_access("read"):
            return self._done()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm_survey.bank_survey_followup_action")
        return {**action, "target": "main"}
