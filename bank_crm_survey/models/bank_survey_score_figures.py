from odoo import models


class BankSurveyScore(models.Model):
    """Indexes for figures."""

    _inherit = "bank.survey.score"

    # Holds all that totals and the trend are counted from, so that the rows themselves are not read.
    _figures_idx = models.Index(
        "(program_id, metric, answered_on) "
        "INCLUDE (user_input_id, question_id, company_id, bucket, score, weight, branch_id, manager_id, tier_id, "
        "channel) "
        "WHERE is_counted IS TRUE"
    )
    _manager_figures_idx = models.Index("(manager_id, program_id, answered_on) WHERE is_counted IS TRUE")
    _branch_figures_idx = models.Index("(branch_id, program_id, answered_on) WHERE is_counted IS TRUE")
