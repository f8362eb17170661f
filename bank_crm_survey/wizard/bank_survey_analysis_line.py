from odoo import api, fields, models

KINDS = [("topic", "Topic"), ("driver", "Driver")]
PRIORITIES = [
    ("fix", "Fix first: important and poor"),
    ("keep", "Keep up: important and good"),
    ("watch", "Watch: less important, poor"),
    ("enough", "Enough: less important, good"),
]


class BankSurveyAnalysisLine(models.TransientModel):
    """A topic or a driver in an analysis."""

    _name = "bank.survey.analysis.line"
    _description = "Topic or Driver"
    _order = "kind, impact, importance desc, id"

    analysis_id = fields.Many2one(
        comodel_name="bank.survey.analysis", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(selection=KINDS, required=True, readonly=True)
    name = fields.Char(readonly=True)
    topic_id = fields.Many2one(comodel_name="bank.survey.topic", readonly=True, ondelete="cascade")
    metric_code = fields.Char(string="Figure", readonly=True)
    answer_count = fields.Integer(string="Answers", readonly=True, aggregator="sum")
    nps = fields.Float(string="NPS", readonly=True, digits=(6, 1), aggregator="avg")
    interval = fields.Char(string="95 % Interval", readonly=True)
    detractor_share = fields.Float(string="Detractors (%)", readonly=True, digits=(6, 1), aggregator="avg")
    impact = fields.Float(
        string="Impact (Points)",
        readonly=True,
        digits=(6, 1),
        aggregator="avg",
        help="NPS of all less NPS without the answers about it.",
    )
    importance = fields.Float(
        string="Importance (r)",
        readonly=True,
        digits=(4, 2),
        aggregator="avg",
        help="Pearson's correlation with the recommendation.",
    )
    performance = fields.Float(
        string="Performance (%)", readonly=True, digits=(6, 1), aggregator="avg", help="Mean in percent of the scale."
    )
    priority = fields.Selection(selection=PRIORITIES, readonly=True)

    @api.depends("name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.name or ""

    def action_improve(self):
        """Open a new improvement about this topic or driver."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Improvement"),
            "res_model": "bank.survey.improvement",
            "views": [(False, "form")],
            "context": {
                "default_name": self.name,
                "default_program_id": self.analysis_id.program_id.id,
                "default_topic_id": self.topic_id.id,
                "default_measure": "nps" if self.kind == "topic" else "driver",
                "default_metric_code": self.metric_code,
            },
        }
