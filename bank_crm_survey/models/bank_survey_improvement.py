from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools import metrics

STATES = [("idea", "Idea"), ("doing", "Under Way"), ("done", "Done"), ("dropped", "Dropped")]
MEASURES = [("nps", "Recommendation (NPS)"), ("csat", "Satisfied (%)"), ("driver", "Average of a Driver")]
VERDICTS = [
    ("early", "Too early to tell"),
    ("few", "Too few answers to tell"),
    ("none", "No difference can be shown"),
    ("better", "Better than before"),
    ("worse", "Worse than before"),
]
NOTHING = (None, 0)  # no figure, of no answers


class BankSurveyImprovement(models.Model):
    """Something the bank changes because of what customers say, and whether it helped.

    The figure in equal stretches of time before the work began and after it was done is compared by a test: a
    difference that chance could make is none.
    """

    _name = "bank.survey.improvement"
    _description = "Improvement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state, id desc"

    name = fields.Char(required=True, tracking=True)
    problem = fields.Text(help="What customers say, and what the bank found behind it.")
    program_id = fields.Many2one(
        comodel_name="bank.survey.program", string="Programme", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    topic_id = fields.Many2one(
        comodel_name="bank.survey.topic",
        index="btree_not_null",
        ondelete="restrict",
        help="Only answers about it are compared.",
    )
    measure = fields.Selection(selection=MEASURES, required=True, default="nps")
    metric_code = fields.Char(string="Driver", help="Code of the figure of the driver's question.")
    branch_id = fields.Many2one(
        comodel_name="bank.branch",
        index="btree_not_null",
        ondelete="restrict",
        help="With the branches below it. Empty: the whole bank.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        default=lambda self: self.env.user,
        tracking=True,
        index=True,
        domain=[("share", "=", False)],
    )
    state = fields.Selection(selection=STATES, required=True, default="idea", tracking=True, group_expand=True)
    started_on = fields.Date(string="Begun", tracking=True)
    done_on = fields.Date(tracking=True)
    expected_effect = fields.Float(string="Expected Effect (Points)")
    window_days = fields.Integer(string="Compared Days", default=90, required=True, help="Before and after, at most.")

    before_n = fields.Integer(string="Answers Before", compute="_compute_effect")
    before_text = fields.Char(string="Before", compute="_compute_effect")
    after_n = fields.Integer(string="Answers After", compute="_compute_effect")
    after_text = fields.Char(string="After", compute="_compute_effect")
    effect = fields.Float(string="Difference", compute="_compute_effect")
    z_value = fields.Float(string="z", compute="_compute_effect", help="From 1.96 on, chance alone is unlikely.")
    verdict = fields.Selection(selection=VERDICTS, compute="_compute_effect")

    _window_check = models.Constraint("CHECK(window_days BETWEEN 7 AND 730)", "Compared Days: enter 7 to 730 days.")
    _order_check = models.Constraint(
        "CHECK(done_on IS NULL OR started_on IS NULL OR started_on <= done_on)",
        "Begun, Done On: it cannot be done before it was begun.",
    )

    @api.constrains("state", "started_on", "done_on", "measure", "metric_code")
    def _check_complete(self):
        for improvement in self:
            if improvement.state in ("doing", "done") and not improvement.started_on:
                raise ValidationError(self.env._("Begun: enter the day on which the work began."))
            if improvement.state == "done" and not improvement.done_on:
                raise ValidationError(self.env._("Done On: enter the day from which customers notice it."))
            if improvement.measure == "driver" and not improvement.metric_code:
                raise ValidationError(self.env._("Driver: enter the code of the figure that should improve."))

    @api.onchange("state")
    def _onchange_state(self):
        today = self.env["bank.run"]._today()
        if self.state in ("doing", "done") and not self.started_on:
            self.started_on = today
        if self.state == "done" and not self.done_on:
            self.done_on = today

    def write(self, vals):
        # A card that is moved on the board is begun, or done, today.
        today = self.env["bank.run"]._today()
        if vals.get("state") in ("doing", "done"):
            bare = self.filtered(lambda improvement: not improvement.started_on)
            if bare and not vals.get("started_on"):
                super(BankSurveyImprovement, bare).write({"started_on": today})
        if vals.get("state") == "done" and not vals.get("done_on"):
            bare = self.filtered(lambda improvement: not improvement.done_on)
            super(BankSurveyImprovement, bare).write({"done_on": today})
        return super().write(vals)

    # ------------------------------------------------------------------
    # Before and after
    # ------------------------------------------------------------------

    @api.depends(
        "program_id", "topic_id", "measure", "metric_code", "branch_id", "state", "started_on", "done_on",
        "window_days",
    )  # fmt: skip
    def _compute_effect(self):
        figures = self._figures_of_windows()
        for improvement in self:
            found = figures.get(improvement.id or improvement._origin.id, (NOTHING, NOTHING))
            (before, before_answers), (after, after_answers) = found
            least = improvement.program_id.min_cell
            shown_before = before if before_answers >= least else None
            shown_after = after if after_answers >= least else None
            improvement.before_n = before.n if before else 0
            improvement.after_n = after.n if after else 0
            improvement.before_text = improvement._figure_text(shown_before)
            improvement.after_text = improvement._figure_text(shown_after)
            z = metrics.change(shown_after, shown_before)
            improvement.effect = shown_after.value - shown_before.value if shown_after and shown_before else 0.0
            improvement.z_value = max(min(z, 99.0), -99.0) if z is not None else 0.0
            improvement.verdict = improvement._verdict(z)

    def _verdict(self, z):
        if self.state != "done" or not self._windows():
            return "early"
        if z is None:
            return "few"
        if not metrics.is_significant(z):
            return "none"
        return "better" if z > 0 else "worse"

    def _figure_text(self, figure):
        if not figure:
            return self.env._("n/a")
        value, low, high = (metrics.round_half_up(number) for number in (figure.value, figure.low, figure.high))
        if low is None:
            return f"{value}"
        return self.env._("%(value)s (%(low)s to %(high)s)", value=value, low=low, high=high)

    def _windows(self):
        """Return ``((since, till), (since, till))`` of equal stretches before and after, None when too early."""
        self.ensure_one()
        if not (self.started_on and self.done_on):
            return None
        days = min(self.window_days or 0, (self.env["bank.run"]._today() - self.done_on).days)
        if days < 1:
            return None
        day = timedelta(days=1)
        return (self.started_on - days * day, self.started_on - day), (self.done_on + day, self.done_on + days * day)

    def _figures_of_windows(self):
        """Return ``{id: ((Figure before, its answers), (Figure after, its answers))}``; one query for all of these.

        A questionnaire with several questions of one kind has more scores than answers.
        """
        windows = [
            (record._origin.id or record.id, place, since, till, record)
            for record in self
            for place, (since, till) in enumerate(record._windows() or ())
            if record.program_id
        ]
        if not windows:
            return {}
        self.env["bank.survey.score"].flush_model()
        self.env["survey.user_input"].flush_model(["bank_topic_ids"])
        self.env["bank.branch"].flush_model(["parent_path"])
        rows = self.env.execute_query(
            SQL(
                """SELECT part.nr, part.place, count(DISTINCT score.user_input_id), count(*),
                          count(*) FILTER (WHERE score.bucket = 'promoter'),
                          count(*) FILTER (WHERE score.bucket = 'passive'),
                          count(*) FILTER (WHERE score.bucket = 'detractor'),
                          count(*) FILTER (WHERE score.bucket = 'satisfied'),
                          sum(score.score), sum(score.score * score.score),
                          min(question.scale_min), max(question.scale_max)
                     FROM (VALUES %(parts)s)
                          AS part(nr, place, since, till, program_id, measure, code, topic_id, branch_path)
                     JOIN bank_survey_score AS score
                       ON score.program_id = part.program_id AND score.is_counted IS TRUE
                      AND score.metric = part.measure AND score.answered_on BETWEEN part.since AND part.till
                     JOIN survey_question AS question ON question.id = score.question_id
                LEFT JOIN bank_branch AS branch ON branch.id = score.branch_id
                    WHERE (part.measure <> 'driver' OR score.metric_code = part.code)
                      AND (part.branch_path = '' OR branch.parent_path LIKE part.branch_path || '%%')
                      AND (part.topic_id = 0 OR EXISTS (
                              SELECT 1 FROM bank_survey_answer_topic_rel AS tag
                               WHERE tag.user_input_id = score.user_input_id AND tag.topic_id = part.topic_id))
                 GROUP BY part.nr, part.place""",
                parts=SQL(", ").join(self._window_sql(nr, *window) for nr, window in enumerate(windows)),
            )
        )
        found = {}
        for nr, place, answers, *sums in rows:
            key, _place, _since, _till, record = windows[nr]
            pair = found.setdefault(key, [NOTHING, NOTHING])
            pair[place] = (self._figure(record.measure, *sums), answers)
        return {key: tuple(pair) for key, pair in found.items()}

    @staticmethod
    def _window_sql(nr, _key, place, since, till, record):
        return SQL(
            "(%s, %s, %s::date, %s::date, %s, %s, %s, %s, %s)",
            nr,
            place,
            since,
            till,
            record.program_id.id,
            record.measure,
            record.metric_code or "",
            record.topic_id.id or 0,
            record.branch_id.parent_path or "",
        )

    @staticmethod
    def _figure(measure, n, promoters, passives, detractors, satisfied, total, squares, lowest, highest):
        if measure == "nps":
            return metrics.nps(promoters, passives, detractors)
        if measure == "csat":
            return metrics.csat(satisfied, n)
        return metrics.mean(n, float(total), float(squares), lowest, highest)
