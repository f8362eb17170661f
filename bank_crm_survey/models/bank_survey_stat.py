from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.small_cells import hidden_cells
from .bank_survey_program_channel import CHANNELS
from .bank_survey_score import METRICS

# What figures may be grouped and filtered by, and which figures there are.
DIMENSIONS = (
    "program_id", "wave_id", "survey_id", "company_id", "metric", "metric_code", "tier_id", "branch_id", "manager_id",
    "value_class", "product_id", "channel", "lang", "answered_on",
)  # fmt: skip
NUMBERS = frozenset({"__count", "n:sum"})  # how many answered is no secret
# One answer has scores of several of these.
OVERLAPPING = ("metric", "metric_code")
# No aggregate of the database: of how many answers, not scores, a figure is.
ANSWERS = ":answers"
FIGURES = frozenset(
    {
        *("nps:avg", "csat:avg", "ces:avg", "ces_easy:avg", "score:avg"),
        *("promoters:sum", "passives:sum", "detractors:sum", "satisfied:sum"),
    }
)


class BankSurveyStat(models.Model):
    """Figures of satisfaction for pivots and graphs: groups of scores that count, never single ones.

    A row is a score, but rows cannot be read, sorted or filtered by what was answered. Groups of fewer answers than
    the programme's ``min_cell`` have no figures, nor has what would give them away (see ``tools/small_cells.py``).
    Intervals, weights and changes: ``bank.survey.program.kpi``.

    :raises AccessError: ``[figures_only]`` for anything else than groups
    """

    _name = "bank.survey.stat"
    _description = "Figures of Satisfaction"
    _auto = False
    _order = "id"
    _rec_name = "metric_code"
    _depends = {
        "bank.survey.score": [
            "user_input_id", "question_id", "program_id", "wave_id", "company_id", "metric", "metric_code", "score",
            "bucket", "is_counted", "answered_on", "channel", "lang", "tier_id", "branch_id", "manager_id",
            "value_class", "product_id",
        ],
        "bank.survey.program": ["min_cell"],
        "survey.question": ["survey_id"],
    }  # fmt: skip

    program_id = fields.Many2one(comodel_name="bank.survey.program", string="Programme", readonly=True)
    wave_id = fields.Many2one(comodel_name="bank.survey.wave", readonly=True)
    survey_id = fields.Many2one(comodel_name="survey.survey", string="Questionnaire", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    metric = fields.Selection(selection=METRICS, string="Kind of Figure", readonly=True)
    metric_code = fields.Char(string="Figure", readonly=True)
    tier_id = fields.Many2one(comodel_name="bank.tier", readonly=True)
    branch_id = fields.Many2one(comodel_name="bank.branch", readonly=True)
    manager_id = fields.Many2one(comodel_name="res.users", string="Relationship Manager", readonly=True)
    value_class = fields.Char(readonly=True)
    product_id = fields.Many2one(comodel_name="bank.product", readonly=True)
    channel = fields.Selection(selection=CHANNELS, readonly=True)
    lang = fields.Char(string="Language", readonly=True)
    answered_on = fields.Date(string="Answered", readonly=True)

    n = fields.Integer(string="Scores", readonly=True, aggregator="sum")
    nps = fields.Float(string="NPS", readonly=True, aggregator="avg")
    csat = fields.Float(string="Satisfied (%)", readonly=True, aggregator="avg")
    ces = fields.Float(string="Effort (1 to 7)", readonly=True, aggregator="avg", help="7 is easy.")
    ces_easy = fields.Float(string="Easy (%)", readonly=True, aggregator="avg")
    score = fields.Float(string="Average Score", readonly=True, aggregator="avg")
    promoters = fields.Integer(readonly=True, aggregator="sum")
    passives = fields.Integer(readonly=True, aggregator="sum")
    detractors = fields.Integer(readonly=True, aggregator="sum")
    satisfied = fields.Integer(readonly=True, aggregator="sum")
    min_cell = fields.Integer(readonly=True, aggregator="max", export_string_translation=False)

    @property
    def _table_query(self):
        """Every measure is NULL in scores of another kind, so that a pivot of all kinds is still right.

        The joins are outer ones, which the database leaves out where nothing of them is asked for.
        """
        return SQL(
            """SELECT score.id, score.program_id, score.wave_id, question.survey_id, score.company_id, score.metric,
                      score.metric_code, score.tier_id, score.branch_id, score.manager_id, score.value_class,
                      score.product_id, score.channel, score.lang, score.answered_on, program.min_cell,
                      score.user_input_id, score.question_id, score.bucket, score.weight, 1 AS n,
                      score.score::float AS score,
                      CASE WHEN score.metric = 'nps' THEN CASE score.bucket
                           WHEN 'promoter' THEN 100.0::float WHEN 'detractor' THEN -100.0 ELSE 0.0 END END AS nps,
                      CASE WHEN score.metric = 'nps' THEN (score.bucket = 'promoter')::int END AS promoters,
                      CASE WHEN score.metric = 'nps' THEN (score.bucket = 'passive')::int END AS passives,
                      CASE WHEN score.metric = 'nps' THEN (score.bucket = 'detractor')::int END AS detractors,
                      CASE WHEN score.metric = 'csat' THEN (score.bucket = 'satisfied')::int END AS satisfied,
                      CASE WHEN score.metric = 'csat' THEN (score.bucket = 'satisfied')::int * 100.0 END AS csat,
                      CASE WHEN score.metric = 'ces' THEN score.score::float END AS ces,
                      CASE WHEN score.metric = 'ces' THEN (score.bucket = 'satisfied')::int * 100.0 END AS ces_easy
                 FROM bank_survey_score score
            LEFT JOIN bank_survey_program program ON program.id = score.program_id
            LEFT JOIN survey_question question ON question.id = score.question_id
                WHERE score.is_counted IS TRUE"""
        )

    # ------------------------------------------------------------------
    # Groups only
    # ------------------------------------------------------------------

    def _fetch_query(self, query, fields):
        if not self.env.su and any(field.name != "id" for field in fields):
            raise self._figures_only()
        return super()._fetch_query(query, fields)

    @api.depends()
    def _compute_display_name(self):
        for stat in self:
            stat.display_name = str(stat.id)

    @api.model
    def _figures_only(self):
        return AccessError(
            self.env._(
                "[figures_only] Figures of satisfaction are read in groups: by programme, branch, tier, month and so "
                "on, as averages and sums. Single answers and their extremes are not shown."
            )
        )

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        if not self.env.su:
            self._check_dimensions(Domain(domain), order)
        return super()._search(domain, offset, limit, order, **kwargs)

    @api.model
    def _check_dimensions(self, domain, order):
        """Nobody finds rows by what was answered, nor one row by its id."""
        names = {condition.field_expr for condition in domain.iter_conditions()}
        names |= {term.split()[0].split(":")[0] for term in (order or "").split(",") if term.strip()} - {"id"}
        if any(name.split(".")[0].split(":")[0] not in DIMENSIONS for name in names):
            raise self._figures_only()

    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None):
        if self.env.su:
            return super()._read_group(domain, groupby, aggregates, having, offset, limit, order)
        self._check_groups([groupby], aggregates, having, order)
        bases = self._bases(aggregates)
        groups = super()._read_group(domain, groupby, [*aggregates, *bases], order=order)
        groups = self._hide_small_groups(groups, groupby, aggregates, bases)
        return groups[offset : offset + limit if limit else None]  # only here: hidden is what is small among all

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        if self.env.su:
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        self._check_groups(grouping_sets, aggregates, (), order)
        bases = self._bases(aggregates)
        result = super()._read_grouping_sets(domain, grouping_sets, [*aggregates, *bases], order)
        return [
            self._hide_small_groups(groups, groupby, aggregates, bases)
            for groupby, groups in zip(grouping_sets, result, strict=True)
        ]

    @api.model
    def _check_groups(self, grouping_sets, aggregates, having, order):
        named = [spec for groupby in grouping_sets for spec in groupby]
        ordered = [term.split()[0] for term in (order or "").split(",") if term.strip()]
        if (
            having
            or any(spec.split(":")[0] not in DIMENSIONS for spec in named)
            or any(spec not in FIGURES | NUMBERS for spec in aggregates)
            or any(term not in named and term not in NUMBERS for term in ordered)
        ):
            raise self._figures_only()

    @api.model
    def _bases(self, aggregates):
        """Return the aggregates that tell of how many answers each figure is, and the limit."""
        figures = dict.fromkeys(spec.split(":")[0] for spec in aggregates if spec in FIGURES)
        return [*(f"{name}{ANSWERS}" for name in figures), "min_cell:max"]

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        if not aggregate_spec.endswith(ANSWERS):
            return super()._read_group_select(aggregate_spec, query)
        figure = self._field_to_sql(self._table, aggregate_spec.removesuffix(ANSWERS), query)
        answer = SQL.identifier(self._table, "user_input_id")
        return SQL("COUNT(DISTINCT %s) FILTER (WHERE %s IS NOT NULL)", answer, figure)

    @api.model
    def _hide_small_groups(self, groups, groupby, aggregates, bases):
        """Return the groups without what was added to judge them, the figures of small ones emptied."""
        depth = len(groupby)
        overlapping = tuple(place for place, spec in enumerate(groupby) if spec in OVERLAPPING)
        places = {spec: depth + len(aggregates) + index for index, spec in enumerate(bases)}
        limits = {group[:depth]: group[places["min_cell:max"]] or 1 for group in groups}
        hidden = {
            spec: hidden_cells({group[:depth]: group[place] for group in groups}, limits, overlapping)
            for spec, place in places.items()
            if spec != "min_cell:max"
        }
        base_of = {spec: f"{spec.split(':')[0]}{ANSWERS}" for spec in aggregates if spec in FIGURES}
        concealed = [hidden[base_of[spec]] if spec in base_of else () for spec in aggregates]
        return [
            group[:depth]
            + tuple(
                False if group[:depth] in concealed[index] else group[depth + index]
                for index in range(len(aggregates))
            )
            for group in groups
        ]
