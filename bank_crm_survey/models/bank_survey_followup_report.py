from odoo import fields, models
from odoo.tools import SQL

from .bank_survey_followup import OUTCOMES, STATES
from .bank_survey_score import BUCKETS


class BankSurveyFollowupReport(models.Model):
    """Whether deadlines of follow-ups were kept: a row a follow-up, 100 where one was, 0 where not, none where it is
    still to come. Averages are the share of deadlines kept among all that were due."""

    _name = "bank.survey.followup.report"
    _description = "Deadlines of Follow-ups"
    _auto = False
    _order = "answered_on desc, id desc"
    _rec_name = "followup_id"
    _depends = {
        "bank.survey.followup": [
            "program_id", "company_id", "branch_id", "user_id", "tier_id", "bucket", "state", "outcome",
            "root_cause_id", "answered_at", "contact_due_at", "contacted_at", "close_due_at", "closed_at",
        ],
    }  # fmt: skip

    followup_id = fields.Many2one(comodel_name="bank.survey.followup", readonly=True)
    program_id = fields.Many2one(comodel_name="bank.survey.program", string="Programme", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    branch_id = fields.Many2one(comodel_name="bank.branch", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Owner", readonly=True)
    tier_id = fields.Many2one(comodel_name="bank.tier", readonly=True)
    bucket = fields.Selection(selection=BUCKETS, string="Group", readonly=True)
    state = fields.Selection(selection=STATES, readonly=True)
    outcome = fields.Selection(selection=OUTCOMES, readonly=True)
    root_cause_id = fields.Many2one(comodel_name="bank.survey.cause", readonly=True)
    answered_on = fields.Date(string="Answered", readonly=True)
    contact_kept = fields.Float(string="Contacted in Time (%)", readonly=True, aggregator="avg")
    close_kept = fields.Float(string="Closed in Time (%)", readonly=True, aggregator="avg")
    contact_hours = fields.Float(string="Hours to Contact", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        return SQL(
            """SELECT followup.id, followup.id AS followup_id, followup.program_id, followup.company_id,
                      followup.branch_id, followup.user_id, followup.tier_id, followup.bucket, followup.state,
                      followup.outcome, followup.root_cause_id, followup.answered_at::date AS answered_on,
                      CASE WHEN followup.contacted_at <= followup.contact_due_at THEN 100.0
                           WHEN followup.contact_due_at < %(now)s OR followup.contacted_at > followup.contact_due_at
                           THEN 0.0 END AS contact_kept,
                      CASE WHEN followup.closed_at <= followup.close_due_at THEN 100.0
                           WHEN followup.close_due_at < %(now)s OR followup.closed_at > followup.close_due_at
                           THEN 0.0 END AS close_kept,
                      EXTRACT(EPOCH FROM followup.contacted_at - followup.answered_at) / 3600.0 AS contact_hours
                 FROM bank_survey_followup AS followup
                WHERE followup.state <> 'cancelled'""",
            now=fields.Datetime.now(),
        )
