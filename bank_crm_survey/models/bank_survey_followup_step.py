from datetime import timedelta

from odoo import fields, models

RECIPIENTS = [
    ("owner", "Owner"),
    ("branch_manager", "Branch Manager"),
    ("satisfaction_manager", "Satisfaction Manager"),
]


class BankSurveyFollowupStep(models.Model):
    """Who is told when a follow-up waits: a share of the time to the deadline, and hours after that.

    100 % and 0 hours is the deadline itself, 100 % and 24 hours a day later. Employees of whom the customer
    complains are never told; the satisfaction manager is told in their place.
    """

    _name = "bank.survey.followup.step"
    _description = "Escalation of a Follow-up"
    _order = "rule_id, percent, hours_after, id"
    _rec_name = "recipient"

    rule_id = fields.Many2one(comodel_name="bank.survey.followup.rule", required=True, index=True, ondelete="cascade")
    percent = fields.Integer(string="After % of the Time", default=100, required=True)
    hours_after = fields.Float(string="And Hours Later", default=0.0, required=True)
    recipient = fields.Selection(selection=RECIPIENTS, required=True, default="branch_manager")

    _percent_check = models.Constraint(
        "CHECK(percent BETWEEN 1 AND 1000 AND hours_after >= 0)",
        "After % of the Time: enter 1 to 1000, and hours of 0 or more.",
    )

    def _reached_at(self, begin, due):
        """Return when this step is reached on the way from ``begin`` to ``due``."""
        self.ensure_one()
        return begin + (due - begin) * self.percent / 100 + timedelta(hours=self.hours_after)
