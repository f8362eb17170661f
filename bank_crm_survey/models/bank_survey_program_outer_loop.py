from odoo import models
from odoo.tools import SQL

from ..tools import metrics

RECOVERY_DAYS = 180
RECOVERED_FROM = 7


class BankSurveyProgram(models.Model):
    """What the answers teach the bank: what customers write about and what it costs, what drives recommendation, how
    many detractors are won back. Figures of fewer answers than ``min_cell`` are left out and cannot be subtracted."""

    _inherit = "bank.survey.program"

    def _topic_figures(self, date_from, date_to):
        """Return what each topic costs, the dearest one first.

        Impact is the NPS of all answers less the NPS of those without the topic: -4 means that the programme would
        stand 4 points higher without them.

        :return: list of ``{"topic": record, "n", "nps": Figure, "detractors": share in percent, "impact"}``
        """
        self.ensure_one()
        (*whole, in_all), by_topic = self._topic_counts(date_from, date_to)
        rows = []
        for topic in self.env["bank.survey.topic"].with_context(active_test=False).browse(by_topic):
            *counts, answers = by_topic[topic.id]
            rest = [total - part for total, part in zip(whole, counts, strict=True)]
            if answers < self.min_cell or 0 < in_all - answers < self.min_cell:
                continue
            without = metrics.nps(*rest)
            rows.append(
                {
                    "topic": topic,
                    "n": answers,
                    "nps": metrics.nps(*counts),
                    "detractors": 100.0 * counts[2] / sum(counts),
                    "impact": metrics.nps(*whole).value - without.value if without else 0.0,
                }
            )
        return sorted(rows, key=lambda row: (row["impact"], -row["n"]))

    def _topic_counts(self, date_from, date_to):
        """Return ``([promoters, passives, detractors, answers], {topic id: the same})``."""
        self.env["bank.survey.score"].flush_model()
        self.env["survey.user_input"].flush_model(["bank_topic_ids"])
        rows = self.env.execute_query(
            SQL(
                """SELECT tag.topic_id, count(*) FILTER (WHERE score.bucket = 'promoter'),
                          count(*) FILTER (WHERE score.bucket = 'passive'),
                          count(*) FILTER (WHERE score.bucket = 'detractor'), count(DISTINCT score.user_input_id)
                     FROM bank_survey_score AS score
                LEFT JOIN bank_survey_answer_topic_rel AS tag ON tag.user_input_id = score.user_input_id
                    WHERE score.program_id = %(program)s AND score.metric = 'nps' AND score.is_counted IS TRUE
                      AND score.answered_on BETWEEN %(since)s AND %(till)s
                 GROUP BY tag.topic_id""",
                program=self.id,
                since=date_from,
                till=date_to,
            )
        )
        by_topic = {row[0]: list(row[1:]) for row in rows if row[0]}
        # An answer with two topics is counted in both: the whole is counted apart.
        [whole] = self.env.execute_query(
            SQL(
                """SELECT count(*) FILTER (WHERE bucket = 'promoter'), count(*) FILTER (WHERE bucket = 'passive'),
                          count(*) FILTER (WHERE bucket = 'detractor'), count(DISTINCT user_input_id)
                     FROM bank_survey_score
                    WHERE program_id = %s AND metric = 'nps' AND is_counted IS TRUE
                      AND answered_on BETWEEN %s AND %s""",
                self.id,
                date_from,
                date_to,
            )
        )
        return list(whole), by_topic

    def _driver_figures(self, date_from, date_to):
        """Return how each driver goes with recommendation, the most important one first.

        :return: list of ``{"code", "n", "importance": Pearson's r or None, "performance": mean in percent of the
            scale, "priority": fix, keep, watch or enough}``
        """
        self.ensure_one()
        self.env["bank.survey.score"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT driver.metric_code, count(*), corr(driver.score, main.score),
                          avg(100.0 * (driver.score - question.scale_min)
                              / NULLIF(question.scale_max - question.scale_min, 0))
                     FROM bank_survey_score AS driver
                     JOIN bank_survey_score AS main
                       ON main.user_input_id = driver.user_input_id AND main.metric = 'nps'
                     JOIN survey_question AS question ON question.id = driver.question_id
                    WHERE driver.program_id = %(program)s AND driver.metric = 'driver'
                      AND driver.metric_code IS NOT NULL
                      AND driver.is_counted IS TRUE AND main.is_counted IS TRUE
                      AND driver.answered_on BETWEEN %(since)s AND %(till)s
                 GROUP BY driver.metric_code
                   HAVING count(DISTINCT driver.user_input_id) >= %(least)s""",
                program=self.id,
                since=date_from,
                till=date_to,
                least=max(self.min_cell, 2),
            )
        )
        figures = [
            {"code": code, "n": n, "importance": r, "performance": float(share or 0.0)} for code, n, r, share in rows
        ]
        self._set_priorities(figures)
        return sorted(figures, key=lambda row: (row["importance"] is None, -(row["importance"] or 0.0), row["code"]))

    def _set_priorities(self, figures):
        """Tell important drivers from others, and good ones from poor ones, by their means."""
        known = [row for row in figures if row["importance"] is not None]
        if not known:
            return
        importance = sum(row["importance"] for row in known) / len(known)
        performance = sum(row["performance"] for row in known) / len(known)
        for row in known:
            is_important, is_good = row["importance"] >= importance, row["performance"] >= performance
            row["priority"] = ("keep" if is_good else "fix") if is_important else ("enough" if is_good else "watch")

    def _recovery_rate(self, date_from, date_to):
        """Return how many detractors were won back, of the follow-ups closed in a period.

        Counted are detractors with whom somebody talked. Their next NPS, in whatever programme of the company, within
        180 days of the closing, is 7 or more where they were won back.

        :return: ``{"closed", "asked_again", "recovered", "rate": percent or None}``
        """
        self.env["bank.survey.followup"].flush_model()
        self.env["bank.survey.score"].flush_model()
        self.env["survey.user_input"].flush_model(["end_datetime"])
        [(closed, again, recovered)] = self.env.execute_query(
            SQL(
                """SELECT count(DISTINCT followup.id), count(DISTINCT following.answer_id),
                          count(DISTINCT following.answer_id) FILTER (WHERE following.score >= %(high)s)
                     FROM bank_survey_followup AS followup
        LEFT JOIN LATERAL (SELECT score.user_input_id AS answer_id, score.score
                             FROM bank_survey_score AS score
                             JOIN survey_user_input AS answer ON answer.id = score.user_input_id
                            WHERE score.partner_id = followup.partner_id AND score.company_id = followup.company_id
                              AND score.metric = 'nps' AND score.is_counted IS TRUE
                              AND score.user_input_id <> followup.user_input_id
                              AND answer.end_datetime > followup.closed_at
                              AND answer.end_datetime <= followup.closed_at + %(days)s * interval '1 day'
                            ORDER BY answer.end_datetime, answer.id
                            LIMIT 1) AS following ON TRUE
                    WHERE followup.program_id = ANY(%(programs)s) AND followup.state = 'closed'
                      AND followup.bucket = 'detractor' AND followup.contacted_at IS NOT NULL
                      AND followup.closed_at::date BETWEEN %(since)s AND %(till)s""",
                high=RECOVERED_FROM,
                days=RECOVERY_DAYS,
                programs=self.ids,
                since=date_from,
                till=date_to,
            )
        )
        rate = 100.0 * recovered / again if again else None
        return {"closed": closed, "asked_again": again, "recovered": recovered, "rate": rate}
