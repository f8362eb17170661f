from odoo import fields, models

from ..tools import metrics


class BankSurveyAnalysis(models.TransientModel):
    """What customers write about and what drives recommendation, of one programme in one period."""

    _name = "bank.survey.analysis"
    _description = "Topics and Drivers"
    _rec_name = "program_id"

    program_id = fields.Many2one(
        comodel_name="bank.survey.program", string="Programme", required=True, ondelete="cascade"
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: fields.Date.subtract(self.env["bank.run"]._today(), years=1)
    )
    date_to = fields.Date(string="Until", required=True, default=lambda self: self.env["bank.run"]._today())
    topic_line_ids = fields.One2many(
        comodel_name="bank.survey.analysis.line",
        inverse_name="analysis_id",
        domain=[("kind", "=", "topic")],
        readonly=True,
    )
    driver_line_ids = fields.One2many(
        comodel_name="bank.survey.analysis.line",
        inverse_name="analysis_id",
        domain=[("kind", "=", "driver")],
        readonly=True,
    )
    recovery_text = fields.Char(string="Detractors Won Back", readonly=True)
    is_computed = fields.Boolean(readonly=True)

    def action_compute(self):
        """Compute the figures and show them."""
        self.ensure_one()
        self.program_id.check_access("read")
        # sudo: bank.survey.analysis.line - figures of groups, hidden where they are small; made by this method alone
        lines = self.env["bank.survey.analysis.line"].sudo()
        lines.search([("analysis_id", "=", self.id)]).unlink()
        lines.create([*self._topic_values(), *self._driver_values()])
        self.write({"recovery_text": self._recovery_text(), "is_computed": True})
        return self._reopen()

    def _topic_values(self):
        return [
            {
                "analysis_id": self.id,
                "kind": "topic",
                "name": row["topic"].name,
                "topic_id": row["topic"].id,
                "answer_count": row["n"],
                "nps": metrics.round_half_up(row["nps"].value),
                "interval": "{} … {}".format(*map(metrics.round_half_up, (row["nps"].low, row["nps"].high))),
                "detractor_share": metrics.round_half_up(row["detractors"]),
                "impact": metrics.round_half_up(row["impact"]),
            }
            for row in self.program_id._topic_figures(self.date_from, self.date_to)
        ]

    def _driver_values(self):
        titles = self._driver_titles()
        return [
            {
                "analysis_id": self.id,
                "kind": "driver",
                "name": titles.get(row["code"], row["code"]),
                "metric_code": row["code"],
                "answer_count": row["n"],
                "importance": metrics.round_half_up(row["importance"], 2) or 0.0,
                "performance": metrics.round_half_up(row["performance"]),
                "priority": row.get("priority"),
            }
            for row in self.program_id._driver_figures(self.date_from, self.date_to)
        ]

    def _driver_titles(self):
        # sudo: survey.question - titles of questions of the programme
        questions = self.program_id.sudo().survey_id.question_ids
        return {
            question.bank_metric_code: question.title for question in questions if question.bank_metric == "driver"
        }

    def _recovery_text(self):
        found = self.program_id._recovery_rate(self.date_from, self.date_to)
        if found["asked_again"] < max(self.program_id.min_cell, 1):
            return self.env._("n/a (%(closed)s closed, too few answered again)", closed=found["closed"])
        return self.env._(
            "%(rate)s %% (%(recovered)s of %(again)s who answered again; %(closed)s closed)",
            rate=metrics.round_half_up(found["rate"]),
            recovered=found["recovered"],
            again=found["asked_again"],
            closed=found["closed"],
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Topics and Drivers"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_graph(self):
        """Show how important each driver is and how well the bank does."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Drivers of Recommendation"),
            "res_model": "bank.survey.analysis.line",
            "views": [(False, "graph"), (False, "list")],
            "domain": [("analysis_id", "=", self.id), ("kind", "=", "driver")],
        }
