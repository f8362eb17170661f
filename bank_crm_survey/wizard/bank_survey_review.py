from odoo import fields, models


class BankSurveyReview(models.TransientModel):
    """Answers are counted or set aside, with a reason that stays in their history."""

    _name = "bank.survey.review"
    _description = "Decide About Answers"

    user_input_ids = fields.Many2many(comodel_name="survey.user_input", string="Answers", readonly=True)
    decision = fields.Selection(
        selection=[("count", "Count It"), ("set_aside", "Set Aside")], required=True, default="count"
    )
    reason = fields.Text(required=True)

    def action_apply(self):
        """Carry the decision out."""
        self.ensure_one()
        self.user_input_ids._decide(self.decision == "count", self.reason)
        return True
