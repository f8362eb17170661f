from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..tools.tally import Tally

# What groups of figures can be made of, and how the database tells it of a row of ``bank.survey.stat``.
GROUPS = {
    "tier": SQL("bank_survey_stat.tier_id"),
    "branch": SQL("bank_survey_stat.branch_id"),
    "manager": SQL("bank_survey_stat.manager_id"),
    "channel": SQL("bank_survey_stat.channel"),
    "wave": SQL("bank_survey_stat.wave_id"),
    "month": SQL("date_trunc('month', bank_survey_stat.answered_on::timestamp)::date"),
    "value_class": SQL("bank_survey_stat.value_class"),
    "product": SQL("bank_survey_stat.product_id"),
    "lang": SQL("bank_survey_stat.lang"),
    "metric_code": SQL("bank_survey_stat.metric_code"),
}


# Whose a score is, where its answer may have others of the same kind of figure; elsewhere scores are answers. Drivers
# are not among them: these are told apart by their codes.
SHARED_ANSWER = SQL(
    """CASE WHEN bank_survey_stat.question_id IN (
                 SELECT question.id
                   FROM survey_question question
                   JOIN (SELECT survey_id, bank_metric FROM survey_question
                          WHERE bank_metric IN ('nps', 'csat', 'ces')
                          GROUP BY survey_id, bank_metric HAVING COUNT(*) > 1) several
                     ON several.survey_id = question.survey_id AND several.bank_metric = question.bank_metric)
            THEN bank_survey_stat.user_input_id END"""
)


class BankSurveyStat(models.Model):
    """Counts behind figures: one pass over the scores for any number of groupings and kinds of figures."""

    _inherit = "bank.survey.stat"

    @api.model
    def _tallies(self, domain, grouping_sets, more_groups=None):
        """Return ``[{key: {metric: Tally}}]``, a dictionary for each of ``grouping_sets``, within the user's rules.

        Nothing is hidden here: whoever shows it to a user has to (``tools/small_cells.py``).

        :param grouping_sets: list of tuples of names of groups; keys are tuples alike
        :param more_groups: ``{name: SQL}`` beside those of :data:`GROUPS`
        """
        query = self._search(domain)
        if query.is_empty():
            return [{} for _groupby in grouping_sets]
        names = list(dict.fromkeys(name for groupby in grouping_sets for name in groupby))
        terms = {**GROUPS, **(more_groups or {})}
        places = {name: SQL.identifier(f"g{index}") for index, name in enumerate(names)}
        rows = self.env.execute_query(self._tally_sql(query, {places[name]: terms[name] for name in names}, [
            [places[name] for name in groupby] for groupby in grouping_sets
        ]))  # fmt: skip
        return self._sort_tallies(rows, names, grouping_sets)

    @api.model
    def _tally_sql(self, query, columns, sets):
        """Return the query: like scores are counted first, which leaves some hundred rows for the sums."""
        first = query.select(
            *(SQL("%s AS %s", term, column) for column, term in columns.items()),
            SQL("metric, bucket, bank_survey_stat.score, weight, %s AS who, COUNT(*) AS c", SHARED_ANSWER),
        )
        keys = SQL("".join(f"{index}, " for index in range(1, len(columns) + 1)))
        grouping = SQL("GROUPING(%s)", SQL(", ").join(columns)) if columns else SQL("0")
        return SQL(
            """WITH alike AS (%(first)s GROUP BY %(keys)s metric, bucket, bank_survey_stat.score, weight, who)
               SELECT %(grouping)s, %(columns)s metric, SUM(c)::bigint,
                      COALESCE(SUM(c) FILTER (WHERE bucket IN ('promoter', 'satisfied')), 0)::bigint,
                      COALESCE(SUM(c) FILTER (WHERE bucket IN ('detractor', 'dissatisfied')), 0)::bigint,
                      SUM(c * score), SUM(c * score * score),
                      SUM(c * weight)::float, SUM(c * weight * weight)::float,
                      COALESCE(SUM(c * weight) FILTER (WHERE bucket IN ('promoter', 'satisfied')), 0)::float,
                      COALESCE(SUM(c * weight) FILTER (WHERE bucket IN ('detractor', 'dissatisfied')), 0)::float,
                      SUM(c * weight * score)::float, SUM(c * weight * score * score)::float,
                      (COUNT(DISTINCT who) + COALESCE(SUM(c) FILTER (WHERE who IS NULL), 0))::bigint
                 FROM alike
             GROUP BY GROUPING SETS (%(sets)s)""",
            first=first,
            keys=keys,
            grouping=grouping,
            columns=SQL().join(SQL("%s, ", column) for column in columns),
            sets=SQL(", ").join(SQL("(%s)", SQL(", ").join([*groupby, SQL("metric")])) for groupby in sets),
        )

    @api.model
    def _sort_tallies(self, rows, names, grouping_sets):
        result = [defaultdict(dict) for _groupby in grouping_sets]
        masks = defaultdict(list)
        for index, groupby in enumerate(grouping_sets):
            # a bit of GROUPING() is set where a column is not grouped by, the last column being the lowest bit
            mask = sum(1 << place for place, name in enumerate(reversed(names)) if name not in groupby)
            masks[mask].append((index, [names.index(name) + 1 for name in groupby]))
        metric_place = len(names) + 1
        for row in rows:
            for index, columns in masks[row[0]]:
                key = tuple(row[column] for column in columns)
                result[index][key][row[metric_place]] = Tally(*row[metric_place + 1 :])
        return result
